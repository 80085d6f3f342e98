"""Does a stack look the same along z, y and x: variograms of cubes of equal blur, and how sure the answer is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthscope.imaging.regridding import averaged

Letter = Literal["z", "y", "x"]
AXES: tuple[Letter, ...] = ("z", "y", "x")
SIDE, LEAST_SIDE = 16, 8
"""Voxels along a cube, of the common size; in thin stacks it is smaller, down to the second."""
MOST_CUBES, FEWEST_CUBES = 64, 4
COARSEST = 6
"""The common voxel is at most so many times the coarsest side."""
ALIKE = 0.05
"""Relative difference of the common voxel's sides that counts as none."""
ALPHA = 0.01
"""How often the test finds fault with an isotropic material whose cubes are independent."""
NOTABLE = 1.15
"""A stretch whose interval reaches below this is not worth a sentence, however sure it is."""
PERMUTATIONS, RESAMPLES = 999, 400
MOST_STRETCH = 4.0


@dataclass(frozen=True)
class Isotropy:
    """How unlike the axes of a material are.

    Parameters
    ----------
    axis : str
        The one that differs most from the other two.
    stretch : float
        How many times as far structures reach along `axis` as along the others; 1 is alike, 4 or 1/4 the most.
    low, high : float
        95 % interval of `stretch`, of cubes drawn anew.
    p : float
        How often axes that are all alike would differ as much.
    cubes : int
        Cubes that were looked at.
    """

    axis: Letter
    stretch: float
    low: float
    high: float
    p: float
    cubes: int

    @property
    def holds(self) -> bool:
        """Whether nothing notable speaks against isotropy: what is sure is not always large, nor what is large sure."""
        return self.p > ALPHA or not (self.low > NOTABLE or self.high < 1 / NOTABLE)


