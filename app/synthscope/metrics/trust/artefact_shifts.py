"""How far the artefacts of a set lie from those of real fields."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.stats import wasserstein_distance

from synthscope.records.metric import Curve, Layout

SPREAD_FLOOR = 1e-3
"""Least spread that a shift is divided by, in 1 + the magnitude of the quantity."""
RATIOS = ("sharpness", "roll-off", "deviation", "edges", "noise", "rings")


class ArtefactShift:
    """Of each quantity: the Wasserstein distance of its two distributions over the real set's standard deviation.

    Of the histogram: the Wasserstein distance of the two sets' grey values, in units of the limits.
    """

    def measure(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> Mapping[str, float]:
        """Give a shift for each quantity and for the histogram."""
        figures = {
            name: wasserstein_distance(real[:, i], generated[:, i]) / _spread(real[:, i])
            for i, name in enumerate(layout.names)
        }
        return figures | {curve.name: _moved(real, generated, curve) for curve in layout.curves}

    def each(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> np.ndarray:
        """Give, for each generated row, the largest deviation of a quantity from the real mean, in real deviations."""
        n = len(layout.names)
        spread = np.array([_spread(real[:, i]) for i in range(n)])
        deviation: np.ndarray = np.abs(generated[:, :n] - real[:, :n].mean(axis=0)) / spread
        return np.asarray(deviation.max(axis=1))


class ArtefactRatio:
    """Of quantities that are above 0 by nature: the median of the generated fields over that of the real ones."""

    def measure(self, real: np.ndarray, generated: np.ndarray, layout: Layout) -> Mapping[str, float]:
        """Give a ratio for sharpness, roll-off, deviation, edges, noise and rings."""
        columns = {name: layout.names.index(name) for name in RATIOS if name in layout.names}
        return {name: _ratio(np.median(generated[:, i]), np.median(real[:, i])) for name, i in columns.items()}


def _spread(values: np.ndarray) -> float:
    return max(float(values.std()), SPREAD_FLOOR * (1 + abs(float(values.mean()))))


def _ratio(above: float, below: float) -> float:
    if below == 0:
        return 1.0 if above == 0 else float("inf")
    return float(above / below)


def _moved(real: np.ndarray, generated: np.ndarray, curve: Curve) -> float:
    """Wasserstein distance of the mean histograms."""
    columns = slice(curve.start, curve.stop)
    a, b = real[:, columns].mean(axis=0), generated[:, columns].mean(axis=0)
    return float(wasserstein_distance(curve.x, curve.x, a, b))
