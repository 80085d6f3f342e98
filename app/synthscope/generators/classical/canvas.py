"""What is being made of copied pieces, and the example the pieces come from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

Box = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Example:
    """Where pieces are copied from.

    Parameters
    ----------
    values : ndarray of float32 (Z, Y, X, C)
        In units of the standard deviation per channel, so that channels weigh alike.
    valid : ndarray of bool (Z, Y, X)
        Voxels that may be copied.
    guide : ndarray of float32 (Z, Y, X, C), optional
        The coarse layout of `values`, for variations.
    """

    values: np.ndarray
    valid: np.ndarray
    guide: np.ndarray | None = None
    _starts: dict[Box, np.ndarray] = field(default_factory=dict, repr=False)

    def starts(self, size: Box) -> np.ndarray:
        """Say where a window of `size` may begin: every voxel in it valid (Z', Y', X')."""
        if size not in self._starts:
            self._starts[size] = _window_counts(~self.valid, size) == 0
        return self._starts[size]

    def look(self, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Read voxels at positions (..., 3), which may lie outside.

        Returns
        -------
        values : ndarray of float32 (..., C)
        ok : ndarray of bool (...)
            False outside and where not valid.
        """
        shape = np.array(self.valid.shape)
        inside = ((where >= 0) & (where < shape)).all(axis=-1)
        z, y, x = np.moveaxis(np.clip(where, 0, shape - 1), -1, 0)
        return self.values[z, y, x], inside & self.valid[z, y, x]


@dataclass(frozen=True, eq=False)
class Canvas:
    """What is being made.

    Parameters
    ----------
    values : ndarray of float32 (Z, Y, X, C)
        So far, in the units of `Example.values`.
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

    values: np.ndarray
    real: np.ndarray
    hole: np.ndarray
    made: np.ndarray
    offset: np.ndarray
    guide: np.ndarray | None = None

    @property
    def shape(self) -> Box:
        """Size (Z, Y, X)."""
        z, y, x = self.hole.shape
        return z, y, x

    def box_around(self, centre: tuple[int, ...], size: Box) -> Box:
        """Give the start of a window of `size` around `centre`, moved inside the canvas."""
        start = [min(max(c - s // 2, 0), n - s) for c, s, n in zip(centre, size, self.shape, strict=True)]
        return start[0], start[1], start[2]


def empty_canvas(values: np.ndarray, real: np.ndarray, hole: np.ndarray, guide: np.ndarray | None) -> Canvas:
    """Give a canvas of which nothing is made yet; `values` are copied."""
    start = np.where(real[..., None], values, np.float32(0))
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