def isotropy(block: np.ndarray, voxel_size: tuple[float, float, float], rng: np.random.Generator) -> Isotropy | None:
    """Test whether a material looks the same along z, y and x.

    Voxels are averaged to a common cube first, so that all axes see equal distances through equal blur: a slice is
    taken for the mean over its thickness. In each of up to 64 cubes of the volume the variogram
    ``gamma_a(h) = <(u(x + h e_a) - u(x))^2>`` is taken along each axis. Where all axes are alike, so are those
    three curves in any order, in each cube: permuting them cube by cube gives the distribution of the test's statistic
    (the largest difference of mean log gamma between one axis and the other two). Its rate of false alarms is `ALPHA`
    as far as cubes are independent; with structures as large as a cube it was up to 8 in 100, of which asking for a
    `NOTABLE` stretch leaves few.

    By how much an axis is stretched is the s at which ``gamma_a(h s) = gamma_others(h)`` fits best.

    Parameters
    ----------
    block : ndarray (Z, Y, X, C)
    voxel_size : tuple of float (z, y, x)

    Returns
    -------
    Isotropy or None
        None where it cannot be told: too few slices, voxels whose sides have no common multiple, no contrast, or values
        that are not numbers.
    """
    factors = common_factors(voxel_size)
    if factors is None:
        return None
    sides = [n // f for n, f in zip(block.shape[:3], factors, strict=True)]
    side = min(SIDE, *sides)
    if side < LEAST_SIDE:
        return None
    curves = _curves(block, factors, side, rng)
    if len(curves) < FEWEST_CUBES:
        return None
    observed = _contrasts(curves.mean(axis=0))
    axis = int(np.abs(observed).argmax())
    largest = float(np.abs(observed[axis]))
    drawn = np.abs(_contrasts(_permuted(curves, rng))).max(axis=-1)
    resampled = curves[rng.integers(0, len(curves), (RESAMPLES, len(curves)))].mean(axis=1)
    low, high = np.quantile(_stretch(resampled, axis), (0.025, 0.975))
    p = (1 + np.count_nonzero(drawn >= largest - 1e-12)) / (PERMUTATIONS + 1)
    stretch = float(_stretch(curves.mean(axis=0)[None], axis)[0])
    return Isotropy(AXES[axis], stretch, float(low), float(high), float(p), len(curves))


def common_factors(voxel_size: tuple[float, float, float]) -> tuple[int, int, int] | None:
    """Give the fewest voxels (z, y, x) that make a cube together, to within `ALIKE`; None where none do."""
    for times in range(1, COARSEST + 1):
        side = times * max(voxel_size)
        z, y, x = (max(round(side / size), 1) for size in voxel_size)
        found = np.array((z, y, x)) * voxel_size
        if found.max() / found.min() <= 1 + ALIKE:
            return z, y, x
    return None


def _curves(block: np.ndarray, factors: tuple[int, int, int], side: int, rng: np.random.Generator) -> np.ndarray:
    """Give the variograms of cubes, each over its own mean: (cubes, axes, lags)."""
    steps = [side * factor for factor in factors]
    tiles = [n // step for n, step in zip(block.shape[:3], steps, strict=True)]
    every = np.stack(np.unravel_index(np.arange(int(np.prod(tiles))), tiles), axis=1)
    chosen = every[np.sort(rng.permutation(len(every))[:MOST_CUBES])]
    found = []
    for tile in chosen:
        index = tuple(slice(i * step, (i + 1) * step) for i, step in zip(tile, steps, strict=True))
        curve = _variograms(averaged(np.asarray(block[index]), (*factors, 1)))
        if np.isfinite(curve).all() and curve.min() > 0:
            found.append(curve / curve.mean())
    return np.array(found).reshape(-1, 3, side // 2)


def _variograms(cube: np.ndarray) -> np.ndarray:
    """Give the mean squared difference along each axis at each lag up to half of the cube's side: (axes, lags)."""
    side = cube.shape[0]
    found = np.empty((3, side // 2))
    for axis in range(3):
        moved = np.moveaxis(cube, axis, 0)
        for lag in range(1, side // 2 + 1):
            found[axis, lag - 1] = np.mean((moved[lag:] - moved[:-lag]) ** 2)
    return found


def _contrasts(curves: np.ndarray) -> np.ndarray:
    """Give each axis's mean log variogram less that of the other two: (..., axes, lags) to (..., axes)."""
    level = np.log(curves).mean(axis=-1)
    return np.asarray(1.5 * (level - level.mean(axis=-1, keepdims=True)))


def _permuted(curves: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Give the mean curves with the axes of each cube in a new order: (permutations, axes, lags)."""
    order = rng.random((PERMUTATIONS, len(curves), 3)).argsort(axis=-1)
    cubes = np.arange(len(curves))[None, :, None]
    return np.asarray(curves[cubes, order].mean(axis=1))


def _stretch(curves: np.ndarray, axis: int) -> np.ndarray:
    """Find the s at which the curve of one axis at lag h s fits best that of the others at lag h: (N,)."""
    one = np.log(curves[:, axis])
    others = np.log(np.delete(curves, axis, axis=1).mean(axis=1))
    lags, grid = curves.shape[-1], np.linspace(-1, 1, 121) * np.log(MOST_STRETCH)
    misfit = np.empty((len(grid), len(curves)))
    for row, log_s in enumerate(grid):
        reach = np.exp(abs(log_s) / 2)
        seen = np.geomspace(reach, max(lags / reach, reach), lags)
        difference = _at(one, seen * np.exp(log_s / 2)) - _at(others, seen * np.exp(-log_s / 2))
        misfit[row] = (difference**2).mean(axis=-1) + 1e-6 * log_s**2  # flat curves fit all: none is stretched
    return np.asarray(np.exp(grid[misfit.argmin(axis=0)]))


def _at(curves: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """Read curves (N, lags) off at lags between whole ones."""
    first = np.clip(np.floor(lags).astype(int) - 1, 0, curves.shape[-1] - 2)
    part = np.clip(lags - 1 - first, 0.0, 1.0)
    return np.asarray(curves[:, first] * (1 - part) + curves[:, first + 1] * part)
