"""Do many fills tell honestly what is not known: ranks of the truth among them, coverage of their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError

RESAMPLES = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Coverage:
    """How often the truth lay in the middle `level` of `draws` fills.

    Parameters
    ----------
    level : float
        What honest fills give: (K + 1 - 2j) / (K + 1).
    value : float
        What was found, over all voxels of all places.
    low, high : float
        95 % interval of `value` over places; both not a number for a single place.
    places, draws : int
        How many places there were, and how many fills of each.
    """

    level: float
    value: float
    low: float
    high: float
    places: int
    draws: int


def ranks(truth: np.ndarray, draws: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Count how many draws lie below the truth, voxel by voxel; a truth among equals gets a place at random.

    Where truth and draws are exchangeable, every rank from 0 to K is as likely as any other, whatever their
    distribution (Hamill 2001, Interpretation of rank histograms, section 2): the random place among equals is what
    keeps that true of whole numbers.

    Parameters
    ----------
    truth : ndarray (...)
    draws : ndarray (K, ...)

    Returns
    -------
    ndarray of int64 (...)
        From 0 (below all draws) to K (above all).

    Raises
    ------
    InputError
        If the shapes do not fit.
    """
    if draws.ndim != truth.ndim + 1 or draws.shape[1:] != truth.shape:
        raise InputError(f"Draws of shape {draws.shape} do not fit a truth of {truth.shape}; give (K, ...) of it.")
    below = np.asarray((draws < truth).sum(axis=0), dtype=np.int64)
    equal = np.asarray((draws == truth).sum(axis=0), dtype=np.int64)
    found: np.ndarray = below + rng.integers(0, equal, endpoint=True)
    return found


def rank_histogram(found: np.ndarray, draws: int) -> np.ndarray:
    """Give the part of voxels at each rank, (K + 1,): flat where the fills are honest.

    A valley says that fills differ too little from each other, a hill too much, a slope that they are too dark
    or too bright (Talagrand et al. 1997; Hamill 2001).
    """
    counts = np.bincount(np.ravel(found), minlength=draws + 1)
    return np.asarray(counts / max(int(counts.sum()), 1))


def coverage(by_place: Sequence[np.ndarray], draws: int, level: float, rng: np.random.Generator) -> Coverage:
    """Say how often the truth lay between the j-th smallest and the j-th largest of K draws.

    Of K exchangeable draws that interval holds one more with probability (K + 1 - 2j) / (K + 1), exactly and for
    every K (Wilks 1941, Determination of sample sizes for setting tolerance limits): j is the one that gives
    `level`. Voxels of one place say nearly the same, so the interval of what was found comes from drawing places anew,
    with percentiles widened for their small number (Hesterberg 2015, What teachers should know about the
    bootstrap, The American Statistician 69, 371-386, section 5.3).

    Parameters
    ----------
    by_place : sequence of ndarray of int
        The ranks of each place's voxels.
    draws : int
        K.
    level : float
        Between 0 and 1.

    Raises
    ------
    InputError
        If there is no place, or K draws have no interval of that level.
    """
    j = trimmed(level, draws)
    inside = np.array([np.count_nonzero((found >= j) & (found <= draws - j)) for found in by_place], dtype=float)
    voxels = np.array([found.size for found in by_place], dtype=float)
    if not voxels.sum():
        raise InputError("There is no place to tell coverage from; hold a larger part out of the training.")
    value, count = float(inside.sum() / voxels.sum()), len(voxels)
    low = high = float("nan")
    if count > 1:
        drawn = rng.integers(0, count, size=(RESAMPLES, count))
        tail = float(stats.norm.cdf(np.sqrt(count / (count - 1)) * stats.t.ppf((1 - CONFIDENCE) / 2, count - 1)))
        low, high = np.quantile(inside[drawn].sum(axis=1) / voxels[drawn].sum(axis=1), (tail, 1 - tail))
    return Coverage((draws + 1 - 2 * j) / (draws + 1), value, float(low), float(high), count, draws)


def trimmed(level: float, draws: int) -> int:
    """Give j: how many draws lie outside an interval of `level` on each side, counted with its ends.

    Raises
    ------
    InputError
        If no whole number gives that level: 19 draws have both 0.9 (j = 1) and 0.5 (j = 5).
    """
    j = (1 - level) * (draws + 1) / 2
    if round(j) < 1 or abs(j - round(j)) > 1e-9 or 2 * round(j) > draws:
        raise InputError(
            f"{draws} draws have no interval of exactly {level:.0%}; (1 - level) (draws + 1) / 2 must be a whole "
            "number of at least 1, as for 19 draws and 50 or 90 %."
        )
    return round(j)
