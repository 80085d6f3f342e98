"""Smooth random fields: texture with a known scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage


def smooth_field(shape: Sequence[int], sigma: float | Sequence[float], rng: np.random.Generator) -> np.ndarray:
    """Give Gaussian noise smoothed to a scale, of mean 0 and standard deviation 1.

    Parameters
    ----------
    shape : sequence of int
        Shape of the field; its edges fit together (periodic).
    sigma : float or sequence of float
        Standard deviation of the smoothing, in voxels, for all axes or one for each.
    rng : Generator
        The source of randomness.

    Returns
    -------
    ndarray of float32
    """
    noise = rng.standard_normal(tuple(shape), dtype=np.float32)
    field: np.ndarray = ndimage.gaussian_filter(noise, sigma, mode="wrap")
    field -= field.mean()
    spread = float(field.std())
    return field / spread if spread > 0 else field


def coarse_field(shape: Sequence[int], sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Give a field of a large scale cheaply: made on a coarse grid and interpolated.

    Parameters
    ----------
    shape : sequence of int
        Shape wanted.
    sigma : float
        Scale in voxels; below 4 the field is made at full resolution.
    rng : Generator
        The source of randomness.

    Returns
    -------
    ndarray of float32
        Mean about 0, standard deviation about 1.
    """
    step = max(1, int(sigma // 4))
    if step == 1:
        return smooth_field(shape, sigma, rng)
    coarse = smooth_field([n // step + 4 for n in shape], sigma / step, rng)
    where = [(np.arange(n, dtype=np.float32) + 0.5) / step for n in shape]
    grid = np.meshgrid(*where, indexing="ij")
    field: np.ndarray = ndimage.map_coordinates(coarse, grid, order=1, mode="grid-wrap")
    return field
