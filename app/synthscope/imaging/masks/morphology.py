"""Grow, shrink, feather and smooth a mask by physical lengths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from synthscope.imaging.masks.grids import (
    NEARLY,
    Mask,
    as_mask,
    at_least_zero,
    grown_box,
    margin_for,
    painted_box,
    slabs,
    steps,
)

_TRUNCATE = 4.0  # a Gaussian is cut at four sigma, where 6e-5 of it is left


def grow(mask: Mask, radius: float, voxel_size: Sequence[float] | None = None) -> Mask:
    """Add every voxel whose centre is within `radius` of the centre of a painted voxel.

    The distance is Euclidean and exact, also on anisotropic voxels; only the surroundings of what is
    painted are worked on.

    Parameters
    ----------
    mask : bool ndarray (Y, X) or (Z, Y, X)
    radius : float
        In the unit of `voxel_size`.
    voxel_size : sequence of float, optional
        Step along each axis; ones when left out.

    Returns
    -------
    bool ndarray, of the shape of `mask`

    Raises
    ------
    ParameterError
        If `radius` is negative or `voxel_size` does not fit.
    """
    mask = as_mask(mask)
    size = steps(voxel_size, mask.ndim)
    reach = at_least_zero(radius, "radius")
    grown = mask.copy()
    box = painted_box(mask)
    if box is None:
        return grown
    margin = margin_for(reach, size)
    box = grown_box(box, mask.shape, margin)
    grown[box] = _within(mask[box], reach, size, margin[0])
    return grown


def shrink(mask: Mask, radius: float, voxel_size: Sequence[float] | None = None) -> Mask:
    """Remove every voxel whose centre is within `radius` of the centre of a voxel that is not painted.

    The border of the image is no border of the mask: what is painted up to it stays there, since
    nobody knows what lies beyond.

    Parameters and errors are those of `grow`.
    """
    mask = as_mask(mask)
    size = steps(voxel_size, mask.ndim)
    reach = at_least_zero(radius, "radius")
    shrunk = mask.copy()
    box = painted_box(mask)
    if box is None or reach == 0:
        return shrunk
    # one voxel around what is painted: no voxel further out is nearer than one of these
    box = grown_box(box, mask.shape, (1,) * mask.ndim)
    shrunk[box] = ~_within(~mask[box], reach, size, margin_for(reach, size)[0])
    return shrunk


def grow_or_shrink(mask: Mask, distance: float, voxel_size: Sequence[float] | None = None) -> Mask:
    """Grow by a positive `distance`, shrink by a negative one; see `grow` and `shrink`."""
    return grow(mask, distance, voxel_size) if distance >= 0 else shrink(mask, -distance, voxel_size)


def feather(mask: Mask, width: float, voxel_size: Sequence[float] | None = None) -> NDArray[np.float32]:
    """Give weights that fall towards the border of the mask, on its inner side only.

    With d the distance from a voxel's centre to the nearest unpainted one, the weight is
    ``(1 - cos(pi min(d / width, 1))) / 2``: 1 from `width` inwards, towards 0 at the border, and exactly
    0 outside, so that nothing outside the mask can change. Every painted voxel weighs more than 0.

    Parameters
    ----------
    mask : bool ndarray (Y, X) or (Z, Y, X)
    width : float
        In the unit of `voxel_size`; 0 gives weights of 0 and 1.
    voxel_size : sequence of float, optional

    Returns
    -------
    float32 ndarray, of the shape of `mask`
        Between 0 and 1. Four bytes per voxel of the whole mask: crop a large stack to `painted_box`.

    Raises
    ------
    ParameterError
        If `width` is negative or `voxel_size` does not fit.
    """
    mask = as_mask(mask)
    size = steps(voxel_size, mask.ndim)
    reach = at_least_zero(width, "feather width")
    weights = np.zeros(mask.shape, dtype=np.float32)
    box = painted_box(mask)
    if box is None:
        return weights
    box = grown_box(box, mask.shape, (1,) * mask.ndim)
    weights[box] = _feathered(mask[box], reach, size)
    return weights


def smooth(mask: Mask, radius: float, voxel_size: Sequence[float] | None = None) -> Mask:
    """Round off corners and remove threads and pits thinner than about `radius`.

    The mask is blurred with a Gaussian of standard deviation `radius` and cut at one half: a straight
    border stays where it is, a curved one moves towards its centre of curvature (Merriman, Bence and
    Osher 1992). Beyond the border of
    the image the mask is taken to go on as it ends there.

    Parameters and errors are those of `grow`.
    """
    mask = as_mask(mask)
    size = steps(voxel_size, mask.ndim)
    reach = at_least_zero(radius, "radius")
    smoothed = mask.copy()
    box = painted_box(mask)
    if box is None or reach == 0:
        return smoothed
    sigma = [reach / step for step in size]
    margin = [int(_TRUNCATE * s + 0.5) + 1 for s in sigma]
    box = grown_box(box, mask.shape, margin)
    smoothed[box] = _blurred(mask[box], sigma, margin[0])
    return smoothed


def _within(mask: Mask, reach: float, size: tuple[float, ...], overlap: int) -> Mask:
    """Mark voxels within `reach` of the mask, slab by slab: what lies further than `overlap` cannot matter."""
    near = np.zeros_like(mask)
    limit = reach * (1 + NEARLY)
    for start, stop in slabs(mask.shape, overlap):
        low = max(start - overlap, 0)
        piece = mask[low : stop + overlap]
        if piece.any():
            distance = ndimage.distance_transform_edt(~piece, sampling=size)
            near[start:stop] = (distance <= limit)[start - low : stop - low]
    return near


def _feathered(mask: Mask, width: float, size: tuple[float, ...]) -> NDArray[np.float32]:
    weights = mask.astype(np.float32)
    if width == 0 or mask.all():
        return weights
    overlap = margin_for(width, size)[0]
    for start, stop in slabs(mask.shape, overlap):
        low = max(start - overlap, 0)
        piece = mask[low : stop + overlap]
        if not piece.all():
            depth = ndimage.distance_transform_edt(piece, sampling=size)[start - low : stop - low]
            weights[start:stop] = 0.5 - 0.5 * np.cos(np.pi * (np.minimum(depth, width) / width))
    return weights


def _blurred(mask: Mask, sigma: Sequence[float], overlap: int) -> Mask:
    blurred = np.zeros_like(mask)
    for start, stop in slabs(mask.shape, overlap):
        low = max(start - overlap, 0)
        piece = mask[low : stop + overlap].astype(np.float32)
        soft = ndimage.gaussian_filter(piece, sigma, mode="nearest", truncate=_TRUNCATE)
        blurred[start:stop] = soft[start - low : stop - low] >= 0.5
    return blurred
