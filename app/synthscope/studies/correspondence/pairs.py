"""Choices between two images beside a metric: agreement, what raters reach among themselves, Krasula's areas."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.stats import rankdata
from scipy.stats import t as student

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.correspondence.drawing import check_metric, interval
from synthscope.studies.tables import RatingTable


def agreement_scores(difference: np.ndarray, preferred: np.ndarray) -> np.ndarray:
    """Score each pair as LPIPS does: the part of the raters who chose as the metric, a half where it sees none.

    Parameters
    ----------
    difference : ndarray of float, shape (..., n)
        Metric of the second image less that of the first, higher for better.
    preferred : ndarray of float, shape (..., n), in [0, 1]
        Part of the raters who chose the second.
    """
    agreed = np.where(difference > 0, preferred, 1 - preferred)
    return np.asarray(np.where(difference == 0, 0.5, agreed))


def human_ceiling(preferred: np.ndarray, raters: np.ndarray | None = None) -> float:
    """Give what a rater scores against the others on average: the mean of ``p^2 + (1 - p)^2``.

    Parameters
    ----------
    preferred : ndarray of float, shape (n,), in [0, 1]
    raters : ndarray of int, shape (n,), optional
        Of each pair: the estimate is then freed of counting a rater against himself; pairs of one rater are left out.
    """
    unlike = 2 * preferred * (1 - preferred)
    if raters is None:
        return float(1 - unlike.mean())
    many = raters > 1
    if not many.any():
        return float("nan")
    return float(1 - (unlike[many] * raters[many] / (raters[many] - 1)).mean())


def pair_agreement(
    table: RatingTable, difference: np.ndarray, name: str, rng: np.random.Generator, *, resamples: int = 2000,
    confidence: float = 0.95,
) -> tuple[Estimate, Estimate]:
    """Give the agreement of a metric with choices, and the raters' own.

    Parameters
    ----------
    table : RatingTable
        Its items are pairs; a value is 1 where the rater chose the second image, 0 the first, 0.5 neither.
    difference : ndarray of float, shape (pairs,)
        Metric of the second image less that of the first, higher for better.

    Returns
    -------
    tuple of Estimate
        ``2afc`` with an interval over raters and pairs drawn together, and ``2afc-ceiling``.
    """
    difference = np.asarray(difference, float)
    check_metric(table, difference)
    preferred = table.means

    def statistic(metric: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        return np.asarray(agreement_scores(metric, drawn).mean(axis=-1))

    low, high = interval(table, difference, statistic, rng, resamples, level=confidence, centring="none")
    n = int(np.isfinite(table.values).sum())
    words = f"{resamples} draws of raters and pairs together"
    count = np.isfinite(table.values).sum(axis=0)
    return (
        Estimate(
            "2afc", "Agreement with choices", float(statistic(difference, preferred)), low, high, n, words, name,
            level=confidence, random=("raters", "pairs"), citation="Zhang et al. 2018",
        ),
        Estimate(
            "2afc-ceiling", "What raters reach among themselves", human_ceiling(preferred, count), n=n,
            method="mean of p^2 + (1 - p)^2, freed of counting a rater against himself", subject=name,
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Krasula:
    """How well a metric tells pairs of items apart (Krasula et al. 2016).

    Parameters
    ----------
    different : float
        Area under the curve of the metric's distance for pairs that raters tell apart against those they do not.
    better : float
        Of the metric's difference for better against worse, among pairs that raters tell apart.
    right : float
        Part of those pairs of which the metric names the better one.
    pairs, apart : int
        All pairs with raters in common, and those told apart.
    """

    different: float
    better: float
    right: float
    pairs: int
    apart: int


def krasula(table: RatingTable, metric: np.ndarray, *, alpha: float = 0.05) -> Krasula:
    """Sort pairs of items by whether raters tell them apart, and ask the metric.

    Raters tell a pair apart when a paired t test over the raters of both items says so at `alpha`. Areas without
    pairs of one kind are not numbers.

    Parameters
    ----------
    metric : ndarray of float, shape (items,)
        Higher for better.
    """
    metric = np.asarray(metric, float)
    check_metric(table, metric)
    found = [_told_apart(table.values, i, j, alpha) for i, j in combinations(range(len(metric)), 2)]
    sides = [metric[i] - metric[j] for i, j in combinations(range(len(metric)), 2)]
    known = np.array([f is not None for f in found])
    if not known.any():
        raise InputError("No two items share two raters; Krasula's areas need items that the same raters saw.")
    verdict = np.array([f for f in found if f is not None])
    moved = np.array(sides)[known]
    apart = verdict != 0
    turned = moved[apart] * verdict[apart]
    return Krasula(
        area(np.abs(moved[apart]), np.abs(moved[~apart])), area(turned, -turned),
        float(((turned > 0) + 0.5 * (turned == 0)).mean()) if apart.any() else float("nan"),
        int(known.sum()), int(apart.sum()),
    )  # fmt: skip


def _told_apart(values: np.ndarray, i: int, j: int, alpha: float) -> int | None:
    """Give 1 if i is better, -1 if j is, 0 if raters do not tell; None without two raters of both."""
    difference = values[:, i] - values[:, j]
    difference = difference[np.isfinite(difference)]
    if len(difference) < 2:
        return None
    mean, error = difference.mean(), difference.std(ddof=1) / np.sqrt(len(difference))
    if error == 0:
        return int(np.sign(mean))
    p_value = 2 * student.sf(abs(mean) / error, len(difference) - 1)
    return int(np.sign(mean)) if p_value < alpha else 0


def area(positive: np.ndarray, negative: np.ndarray) -> float:
    """Give the area under the curve: the part of pairs with the positive one higher, ties a half."""
    if not len(positive) or not len(negative):
        return float("nan")
    ranks = rankdata(np.concatenate([positive, negative]))[: len(positive)]
    return float((ranks.sum() - len(positive) * (len(positive) + 1) / 2) / (len(positive) * len(negative)))
