"""The sliced transport distance of two sets of features."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from synthscope.metrics.sets.specimens import JACKKNIFE, Units, check_pair, grouped_jackknife
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
    return len(directions) * _transport(real @ directions, generated @ directions)


class SlicedDistance:
    """`sliced_distance` along 512 directions or more, the same ones for every set."""

    way = JACKKNIFE

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
        a, b = real @ directions, generated @ directions

        def figure(rows: np.ndarray, columns: np.ndarray) -> float:
            return len(directions) * _transport(a[rows], b[columns])

        value = len(directions) * _transport(a, b)
        return {"": grouped_jackknife(figure, units, rng).draw(value, rng, count)}


@lru_cache(maxsize=4)
def fixed_directions(dimension: int, least: int = DIRECTIONS, seed: int = SEED) -> np.ndarray:
    """Give directions (D, L) of length 1, at least `least` of them, always the same ones.

    They are whole random orthogonal bases: along those the squared lengths of a shift add up to its own, so that a
    shift of means is measured without error of the drawing.
    """
    rng = np.random.default_rng(seed)
    bases = [np.linalg.qr(rng.standard_normal((dimension, dimension)))[0] for _ in range(-(-least // dimension))]
    directions = np.concatenate(bases, axis=1)
    directions.flags.writeable = False  # everybody gets this one array
    return directions


def _transport(a: np.ndarray, b: np.ndarray) -> float:
    """Give three times the mean squared transport distance of columns (N, L), (M, L)."""
    count = max(len(a), len(b))
    apart = _quantiles(a, count) - _quantiles(b, count)
    return float(3 * (apart**2).mean())


def _quantiles(values: np.ndarray, count: int) -> np.ndarray:
    """Sort columns, and stretch them to `count` evenly spaced quantiles (Hazen's) where they are fewer."""
    ordered = np.sort(values, axis=0)
    if len(ordered) == count:
        return ordered
    places = np.clip((np.arange(count) + 0.5) * len(ordered) / count - 0.5, 0, len(ordered) - 1)
    below = np.floor(places).astype(int)
    above = np.minimum(below + 1, len(ordered) - 1)
    part = (places - below)[:, None]
    stretched: np.ndarray = ordered[below] * (1 - part) + ordered[above] * part
    return stretched
