"""The magic wand: what hangs together with a voxel and has about its value."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from synthscope.errors import ParameterError
from synthscope.imaging.masks.grids import (
    Box,
    Connectivity,
    Mask,
    at_least_zero,
    box_shape,
    grown_box,
    structure,
)
from synthscope.imaging.masks.thresholds import threshold_range
from synthscope.records.image import PixelArray

_FIRST_REACH = 32  # voxels on each side of the seed that are looked at first


def wand(
    pixels: PixelArray,
    seed: Sequence[int],
    tolerance: float,
    *,
    connectivity: Connectivity = "faces",
    in_slice: bool = False,
) -> Mask:
    """Select the connected region around a voxel whose values differ from its value by at most `tolerance`.

    Parameters
    ----------
    pixels : array (Y, X) or (Z, Y, X)
        One channel; may be lazy: only the surroundings of the region are read.
    seed : sequence of int
        Index of the voxel that was clicked.
    tolerance : float
        In grey values, both ways; 0 takes exactly equal voxels.
    connectivity : {"faces", "full"}
        Whether the region also spreads over edges and corners.
    in_slice : bool
        Stay within the slice of the seed (the first of three axes).

    Returns
    -------
    bool ndarray, of the shape of `pixels`
        Empty if the seed voxel is NaN.

    Raises
    ------
    ParameterError
        If the seed is outside the image or `tolerance` is negative.
    """
    selected = np.zeros(tuple(pixels.shape), dtype=bool)
    box, region = wand_box(pixels, seed, tolerance, connectivity=connectivity, in_slice=in_slice)
    selected[box] = region
    return selected


def wand_box(
    pixels: PixelArray,
    seed: Sequence[int],
    tolerance: float,
    *,
    connectivity: Connectivity = "faces",
    in_slice: bool = False,
) -> tuple[Box, Mask]:
    """Do as `wand`, but give the region within a box only, for images that do not fit into memory.

    Returns
    -------
    box : tuple of slice
    region : bool ndarray, of the shape of the box
    """
    shape = tuple(int(n) for n in pixels.shape)
    start = _check_seed(seed, shape)
    reach = at_least_zero(tolerance, "tolerance")
    value = float(np.asarray(pixels[tuple(slice(i, i + 1) for i in start)]).item())
    fixed = in_slice and len(shape) == 3
    point = tuple(slice(i, i + 1) for i in start)
    margin = _FIRST_REACH
    while True:
        box = grown_box(point, shape, [0 if fixed and axis == 0 else margin for axis in range(len(shape))])
        region = _region(np.asarray(pixels[box]), value, reach, start, box, connectivity)
        if not _touches(region, box, shape, skip_first=fixed):
            return box, region
        margin *= 2


def _check_seed(seed: Sequence[int], shape: tuple[int, ...]) -> tuple[int, ...]:
    start = tuple(int(i) for i in seed)
    if len(start) != len(shape) or not all(0 <= i < n for i, n in zip(start, shape, strict=False)):
        raise ParameterError(
            f"The voxel {start} is not in the image of shape {shape}; click inside the image.",
            problems={"seed": "Click inside the image."},
        )
    return start


def _region(
    pixels: np.ndarray,
    value: float,
    tolerance: float,
    seed: tuple[int, ...],
    box: Box,
    connectivity: Connectivity,
) -> Mask:
    if math.isnan(value):
        return np.zeros(pixels.shape, dtype=bool)
    alike = threshold_range(pixels, value - tolerance, value + tolerance)
    labels, _ = ndimage.label(alike, structure(pixels.ndim, connectivity))
    here = labels[tuple(i - side.start for i, side in zip(seed, box, strict=True))]
    region: Mask = (labels == here) & (here > 0)
    return region


def _touches(region: Mask, box: Box, shape: tuple[int, ...], *, skip_first: bool) -> bool:
    """Tell whether the region reaches a side of the box beyond which the image goes on."""
    lengths = box_shape(box)
    for axis in range(1 if skip_first else 0, region.ndim):
        if box[axis].start > 0 and np.take(region, 0, axis=axis).any():
            return True
        if box[axis].stop < shape[axis] and np.take(region, lengths[axis] - 1, axis=axis).any():
            return True
    return False
