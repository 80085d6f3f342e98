"""Learning, fatigue and serial dependence: the place of a trial, its block, and the answer before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from synthscope.errors import InputError
from synthscope.records.study_ratings import Curve

TITLES = {
    "trial": "Drift within a block (fatigue), for each standard deviation of place",
    "block": "Drift from block to block (learning), for each block",
    "previous": "Pull towards the answer before (serial dependence), for each step",
}


@dataclass(frozen=True, eq=False)
class SerialTerms:
    """Columns for a model of ratings.

    Parameters
    ----------
    columns : ndarray of float, shape (kept answers, k)
    names : tuple of str
        Of the columns: ``trial``, ``block`` (when there is more than one) and ``previous``.
    kept : ndarray of bool, shape (n,)
        The first answer of each rater in each block has none before it and is left out.
    """

    columns: np.ndarray
    names: tuple[str, ...]
    kept: np.ndarray


def serial_terms(raters: np.ndarray, ordinals: np.ndarray, blocks: np.ndarray, answers: np.ndarray) -> SerialTerms:
    """Make the columns of place in the block, block, and the answer before.

    Parameters
    ----------
    raters, ordinals, blocks, answers : ndarray, shape (n,)
        In any order; `ordinals` count the trials of each rater.

    Notes
    -----
    The answer before is taken about the rater's own mean, so that a lenient rater does not look like a serially
    dependent one. That leaves a small bias of about minus one over the number of a rater's trials (Nickell 1981).

    Raises
    ------
    InputError
        When no rater has two answers in one block.
    """
    raters, ordinals, blocks = np.asarray(raters), np.asarray(ordinals, float), np.asarray(blocks, float)
    answers = np.asarray(answers, float)
    _, who = np.unique(raters, return_inverse=True)
    centred = answers - (np.bincount(who, answers) / np.bincount(who))[who]
    order = np.lexsort((ordinals, blocks, who))
    follows = np.zeros(len(order), bool)
    follows[1:] = (who[order][1:] == who[order][:-1]) & (blocks[order][1:] == blocks[order][:-1])
    kept, previous = np.zeros(len(order), bool), np.zeros(len(order))
    kept[order] = follows
    previous[order[1:]] = centred[order[:-1]]
    if kept.sum() < 2:
        raise InputError("No rater has two answers in one block; serial terms need answers that follow each other.")
    _, session = np.unique(np.column_stack([who, blocks]), axis=0, return_inverse=True)
    place = ordinals - (np.bincount(session, ordinals) / np.bincount(session))[session]
    columns = {"trial": place / (place.std() or 1.0)}
    if len(np.unique(blocks[kept])) > 1:
        columns["block"] = blocks - blocks.mean()
    columns["previous"] = previous
    return SerialTerms(np.column_stack([c[kept] for c in columns.values()]), tuple(columns), kept)


def by_third(raters: np.ndarray, ordinals: np.ndarray, scores: np.ndarray, *, level: float = 0.95) -> Curve:
    """Give the mean score in the first, second and last third of each rater's trials, over raters.

    Parameters
    ----------
    scores : ndarray of float, shape (n,)
        Such as 1 for a right answer and 0 for a wrong one.

    Returns
    -------
    Curve
        With Student's t interval over raters; no interval for a single rater.
    """
    _, who = np.unique(np.asarray(raters), return_inverse=True)
    ordinals, scores = np.asarray(ordinals, float), np.asarray(scores, float)
    means = []
    for rater in range(who.max() + 1):
        mine = scores[who == rater][np.argsort(ordinals[who == rater], kind="stable")]
        if len(mine) >= 3:
            means.append([part.mean() for part in np.array_split(mine, 3)])
    if not means:
        raise InputError("No rater has three answers; thirds need at least that many.")
    table = np.array(means)
    centre, count = table.mean(axis=0), len(table)
    reach = np.full(3, np.nan)
    if count > 1:
        reach = table.std(axis=0, ddof=1) / np.sqrt(count) * student.ppf((1 + level) / 2, count - 1)
    return Curve(
        "by-third", "Score by third of the study", (1.0, 2.0, 3.0), tuple(map(float, centre)), "third", "mean score",
        low=tuple(map(float, centre - reach)), high=tuple(map(float, centre + reach)),
    )  # fmt: skip
