"""The sliced transport distance of two sets of features."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.metrics.sets.specimens import Units, check_pair, grouped_jackknife
from synthscope.records.metric import Layout

DIRECTIONS = 512
SEED = 20261126


def sliced_distance(real: np.ndarray, generated: np.ndarray, directions: np.ndarray) -> float:
    """Give 3 d times the mean squared transport distance along directions (MIND, arXiv 2605.06797).

    For two Gaussians of one covariance whose means are `mu` apart in each of d features it is 3 d mu^2. It is above
    zero for two samples of one kind, the more the fewer rows.

    Parameters
    ----------
    real, generated : ndarray of float (N, D), (M, D)
        Where N and M differ, quantiles are interpolated.
    directions : ndarray (D, L)
        Of length 1.
    """
    a, b = np.sort(real @ directions, axis=0), np.sort(generated @ directions, axis=0)
    if len(a) != len(b):
        levels = (np.arange(max(len(a), len(b))) + 0.5) / max(len(a), len(b))
        a, b = (np.quantile(x, levels, axis=0, method="hazen") for x in (a, b))
    return float(3 * real.shape[1] * ((a - b) ** 2).mean())


class SlicedDistance:
    """`sliced_distance` along 512 directions, the same ones for every set."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        check_pair(real, generated)
        return {"": sliced_distance(real, generated, fixed_directions(real.shape[1]))}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw in the linearised figure, as `grouped_jackknife` says."""
        check_pair(real, generated)
        directions = fixed_directions(real.shape[1])

        def figure(rows: np.ndarray, columns: np.ndarray) -> float:
            return sliced_distance(real[rows], generated[columns], directions)

        value = sliced_distance(real, generated, directions)
        return {"": grouped_jackknife(figure, units, rng).draw(value, rng, count)}


def fixed_directions(dimension: int, count: int = DIRECTIONS, seed: int = SEED) -> np.ndarray:
    """Give directions (D, count) of length 1, evenly distributed, always the same ones."""
    drawn = np.random.default_rng(seed).standard_normal((dimension, count))
    unit: np.ndarray = drawn / np.linalg.norm(drawn, axis=0)
    return unit
