"""The exposure at which a reader is right in so many answers: maximum likelihood with the slope integrated out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import ndtr, ndtri

from synthscope.errors import InputError

LAPSES = 0.02
"""Part of answers given without looking (Wichmann & Hill 2001: a fixed 0 biases the slope, 0.01 to 0.05 does not)."""
SPREADS = np.geomspace(0.1, 4.0, 41)
"""Octaves from the middle of the curve to 84 % of its rise."""
FINE = 0.02
"""Octaves between two thresholds that are tried."""
BEYOND = 3.0
"""Octaves outside the exposures shown in which a threshold is looked for."""
LEAST = 10
FEW_READERS = 3


@dataclass(frozen=True)
class Threshold:
    """An exposure in ms, with the interval of one reader's answers.

    Parameters
    ----------
    value, low, high : float
        Ends of the interval are 0 or infinite where the answers set no limit on that side.
    spread : float
        Octaves from the middle of the curve to 84 % of its rise; known far less well than the threshold.
    determined : bool
        Whether both ends are finite: a reader who is always right, or guesses, has no threshold.
    """

    value: float
    low: float
    high: float
    spread: float
    target: float
    n: int
    determined: bool


@dataclass(frozen=True)
class MeanThreshold:
    """Geometric mean of several readers' thresholds, for other readers; `left_out` of them had none."""

    value: float
    low: float
    high: float
    df: int
    readers: int
    left_out: int


def psychometric(
    octaves: np.ndarray, threshold: np.ndarray | float, spread: np.ndarray | float, target: float = 0.75,
    chance: float = 0.5, lapses: float = LAPSES,
) -> np.ndarray:
    """Give the part of right answers: a cumulative normal over octaves of exposure between chance and 1 - lapses.

    Parameters
    ----------
    octaves : ndarray
        Base-2 logarithm of the exposure in ms.
    threshold, spread : array-like
        In octaves, broadcast with them: where the part is `target`, and how flat the curve is.
    """  # fmt: skip
    room = 1 - chance - lapses
    away = ndtri((target - chance) / room)
    return np.asarray(chance + room * ndtr((octaves - threshold) / spread + away))


def fit_threshold(
    exposures_ms: np.ndarray,
    right: np.ndarray,
    *,
    target: float = 0.75,
    chance: float = 0.5,
    lapses: float = LAPSES,
    level: float = 0.95,
) -> Threshold:
    """Fit one reader's answers, of a staircase or of fixed exposures.

    The likelihood of adaptive answers is that of the same answers at fixed exposures. The spread, which staircases tell
    badly (Kaernbach 2001), is integrated out, flat on its logarithm from 0.1 to 4 octaves (Berger et al. 1999); the
    threshold is the median of what is left, its interval the middle part. An interval from the profile likelihood was
    measured to hold the truth in 81 % to 92 % of staircases instead of 95 %.

    Parameters
    ----------
    exposures_ms : ndarray, shape (n,)
    right : ndarray of bool, shape (n,)
    target : float
        Part of right answers that defines the threshold, between chance and 1 - lapses.

    Raises
    ------
    InputError
        If there are fewer than ten answers, an exposure is not above 0, or the target cannot be reached.
    """
    shown, answers = np.asarray(exposures_ms, float), np.asarray(right, bool)
    _check(shown, answers, target, chance, lapses)
    octaves, which = np.unique(np.log2(shown), return_inverse=True)
    hits, trials = np.bincount(which, answers), np.bincount(which).astype(float)
    grid = np.arange(octaves[0] - BEYOND, octaves[-1] + BEYOND + FINE, FINE)
    part = psychometric(octaves, grid[:, None, None], SPREADS[:, None], target, chance, lapses)
    likelihood = np.log(part) @ hits + np.log1p(-part) @ (trials - hits)
    density = np.exp(likelihood - likelihood.max())
    value, low, high = _middle(grid, density.sum(axis=1), level)
    spread = float(np.exp(density.sum(axis=0) @ np.log(SPREADS) / density.sum()))
    determined = bool(low > 0 and np.isfinite(high))
    return Threshold(value, low, high, spread, target, len(shown), determined)


def mean_threshold(thresholds: tuple[Threshold, ...], *, level: float = 0.95) -> MeanThreshold:
    """Give the geometric mean of readers' thresholds with Student's t over readers.

    Readers without a threshold are left out and counted: many of them make the mean one of the rest only.
    """
    kept = np.log2([one.value for one in thresholds if one.determined])
    left = len(thresholds) - len(kept)
    if len(kept) < FEW_READERS:
        raise InputError(
            f"{len(kept)} of {len(thresholds)} readers have a threshold, and a mean needs {FEW_READERS}; begin with "
            "longer exposures, or show more trials."
        )
    mean, df = float(kept.mean()), len(kept) - 1
    reach = float(kept.std(ddof=1) / np.sqrt(len(kept)) * stats.t.ppf((1 + level) / 2, df))
    return MeanThreshold(2**mean, 2 ** (mean - reach), 2 ** (mean + reach), df, len(kept), left)


def _middle(grid: np.ndarray, density: np.ndarray, level: float) -> tuple[float, float, float]:
    """Median and middle part in ms; no limit on a side where the density has not fallen at the end of the grid."""
    rising = np.cumsum(density) / density.sum()
    value, low, high = (
        float(2 ** np.interp(part, rising, grid)) for part in (0.5, (1 - level) / 2, (1 + level) / 2)
    )
    open_from = np.exp(-float(stats.chi2.ppf(level, 1)) / 2) * density.max()
    no_low, no_high = density[0] > open_from, density[-1] > open_from
    return value, 0.0 if no_low else low, float("inf") if no_high else high


def _check(shown: np.ndarray, answers: np.ndarray, target: float, chance: float, lapses: float) -> None:
    if shown.shape != answers.shape or shown.ndim != 1 or len(shown) < LEAST:
        raise InputError(f"{shown.shape} exposures and {answers.shape} answers; a threshold needs {LEAST} pairs.")
    if not (shown > 0).all():
        raise InputError(f"An exposure of {shown.min():g} ms was not seen; leave it out.")
    if not chance < target < 1 - lapses:
        raise InputError(f"A target of {target:g} lies outside {chance:g} to {1 - lapses:g}; use 0.75.")
