"""What is being made of copied pieces, and the example the pieces come from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import ndimage

GRAIN = 9
"""Width (voxels) over which the grain is averaged."""
FINE = 1.5
"""Standard deviation (voxels) below which detail counts as fine."""

Box = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Example:
    """Where pieces are copied from.

    Parameters
    ----------
    packed : ndarray of float32 (Z, Y, X, C + 1)
        Values in units of the standard deviation per channel, so that channels weigh alike; the last
        entry is the grain: the mean absolute step between neighbours around the voxel.
    valid : ndarray of bool (Z, Y, X)
        Voxels that may be copied.
    guide : ndarray of float32 (Z, Y, X, C), optional
        The coarse layout of `values`, for variations.
    unrest : ndarray of float32 (Z, Y, X), optional
        The part of the variance (sum of channels) that no match can predict.
    """

    packed: np.ndarray
    valid: np.ndarray
    guide: np.ndarray | None = None
    unrest: np.ndarray | None = None
    _starts: dict[Box, np.ndarray] = field(default_factory=dict, repr=False)

    @property
    def values(self) -> np.ndarray:
        """The values without the grain (Z, Y, X, C)."""
        return self.packed[..., :-1]

    def starts(self, size: Box) -> np.ndarray:
        """Say where a window of `size` may begin: every voxel in it valid (Z', Y', X')."""
        if size not in self._starts:
            self._starts[size] = _window_counts(~self.valid, size) == 0
        return self._starts[size]

    def look(self, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Read voxels at positions (..., 3), which may lie outside.

        Returns
        -------
        packed : ndarray of float32 (..., C + 1)
        ok : ndarray of bool (...)
            False outside and where not valid.
        """
        shape = np.array(self.valid.shape)
        inside = ((where >= 0) & (where < shape)).all(axis=-1)
        z, y, x = np.moveaxis(np.clip(where, 0, shape - 1), -1, 0)
        return self.packed[z, y, x], inside & self.valid[z, y, x]


@dataclass(frozen=True, eq=False)
class Canvas:
    """What is being made.

    Parameters
    ----------
    packed : ndarray of float32 (Z, Y, X, C + 1)
        What is there so far, as in `Example.packed`.
    real : ndarray of bool (Z, Y, X)
        Voxels that stay as they are.
    hole : ndarray of bool (Z, Y, X)
        Voxels to be made.
    made : ndarray of bool (Z, Y, X)
        Voxels of `hole` that have a value already.
    offset : ndarray of int32 (Z, Y, X, 3)
        Where each made voxel was copied from: its position in the example minus its own.
    guide : ndarray of float32 (Z, Y, X, C), optional
        The coarse layout that is wanted.
    """

    packed: np.ndarray
    real: np.ndarray
    hole: np.ndarray
    made: np.ndarray
    offset: np.ndarray
    guide: np.ndarray | None = None

    @property
    def values(self) -> np.ndarray:
        """The values without the grain (Z, Y, X, C)."""
        return self.packed[..., :-1]

    @property
    def shape(self) -> Box:
        """Size (Z, Y, X)."""
        z, y, x = self.hole.shape
        return z, y, x

    def box_around(self, centre: tuple[int, ...], size: Box) -> Box:
        """Give the start of a window of `size` around `centre`, moved inside the canvas."""
        start = [min(max(c - s // 2, 0), n - s) for c, s, n in zip(centre, size, self.shape, strict=True)]
        return start[0], start[1], start[2]


def empty_canvas(packed: np.ndarray, real: np.ndarray, hole: np.ndarray, guide: np.ndarray | None) -> Canvas:
    """Give a canvas of which nothing is made yet; `packed` is copied."""
    start = np.where(real[..., None], packed, np.float32(0))
    offset = np.zeros((*hole.shape, 3), dtype=np.int32)
    return Canvas(start, real, hole, np.zeros_like(hole), offset, guide)


def window(start: Box, size: Box) -> tuple[slice, slice, slice]:
    """Give the slices of a window."""
    z, y, x = (slice(a, a + n) for a, n in zip(start, size, strict=True))
    return z, y, x


def positions(start: Box, size: Box) -> np.ndarray:
    """Give the position of each voxel of a window: int (Z, Y, X, 3)."""
    axes = [np.arange(a, a + n) for a, n in zip(start, size, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)


def _window_counts(flags: np.ndarray, size: Box) -> np.ndarray:
    """Count the flags in every whole window (summed-area table)."""
    total = np.pad(flags.astype(np.int64), [(1, 0)] * 3)
    for axis, n in enumerate(size):
        total = np.cumsum(total, axis=axis)
        ahead = np.take(total, np.arange(n, total.shape[axis]), axis=axis)
        total = ahead - np.take(total, np.arange(total.shape[axis] - n), axis=axis)
    return total


def pack(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Add the grain to values (Z, Y, X, C): the mean absolute step to face neighbours, over `GRAIN` voxels.

    Returns
    -------
    ndarray of float32 (Z, Y, X, C + 1)
    """
    steps = np.zeros(valid.shape, dtype=np.float32)
    pairs = np.zeros(valid.shape, dtype=np.float32)
    for axis, n in enumerate(valid.shape):
        if n == 1:
            continue
        before = tuple(slice(None, -1) if a == axis else slice(None) for a in range(3))
        after = tuple(slice(1, None) if a == axis else slice(None) for a in range(3))
        both = valid[before] & valid[after]
        steps[before] += np.where(both, np.abs(values[after] - values[before]).mean(axis=-1), 0)
        pairs[before] += both
    size = tuple(min(GRAIN, n) for n in valid.shape)
    around = ndimage.uniform_filter(pairs, size)
    grain = ndimage.uniform_filter(steps, size) / np.maximum(around, 1e-3)
    grain = np.maximum(grain, 0.05 * float(grain[valid].mean()) + 1e-6)
    return np.concatenate([values, grain[..., None]], axis=-1).astype(np.float32)


def measure_unrest(values: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Measure the local variance of fine detail, summed over channels: float32 (Z, Y, X)."""
    size = tuple(min(GRAIN, n) for n in valid.shape)
    sigma = tuple(FINE if n > 1 else 0 for n in valid.shape)
    covered = np.maximum(ndimage.gaussian_filter(valid.astype(np.float32), sigma), 1e-3)
    total = np.zeros(valid.shape, dtype=np.float32)
    for c in range(values.shape[-1]):
        smooth = ndimage.gaussian_filter(values[..., c], sigma) / covered
        total += np.where(valid, (values[..., c] - smooth) ** 2, 0)
    weight = np.maximum(ndimage.uniform_filter(valid.astype(np.float32), size), 1e-3)
    unrest: np.ndarray = ndimage.uniform_filter(total, size) / weight
    return unrest
