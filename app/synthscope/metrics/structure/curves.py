"""Curves that were measured of each field, compared by their means: one distance for each of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.metrics.structure.quantities import TOLD, root_mean_square
from synthscope.records.metric import Layout

LEAST_SPREAD = 0.05
"""Of the standard deviation of real fields at a point, as a part of its root mean square over the curve."""


class CurveDistances:
    """Root mean square difference of the mean curves, in pointwise standard deviations of the real set.

    1 says that the mean curve lies, over its points, one standard deviation of real fields away. Where real fields
    hardly differ the deviation counts as at least a twentieth of what it is over the curve: nowhere a difference of
    nothing is divided by nothing.
    """

    def measure(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> Mapping[str, float]:
        """Give one figure for each curve of the layout."""
        found = {}
        for curve in layout.curves:
            columns = slice(curve.start, curve.stop)
            found[curve.name] = _distance(real[:, columns], generated[:, columns])
        return found

    def each(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> np.ndarray:
        """Give the root mean square over all curves of how far a field lies from the real mean."""
        if not layout.curves:
            return np.full(len(generated), np.nan)
        away = []
        for curve in layout.curves:
            columns = slice(curve.start, curve.stop)
            centre, spread = _centre(real[:, columns]), _spread(real[:, columns])
            away.append((generated[:, columns] - centre) / spread)
        return root_mean_square(np.concatenate(away, axis=1))


def _distance(real: np.ndarray, generated: np.ndarray) -> float:
    centres = _centre(real), _centre(generated)
    away = centres[1] - centres[0]
    told = np.isfinite(away)
    if not told.any():
        return float("nan")
    if not np.abs(away[told]).max():
        return 0.0
    return float(root_mean_square((away / _spread(real))[None])[0])


def _centre(values: np.ndarray) -> np.ndarray:
    """Mean over fields at each point; not a number where fewer than half of them tell it."""
    known = np.isfinite(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    enough = known.mean(axis=0) > TOLD
    centre: np.ndarray = np.where(enough, total, np.nan) / np.maximum(known.sum(axis=0), 1)
    return centre


def _spread(values: np.ndarray) -> np.ndarray:
    known = np.isfinite(values)
    away = np.where(known, values - _centre(values), 0.0)
    away = np.where(np.isfinite(away), away, 0.0)
    count = known.sum(axis=0)
    variance = np.where(count > 1, (away**2).sum(axis=0) / np.maximum(count - 1, 1), np.nan)
    told = np.isfinite(variance)
    least = LEAST_SPREAD * float(np.sqrt(variance[told].mean())) if told.any() else np.nan
    spread: np.ndarray = np.maximum(np.sqrt(variance), least)
    return np.where(spread > 0, spread, np.nan)
