"""Values of many pairs in a few numbers: median, quartiles, and an interval over specimens."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthscope.errors import InputError

LEVEL = 95.0
FEW_SPECIMENS = 3
DRAWS = 2000


@dataclass(frozen=True)
class PairSummary:
    """What pairs have in common.

    Parameters
    ----------
    median, low, high : float
        With its 95 % interval over specimens; not numbers below three specimens.
    first_quartile, third_quartile : float
    mean, deviation : float
        As tables of the literature have them; the deviation is over pairs, and no error of the mean.
    pairs, specimens : int
        How many there are of which the figure could be told.
    left_out : int
        Pairs whose figure could not be told.
    """

    median: float
    low: float
    high: float
    first_quartile: float
    third_quartile: float
    mean: float
    deviation: float
    pairs: int
    specimens: int
    left_out: int = 0


def summarise(
    values: np.ndarray, rng: np.random.Generator, specimens: Sequence[object] | None = None, draws: int = DRAWS
) -> PairSummary:
    """Summarise one figure of many pairs.

    Each pair is measured by itself, and then the median is taken: never the PSNR of a pooled error. The interval is
    the percentile bootstrap over specimens (Davison & Hinkley 1997, section 3.8).

    Parameters
    ----------
    values : ndarray of float (N,)
        NaN where a figure could not be told; infinite (PSNR of equal images) counts as above every other.
    specimens : sequence (N,), optional
        Which specimen each pair is of; each of its own without.

    Raises
    ------
    InputError
        If there is no value, or not one specimen for each.
    """
    units = np.arange(len(values)) if specimens is None else np.asarray(specimens)
    if len(units) != len(values):
        raise InputError(f"{len(values)} pairs have {len(units)} specimens; name one for each pair.")
    known = ~np.isnan(values)
    if not known.any():
        raise InputError(f"None of {len(values)} pairs has a figure; there is nothing to summarise.")
    told, names = values[known], np.unique(units[known])
    first, median, third = _quantiles(told, (25, 50, 75))
    low, high = math.nan, math.nan
    if len(names) >= FEW_SPECIMENS:
        low, high = _quantiles(_medians(told, units[known], rng, draws), (50 - LEVEL / 2, 50 + LEVEL / 2))
    finite = bool(np.isfinite(told).all())
    return PairSummary(
        median=median,
        low=low,
        high=high,
        first_quartile=first,
        third_quartile=third,
        mean=float(told.mean()),
        deviation=float(told.std(ddof=1)) if finite and len(told) > 1 else math.nan,
        pairs=len(told),
        specimens=len(names),
        left_out=int((~known).sum()),
    )


def _medians(values: np.ndarray, units: np.ndarray, rng: np.random.Generator, draws: int) -> np.ndarray:
    """Give the median of as many specimens, drawn with replacement, `draws` times: (draws,)."""
    names, index = np.unique(units, return_inverse=True)
    order = np.argsort(values)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), draws)
    weights = np.cumsum(drawn[:, index.reshape(-1)[order]], axis=1)
    half = weights[:, -1:] / 2
    lower = values[order][(weights >= half).argmax(axis=1)]
    upper = values[order][(weights > half).argmax(axis=1)]
    middle: np.ndarray = (lower + upper) / 2
    return middle


def _quantiles(values: np.ndarray, percents: Sequence[float]) -> tuple[float, ...]:
    """Give percentiles, between values where all are finite, else values themselves."""
    method: Literal["linear", "inverted_cdf"] = "linear" if np.isfinite(values).all() else "inverted_cdf"
    return tuple(float(np.percentile(values, percent, method=method)) for percent in percents)
