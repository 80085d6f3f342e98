"""Numbers that were measured of each field, compared as distributions: one distance for each of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.imaging.circular import circular_distance, circular_mean, wrapped
from synthscope.records.metric import Layout

TOLD = 0.5
"""Part of the fields of a set that a quantity must be told of to be compared."""


class QuantityDistances:
    """First Wasserstein distance of every named quantity, in standard deviations of the real set.

    1 says that the fields lie, on average, one standard deviation of real fields away from where they should. Fields
    of which a quantity cannot be told (a way through pores where there is none) are left out of it; where that is so
    for more than half of either set, or the real fields all have one value and the others have not, there is no
    number. Distance and deviation of directions are those on the circle: 179 and 1 degree are 2 apart.
    """

    def measure(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> Mapping[str, float]:
        """Give one figure for each name of the layout."""
        count = len(layout.names)
        distances = column_distances(real[:, :count], generated[:, :count])
        spread = _spread(real[:, :count])
        for column, period in periods_of(layout).items():
            a, b = (values[np.isfinite(values)] for values in (real[:, column], generated[:, column]))
            if np.isfinite(distances[column]):
                distances[column] = circular_distance(a, b, period)
                spread[column] = _spread(wrapped(a - circular_mean(a, period), period)[:, None])[0]
        return {name: _ratio(float(d), float(s)) for name, d, s in zip(layout.names, distances, spread, strict=True)}

    def each(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> np.ndarray:
        """Give the root mean square of a field's quantities in standard deviations from the real mean."""
        count = len(layout.names)
        known, here = turned(real[:, :count], real, layout), turned(generated[:, :count], real, layout)
        told = np.isfinite(known).mean(axis=0) > TOLD
        if not told.any():
            return np.full(len(generated), np.nan)
        spread = _spread(known)
        usable = told & (spread > 0)
        centre = np.nanmean(known[:, usable], axis=0)
        away = (here[:, usable] - centre) / spread[usable]
        return root_mean_square(away)


def periods_of(layout: Layout) -> dict[int, float]:
    """Give the period of each column whose values lie on a circle."""
    return {layout.names.index(name): period for name, period in layout.periods.items()}


def turned(values: np.ndarray, real: np.ndarray, layout: Layout) -> np.ndarray:
    """Write what lies on a circle as its way from the mean of the real set: (N, D), all else as it is."""
    found = np.array(values, float)
    for column, period in periods_of(layout).items():
        known = real[np.isfinite(real[:, column]), column]
        found[:, column] = wrapped(found[:, column] - circular_mean(known, period), period)
    return found


def column_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Give the first Wasserstein distance of every column of a (N, D) from that of b (M, D).

    The area between both quantile functions (Vallender 1974); values that are not finite are left out, and where
    they are more than half of a column there is no number.
    """
    found = np.full(a.shape[1], np.nan)
    here, there = np.isfinite(a), np.isfinite(b)
    whole = here.all(axis=0) & there.all(axis=0)
    if whole.any():
        found[whole] = _transport(a[:, whole], b[:, whole])
    partly = ~whole & (here.mean(axis=0) > TOLD) & (there.mean(axis=0) > TOLD)
    for column in np.flatnonzero(partly):
        left, right = a[here[:, column], column], b[there[:, column], column]
        found[column] = _transport(left[:, None], right[:, None])[0]
    return found


def root_mean_square(away: np.ndarray) -> np.ndarray:
    """Give the root mean square of what is known in each row (N, D); not a number where nothing is."""
    known = np.isfinite(away)
    count = known.sum(axis=1)
    sums = np.where(known, away, 0.0) ** 2
    with np.errstate(invalid="ignore"):
        rooted: np.ndarray = np.sqrt(sums.sum(axis=1) / np.where(count > 0, count, np.nan))
    return rooted


def _transport(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Area between the quantile functions of columns that are known wholly."""
    n, m = len(a), len(b)
    ends = np.unique(np.concatenate([np.arange(1, n + 1) * m, np.arange(1, m + 1) * n]))  # in parts of 1 / (n m)
    widths = np.diff(ends, prepend=0) / (n * m)
    rows_a, rows_b = (ends - 1) // m, (ends - 1) // n
    distances: np.ndarray = widths @ np.abs(np.sort(a, axis=0)[rows_a] - np.sort(b, axis=0)[rows_b])
    return distances


def _spread(values: np.ndarray) -> np.ndarray:
    """Give the sample standard deviation of what is known of each column; not a number below two values."""
    known = np.isfinite(values)
    count = known.sum(axis=0)
    filled = np.where(known, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = filled.sum(axis=0) / count
        away = np.where(known, values - centre, 0.0)
        spread: np.ndarray = np.sqrt((away**2).sum(axis=0) / np.where(count > 1, count - 1, np.nan))
    rounding = np.abs(centre) * 1e-12
    return np.where(spread <= rounding, 0.0, spread)


def _ratio(distance: float, spread: float) -> float:
    if spread > 0:
        return distance / spread
    return 0.0 if distance == 0 else float("nan")
