"""How reliable each rater's choices are: a share of answers as meant, the rest turned round (Crowd-BT)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import WorkError
from synthscope.studies.ranking.bradley_terry import RIDGE, climb, make_model
from synthscope.studies.ranking.comparisons import LEFT, TIE, Comparisons

PRIOR = (5.0, 2.0)
"""Of the beta distribution of a rater's reliability, with its mode at 0.8: nobody is known to be perfect."""
ROUNDS = 1000
STILL = 1e-6


@dataclass(frozen=True, eq=False)
class Reliabilities:
    """Scores that weigh raters by their reliability.

    Parameters
    ----------
    scores : ndarray of float, shape (k,)
        They sum to zero.
    reliability : ndarray of float, shape (raters,), in [0, 1]
        Share of a rater's choices that follow the scores' own probabilities; 0.5 is guessing, below it the sides or
        the question were turned round.
    """

    items: tuple[str, ...]
    scores: np.ndarray
    raters: tuple[str, ...]
    reliability: np.ndarray
    rounds: int


def fit_reliability(comparisons: Comparisons, *, ridge: float = RIDGE) -> Reliabilities:
    """Fit ``P(i over j by rater r) = q_r sigma(s_i - s_j) + (1 - q_r) sigma(s_j - s_i)`` (Chen et al. 2013).

    By expectation and maximisation: each choice is as meant with some probability, and the scores are fitted to
    choices and their opposites with these weights. Ties say nothing and are left out. Scores carry a small ridge, as
    raters who contradict each other would otherwise drive them apart. Their size and the raters' reliability are told
    apart only weakly: read the order and the reliabilities, and take sizes from `fit_preferences`.

    Raises
    ------
    WorkError
        When the rounds do not end.
    """
    rows, times = _joined(comparisons.of(comparisons.choice != TIE))
    model = make_model(rows, side=False, link="logit", ties=False, ridge=ridge)
    mirrored = make_model(
        Comparisons(
            rows.right, rows.left, rows.choice, rows.raters, rows.items, rows.rater_names, np.empty((len(rows), 0))
        ),
        side=False, link="logit", ties=False, ridge=ridge,
    )  # fmt: skip
    both = make_model(_stacked(rows), side=False, link="logit", ties=False, ridge=ridge)
    count = len(rows.rater_names)
    answered = np.bincount(rows.raters, times, count)
    parameters, _, _ = climb(model, times)
    quality = np.full(count, (PRIOR[0] - 1) / (sum(PRIOR) - 2))
    for turn in range(1, ROUNDS + 1):
        meant = quality[rows.raters] * np.exp(model.at(parameters).value)
        turned = (1 - quality[rows.raters]) * np.exp(mirrored.at(parameters).value)
        weight = meant / (meant + turned)
        better = (np.bincount(rows.raters, weight * times, count) + PRIOR[0] - 1) / (answered + sum(PRIOR) - 2)
        new, _, _ = climb(both, np.concatenate([weight * times, (1 - weight) * times]), parameters)
        change = max(np.abs(new - parameters).max(), np.abs(better - quality).max())
        parameters, quality = new, better
        if change < STILL:
            return Reliabilities(rows.items, model.back @ parameters, rows.rater_names, quality, turn)
    raise WorkError(f"Reliabilities of raters did not settle in {ROUNDS} rounds; report the scores without them.")


def _joined(rows: Comparisons) -> tuple[Comparisons, np.ndarray]:
    """Give each rater's choices of one kind once, and how often they were made."""
    k = len(rows.items)
    code = ((rows.raters * k + rows.left) * k + rows.right) * 2 + rows.choice
    _, first, times = np.unique(code, return_index=True, return_counts=True)
    return rows.of(first), times.astype(float)


def _stacked(rows: Comparisons) -> Comparisons:
    """Give every choice, and then its opposite."""
    twice = rows.of(np.tile(np.arange(len(rows)), 2))
    choice = np.concatenate([rows.choice, np.where(rows.choice == LEFT, 1, LEFT)])
    return Comparisons(
        twice.left, twice.right, choice, twice.raters, twice.items, twice.rater_names, np.empty((len(twice), 0))
    )
