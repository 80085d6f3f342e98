"""Quantiles of values that were rounded: a value stands for all that would be rounded to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def rounded_quantiles(values: np.ndarray, parts: Sequence[float], step: float, lowest: float = -np.inf) -> np.ndarray:
    """Give quantiles of grouped values: within a step of rounding they rise evenly.

    The plain median of 8-bit grey values or of integer radii is nearly always the same number; the median of grouped
    data (Kendall & Stuart, The Advanced Theory of Statistics, vol. 1, section 2.8) moves with every value.

    Parameters
    ----------
    values : ndarray
        Any shape.
    parts : sequence of float
        0 to 1.
    step : float
        What values were rounded to; 0 for values that were not rounded.
    lowest : float
        Below it nothing can lie, such as 0 for lengths.

    Returns
    -------
    ndarray
        One for each part; not a number where there are no values.
    """
    flat = np.sort(np.asarray(values, float).ravel())
    if not len(flat) or np.isnan(flat[-1]):
        return np.full(len(parts), np.nan)
    plain: np.ndarray = np.quantile(flat, parts)
    if step <= 0:
        return plain
    found = []
    for part in parts:
        value = flat[min(int(part * len(flat)), len(flat) - 1)]
        below = np.searchsorted(flat, value - step / 4)
        here = np.searchsorted(flat, value + step / 4) - below
        low, high = max(value - step / 2, lowest), value + step / 2
        found.append(low + (high - low) * np.clip((part * len(flat) - below) / here, 0, 1))
    return np.asarray(found)
