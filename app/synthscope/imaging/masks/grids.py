"""What every mask operation checks first: the array, its voxel size, its boxes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from synthscope.errors import MaskError, ParameterError
from synthscope.records.image import PixelArray

Mask: TypeAlias = NDArray[np.bool_]
"""True where a voxel is to be generated."""

Box: TypeAlias = tuple[slice, ...]
"""One slice with start and stop per axis, step 1."""

Connectivity: TypeAlias = Literal["faces", "full"]
"""Which voxels are neighbours: those that share a face, or also those that share an edge or a corner."""

SLAB_VOXELS = 1 << 24
"""Voxels worked on at once: 16 million keep a distance transform below half a gigabyte."""

NEARLY = 1e-9
"""Relative slack of a distance, so that 3 steps of 0.1 are within a radius of 0.3."""


def as_mask(mask: Any) -> Mask:
    """Read a mask: any array of which non-zero (and not NaN) means painted.

    Parameters
    ----------
    mask : array-like (Y, X) or (Z, Y, X)
        Boolean, label or float.

    Raises
    ------
    MaskError
        If it has fewer than two or more than three axes.
    """
    array = np.asarray(mask)
    if array.ndim not in (2, 3):
        raise MaskError(
            f"The mask has {array.ndim} axes {array.shape}; give one with (Y, X) or (Z, Y, X), "
            "one time point and channel at a time."
        )
    if array.dtype == np.bool_:
        return array
    painted: Mask = array > 0 if array.dtype.kind == "f" else array != 0
    return painted


def steps(voxel_size: Sequence[float] | None, ndim: int) -> tuple[float, ...]:
    """Read a voxel size: one positive number per axis, ones when it is None.

    Raises
    ------
    ParameterError
        If a number is missing, too many, not finite or not above zero.
    """
    if voxel_size is None:
        return (1.0,) * ndim
    size = tuple(float(step) for step in voxel_size)
    if len(size) != ndim or not all(0 < step < math.inf for step in size):
        raise ParameterError(
            f"The voxel size {size} does not fit a mask of {ndim} axes; give {ndim} positive numbers.",
            problems={"voxel_size": f"Give {ndim} positive numbers."},
        )
    return size


def at_least_zero(value: float, name: str) -> float:
    """Refuse a length, area or tolerance that is negative or not a number.

    Raises
    ------
    ParameterError
        If `value` is below zero, infinite or NaN.
    """
    if not 0 <= value < math.inf:
        raise ParameterError(
            f"The {name} is {value:g}; give a number of at least 0.", problems={name: "Give at least 0."}
        )
    return float(value)


def painted_box(mask: PixelArray) -> Box | None:
    """Find the smallest box that holds every painted voxel, without reading the mask at once.

    The mask is read in slabs along its first axis, so that a lazy or memory-mapped mask of any size
    costs one slab of memory.

    Parameters
    ----------
    mask : array of any number of axes
        numpy, memory map, zarr or dask; non-zero is painted.

    Returns
    -------
    tuple of slice, or None
        One slice per axis; None when nothing is painted.
    """
    shape = tuple(int(n) for n in mask.shape)
    ends: list[tuple[int, int] | None] = [None] * len(shape)
    for start, stop in slabs(shape):
        block = np.asarray(mask[start:stop]) != 0
        for axis, found in enumerate(_extent(block)):
            offset = start if axis == 0 else 0
            ends[axis] = _joined(ends[axis], found, offset)
    if any(end is None for end in ends):
        return None
    return tuple(slice(end[0], end[1]) for end in ends if end is not None)


def grown_box(box: Box, shape: Sequence[int], margin: Sequence[int]) -> Box:
    """Widen a box by `margin` voxels per axis on both sides, as far as the array of `shape` goes."""
    sides = zip(box, shape, margin, strict=True)
    return tuple(slice(max(b.start - m, 0), min(b.stop + m, n)) for b, n, m in sides)


def joined_box(first: Box, second: Box) -> Box:
    """Give the smallest box that holds two others."""
    pairs = zip(first, second, strict=True)
    return tuple(slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in pairs)


def box_shape(box: Box) -> tuple[int, ...]:
    """Give the number of voxels of a box along each axis."""
    return tuple(side.stop - side.start for side in box)


def margin_for(reach: float, size: Sequence[float]) -> tuple[int, ...]:
    """Give the voxels per axis that hold a distance of `reach` physical units."""
    return tuple(math.ceil(reach / step * (1 - NEARLY)) for step in size)


def slabs(shape: Sequence[int], overlap: int = 0) -> Iterator[tuple[int, int]]:
    """Cut the first axis into pieces of about `SLAB_VOXELS`, none thinner than their `overlap`.

    Yields
    ------
    tuple of int
        Start and stop of a piece, without the overlap.
    """
    plane = max(math.prod(shape[1:]), 1)
    thickness = max(SLAB_VOXELS // plane - 2 * overlap, overlap, 1)
    for start in range(0, shape[0], thickness):
        yield start, min(start + thickness, shape[0])


def planes(shape: Sequence[int]) -> Iterator[Box]:
    """Give the index of each (Y, X) plane of a mask of two or three axes."""
    whole = (slice(None), slice(None))
    if len(shape) == 2:
        yield whole
        return
    for z in range(shape[0]):
        yield (slice(z, z + 1), *whole)


def structure(ndim: int, connectivity: Connectivity) -> Mask:
    """Give the neighbourhood of a voxel as an array of three voxels per axis."""
    offsets = np.indices((3,) * ndim) - 1
    steps_away = np.abs(offsets).sum(axis=0)
    near: Mask = steps_away <= (1 if connectivity == "faces" else ndim)
    return near


def _extent(block: Mask) -> list[tuple[int, int] | None]:
    """Give first and one past the last painted index along each axis of a block."""
    found: list[tuple[int, int] | None] = []
    for axis in range(block.ndim):
        lines = block.any(axis=tuple(a for a in range(block.ndim) if a != axis))
        hits = np.flatnonzero(lines)
        if hits.size == 0:
            return [None] * block.ndim
        found.append((int(hits[0]), int(hits[-1]) + 1))
    return found


def _joined(known: tuple[int, int] | None, found: tuple[int, int] | None, offset: int) -> tuple[int, int] | None:
    if found is None:
        return known
    moved = found[0] + offset, found[1] + offset
    return moved if known is None else (min(known[0], moved[0]), max(known[1], moved[1]))
