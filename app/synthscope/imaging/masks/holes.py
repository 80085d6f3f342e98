"""Fill holes, remove specks, invert, and put two masks together."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from synthscope.errors import MaskError
from synthscope.imaging.masks.grids import (
    Connectivity,
    Mask,
    as_mask,
    at_least_zero,
    grown_box,
    painted_box,
    planes,
    steps,
    structure,
)

Combination: TypeAlias = Literal["replace", "add", "subtract", "intersect"]
"""How a new selection meets the mask that is there."""


def fill_holes(
    mask: Mask,
    *,
    per_slice: bool = True,
    largest: float | None = None,
    voxel_size: Sequence[float] | None = None,
) -> Mask:
    """Paint what is enclosed by the mask.

    A hole is a region of unpainted voxels, joined through faces, that does not reach the border of the
    image (of the slice, with `per_slice`).

    Parameters
    ----------
    mask : bool ndarray (Y, X) or (Z, Y, X)
    per_slice : bool
        Look at every slice by itself; otherwise a hole must be closed in depth also.
    largest : float, optional
        Fill only holes of at most this area (2D mask or `per_slice`) or volume, in the unit of
        `voxel_size` squared or cubed.
    voxel_size : sequence of float, optional

    Returns
    -------
    bool ndarray, of the shape of `mask`

    Raises
    ------
    ParameterError
        If `largest` is negative or `voxel_size` does not fit.
    """
    mask = as_mask(mask)
    size = steps(voxel_size, mask.ndim)
    limit = math.inf if largest is None else at_least_zero(largest, "largest hole")
    filled = mask.copy()
    box = painted_box(mask)
    if box is None:
        return filled
    box = grown_box(box, mask.shape, (1,) * mask.ndim)
    crop = filled[box]
    element = _element(size, per_slice)
    for plane in planes(crop.shape) if per_slice else [(slice(None),) * mask.ndim]:
        crop[plane] |= _holes(crop[plane], limit, element)
    return filled


def remove_specks(
    mask: Mask,
    smallest: float,
    voxel_size: Sequence[float] | None = None,
    *,
    per_slice: bool = False,
    connectivity: Connectivity = "full",
) -> Mask:
    """Remove the connected pieces of the mask that are smaller than `smallest`.

    Parameters
    ----------
    mask : bool ndarray (Y, X) or (Z, Y, X)
    smallest : float
        Area (2D mask or `per_slice`) or volume that is just kept, in the unit of `voxel_size` squared
        or cubed.
    voxel_size : sequence of float, optional
    per_slice : bool
        Look at every slice by itself.
    connectivity : {"full", "faces"}
        Whether voxels that touch at an edge or corner belong together.

    Raises
    ------
    ParameterError
        If `smallest` is negative or `voxel_size` does not fit.
    """
    mask = as_mask(mask)
    size = steps(voxel_size, mask.ndim)
    limit = at_least_zero(smallest, "smallest piece") / _element(size, per_slice) * (1 - 1e-9)
    kept = mask.copy()
    box = painted_box(mask)
    if box is None:
        return kept
    crop = kept[box]
    neighbours = structure(mask.ndim, connectivity)
    for plane in planes(crop.shape) if per_slice else [(slice(None),) * mask.ndim]:
        labels, count = ndimage.label(crop[plane], neighbours)
        large = np.bincount(labels.ravel(), minlength=count + 1) >= limit
        large[0] = False
        crop[plane] = large[labels]
    return kept


def invert(mask: Mask) -> Mask:
    """Paint what was not painted, and the other way round."""
    inverted: Mask = np.logical_not(as_mask(mask))
    return inverted


def combine(mask: Mask, selection: Mask, how: Combination) -> Mask:
    """Bring a new selection into a mask.

    Parameters
    ----------
    mask, selection : bool ndarrays of one shape
    how : {"replace", "add", "subtract", "intersect"}

    Raises
    ------
    MaskError
        If the shapes differ.
    """
    old, new = as_mask(mask), as_mask(selection)
    if old.shape != new.shape:
        raise MaskError(
            f"The selection has shape {new.shape} and the mask {old.shape}; bring the selection onto the "
            "grid of the mask first."
        )
    return _COMBINATIONS[how](old, new)


def _element(size: tuple[float, ...], per_slice: bool) -> float:
    """Area or volume of one voxel."""
    return math.prod(size[-2:] if per_slice else size)


def _holes(mask: Mask, limit: float, element: float) -> Mask:
    """Mark the unpainted regions that reach no side of the array (sides of length one are none)."""
    labels, count = ndimage.label(~mask)
    hole = np.ones(count + 1, dtype=bool)
    hole[0] = False
    hole[_labels_on_sides(labels)] = False
    if math.isfinite(limit):
        hole &= np.bincount(labels.ravel(), minlength=count + 1) * element <= limit * (1 + 1e-9)
    marked: Mask = hole[labels]
    return marked


def _labels_on_sides(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    ends = [np.take(labels, [0, -1], axis=a).ravel() for a in range(labels.ndim) if labels.shape[a] > 1]
    return np.unique(np.concatenate(ends) if ends else labels)  # a single voxel is all border


_COMBINATIONS: Mapping[str, Callable[[Mask, Mask], Mask]] = {
    "replace": lambda old, new: new.copy(),  # noqa: ARG005 - all four are called alike
    "add": lambda old, new: old | new,
    "subtract": lambda old, new: old & ~new,
    "intersect": lambda old, new: old & new,
}
