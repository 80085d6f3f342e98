"""A reader's ROC curve and the area under it, with DeLong's error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError


@dataclass(frozen=True, eq=False)
class Placements:
    """Of each image: the part of images of the other kind that it is rightly ranked against, ties counting half.

    Their means are the area; their spread is its variance (DeLong, DeLong & Clarke-Pearson 1988).

    Parameters
    ----------
    area : float
    positive : ndarray, shape (m,)
    negative : ndarray, shape (n,)
    """

    area: float
    positive: np.ndarray
    negative: np.ndarray


@dataclass(frozen=True)
class Area:
    """Area under a reader's curve; its error is over cases, for this reader."""

    value: float
    se: float
    low: float
    high: float
    statistic: float
    p_value: float
    positives: int
    negatives: int


def placements(positive: np.ndarray, negative: np.ndarray) -> Placements:
    """Place scores among each other by ranks, in O(n log n) (Sun & Xu 2014, IEEE Signal Processing Letters 21:1389).

    Parameters
    ----------
    positive, negative : ndarray, shape (m,), (n,)
        Scores of images of one kind, and of the other.
    """
    m, n = len(positive), len(negative)
    if not m or not n:
        raise InputError(f"A ROC curve needs images of both kinds and has {m} and {n}; show both to every reader.")
    together = stats.rankdata(np.concatenate([positive, negative]))
    above = (together[:m] - stats.rankdata(positive)) / n
    below = 1 - (together[m:] - stats.rankdata(negative)) / m
    return Placements(float(above.mean()), above, below)


def area_under_curve(scores: np.ndarray, positive: np.ndarray, *, level: float = 0.95) -> Area:
    """Give the area under a reader's curve: the Mann-Whitney part, ties counting half.

    Parameters
    ----------
    scores : ndarray, shape (N,)
        Confidence that an image is positive; not a number where there is no answer.
    positive : ndarray of bool, shape (N,)

    Returns
    -------
    Area
        Its interval is made on the logit scale (Pepe 2003); where the area is 0 or 1, or the variance is
        zero, it is that of Wilson's formula for the smaller kind. The test against 0.5 takes DeLong's error.
    """
    values, kind = np.asarray(scores, float), np.asarray(positive, bool)
    if values.shape != kind.shape or values.ndim != 1:
        raise InputError(f"Scores {values.shape} do not fit the truth {kind.shape}; give one of each for every image.")
    there = np.isfinite(values)
    placed = placements(values[there & kind], values[there & ~kind])
    m, n = len(placed.positive), len(placed.negative)
    if m < 2 or n < 2:
        raise InputError(f"An area with its error needs 2 images of each kind and has {m} and {n}; show more.")
    variance = float(placed.positive.var(ddof=1) / m + placed.negative.var(ddof=1) / n)
    se, z = float(np.sqrt(variance)), float(stats.norm.ppf((1 + level) / 2))
    low, high = _logit_interval(placed.area, se, z, min(m, n))
    statistic = (placed.area - 0.5) / se if se > 0 else float("nan")
    return Area(placed.area, se, low, high, statistic, float(2 * stats.norm.sf(abs(statistic))), m, n)


def roc_curve(scores: np.ndarray, positive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the corners of the curve: false-positive and true-positive rate from (0, 0) to (1, 1).

    One corner for each different score; the area under the straight lines between them is that of
    `area_under_curve`.
    """
    values, kind = np.asarray(scores, float), np.asarray(positive, bool)
    there = np.isfinite(values)
    values, kind = values[there], kind[there]
    if kind.all() or not kind.any():
        raise InputError("A ROC curve needs images of both kinds; show both to every reader.")
    cuts = np.unique(values)[::-1]
    true = (values[kind][None, :] >= cuts[:, None]).mean(axis=1)
    false = (values[~kind][None, :] >= cuts[:, None]).mean(axis=1)
    return np.r_[0.0, false], np.r_[0.0, true]


def _logit_interval(area: float, se: float, z: float, smaller: int) -> tuple[float, float]:
    if se == 0 or not 0 < area < 1:
        room, part = 1 + z**2 / smaller, min(max(area, 0.0), 1.0)
        middle = (part + z**2 / (2 * smaller)) / room
        reach = z / room * float(np.sqrt(part * (1 - part) / smaller + z**2 / (4 * smaller**2)))
        return max(0.0, middle - reach), min(1.0, middle + reach)
    centre, reach = float(np.log(area / (1 - area))), z * se / (area * (1 - area))
    low, high = 1 / (1 + np.exp(-(centre - reach))), 1 / (1 + np.exp(-(centre + reach)))
    return float(low), float(high)
