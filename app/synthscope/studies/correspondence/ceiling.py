"""How far ratings agree with themselves: halves of the raters, and each rater against the others."""

from __future__ import annotations

import numpy as np
from scipy.stats import t as student

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.correspondence.correlations import spearman
from synthscope.studies.correspondence.drawing import nested
from synthscope.studies.tables import RatingTable, item_means

SPLITS = 1000
FEWEST = 3


def split_half(table: RatingTable, rng: np.random.Generator, *, splits: int = SPLITS) -> tuple[Estimate, Estimate]:
    """Correlate the means of two random halves of the raters (Spearman), and step up to all raters.

    Returns
    -------
    tuple of Estimate
        ``split-half``: the mean over splits of ``2 r / (1 + r)`` (Spearman-Brown); its ends are percentiles over
        splits, no confidence interval. ``noise-ceiling``: the root of it, with which a perfect metric would correlate
        with these mean ratings.

    Raises
    ------
    InputError
        When there are fewer than three items or no two raters for each.
    """
    if len(table.items) < FEWEST:
        raise InputError(f"{len(table.items)} items have no correlation; at least {FEWEST} are needed.")
    ours = np.concatenate([_one_split(table, rng) for _ in range(splits)])
    ours = ours[np.isfinite(ours) & (ours > -1)]
    if not len(ours):
        raise InputError("No split of the raters leaves two ratings of each item; collect more ratings of each.")
    stepped = np.clip(2 * ours / (1 + ours), -1, 1)
    value = float(stepped.mean())
    low, high = (float(q) for q in np.quantile(stepped, [0.025, 0.975]))
    words = f"Spearman correlation of random halves of the raters, {len(ours)} splits, Spearman-Brown"
    caveats = ("Ends are percentiles over splits of these raters.",)
    n = int(np.isfinite(table.values).sum())
    first = Estimate("split-half", "Agreement of two halves of the raters", value, low, high, n, words, caveats=caveats,
                     citation="Spearman 1910; Brown 1910")  # fmt: skip
    root, below, above = (float(np.sqrt(max(v, 0))) for v in (value, low, high))
    title = "What a perfect metric would reach"
    return first, Estimate("noise-ceiling", title, root, below, above, n, f"root of: {words}", caveats=caveats)


def _one_split(table: RatingTable, rng: np.random.Generator) -> np.ndarray:
    side = np.zeros(len(table.raters))
    if nested(table):
        for column in np.isfinite(table.values).T:
            mine = rng.permutation(np.flatnonzero(column))
            side[mine[: len(mine) // 2]] = 1
    else:
        side[rng.permutation(len(side))[: len(side) // 2]] = 1
    halves = item_means(table.values, np.stack([side, 1 - side]))
    both = np.isfinite(halves).all(axis=0)
    if both.sum() < FEWEST:
        return np.empty(0)
    return np.atleast_1d(spearman(halves[0][both], halves[1][both]))


def leave_one_out(table: RatingTable, *, level: float = 0.95) -> Estimate:
    """Correlate each rater (Spearman) with the mean of the others: what one more expert would reach as a "metric".

    Not a number, with the reason, where no rater shares three items with others.
    """
    values, weights, found = table.values, np.ones(len(table.raters)), []
    for k in range(len(table.raters)):
        others = weights.copy()
        others[k] = 0
        rest = item_means(values, others)
        both = np.isfinite(rest) & np.isfinite(values[k])
        if both.sum() >= FEWEST:
            found.append(float(spearman(values[k][both], rest[both])))
    ours = np.array(found)
    ours = ours[np.isfinite(ours)]
    title, words = "One rater against the others", "Spearman correlation of each rater with the mean of the others"
    n = int(np.isfinite(values).sum())
    if not len(ours):
        reason = "No rater shares three items of different ratings with others."
        return Estimate("leave-one-out", title, float("nan"), n=n, method=words, caveats=(reason,))
    reach = float("nan")
    if len(ours) > 1:
        reach = float(ours.std(ddof=1) / np.sqrt(len(ours)) * student.ppf((1 + level) / 2, len(ours) - 1))
    mean = float(ours.mean())
    return Estimate(
        "leave-one-out", title, mean, mean - reach, mean + reach, n, words, level=level, random=("raters",),
        caveats=("Raters share the others, so that the interval is rough.",),
    )  # fmt: skip
