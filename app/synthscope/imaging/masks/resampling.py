"""Bring a mask from the grid of one layer onto the grid of another."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synthscope.errors import MaskError
from synthscope.imaging.masks.grids import Box, Mask, as_mask, box_shape, painted_box, slabs

_ROUND = 9  # decimals of a voxel: centres that fall half-way must not depend on rounding errors


@dataclass(frozen=True, eq=False)
class Resampled:
    """A mask on the grid of the image, and what was done to bring it there.

    Parameters
    ----------
    mask : bool ndarray
        Of the shape of the image.
    sentence : str
        For the person who drew the mask.
    changed : bool
        False when both grids are the same.
    painted_before, painted_after : int
        Voxels, each of its own grid.
    """

    mask: Mask
    sentence: str
    changed: bool
    painted_before: int
    painted_after: int


def resample_mask(
    mask: Mask,
    mask_to_world: ArrayLike,
    image_shape: Sequence[int],
    image_to_world: ArrayLike,
) -> Resampled:
    """Bring a mask onto the grid of an image through world coordinates, by the nearest voxel.

    Every image voxel takes the value of the mask voxel that its centre falls into; outside the grid of
    the mask nothing is painted.

    Parameters
    ----------
    mask : bool ndarray (Y, X) or (Z, Y, X)
    mask_to_world, image_to_world : array-like (n + 1, n + 1)
        Homogeneous affine maps from voxel indices to world coordinates, in one unit. Scale,
        translation, rotation and shear.
    image_shape : sequence of int
        Shape of the image without channels, n numbers.

    Raises
    ------
    MaskError
        If mask, image and maps differ in their number of axes, or a map cannot be inverted.
    """
    mask = as_mask(mask)
    shape = tuple(int(n) for n in image_shape)
    if mask.ndim != len(shape):
        raise MaskError(
            f"The mask has {mask.ndim} axes and the image {len(shape)}; a plane is first repeated through "
            "the slices of a stack: this slice, a range, or all."
        )
    to_world, from_image = _affine(mask_to_world, mask.ndim), _affine(image_to_world, mask.ndim)
    image_to_mask = np.linalg.solve(to_world, from_image).astype(np.float64)
    before = int(np.count_nonzero(mask))
    if mask.shape == shape and np.allclose(image_to_mask, np.eye(mask.ndim + 1), atol=1e-6):
        sentence = "The mask is on the grid of the image already; it is used as it is."
        return Resampled(mask.copy(), sentence, changed=False, painted_before=before, painted_after=before)
    brought = _gathered(mask, shape, image_to_mask)
    after = int(np.count_nonzero(brought))
    sentence = _sentence(mask.shape, shape, to_world, from_image, before, after)
    return Resampled(brought, sentence, changed=True, painted_before=before, painted_after=after)


def affine_of(
    scale: Sequence[float],
    translate: Sequence[float] | None = None,
    rotate: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Make the (n + 1, n + 1) map of a grid: scale, then rotate (an n by n matrix), then translate."""
    n = len(scale)
    matrix = np.eye(n + 1)
    turn = np.eye(n) if rotate is None else np.asarray(rotate, dtype=np.float64)
    matrix[:n, :n] = turn @ np.diag(np.asarray(scale, dtype=np.float64))
    if translate is not None:
        matrix[:n, n] = translate
    return matrix


def _affine(matrix: ArrayLike, ndim: int) -> NDArray[np.float64]:
    affine = np.asarray(matrix, dtype=np.float64)
    if affine.shape != (ndim + 1, ndim + 1):
        raise MaskError(
            f"The map to world coordinates has shape {affine.shape}; {(ndim + 1, ndim + 1)} fits {ndim} axes."
        )
    linear = affine[:ndim, :ndim]
    scale = math.prod(float(np.linalg.norm(linear[:, i])) for i in range(ndim))
    if not np.isfinite(affine).all() or not abs(np.linalg.det(linear)) > 1e-12 * scale:
        raise MaskError("The map to world coordinates flattens space; check scale and shear of the layer.")
    return affine


def _gathered(mask: Mask, shape: tuple[int, ...], image_to_mask: NDArray[np.float64]) -> Mask:
    brought = np.zeros(shape, dtype=bool)
    painted = painted_box(mask)
    if painted is None:
        return brought
    box = _image_box(painted, shape, np.linalg.inv(image_to_mask).astype(np.float64))
    if any(n == 0 for n in box_shape(box)):
        return brought
    linear = image_to_mask[:-1, :-1]
    if np.allclose(linear, np.diag(np.diag(linear)), atol=1e-9 * np.abs(linear).max()):
        brought[box] = _gathered_straight(mask, box, image_to_mask)
        return brought
    target = brought[box]
    for start, stop in slabs(target.shape):
        part = (slice(box[0].start + start, box[0].start + stop), *box[1:])
        target[start:stop] = _gathered_turned(mask, part, image_to_mask)
    return brought


def _image_box(painted: Box, shape: tuple[int, ...], mask_to_image: NDArray[np.float64]) -> Box:
    """Find the part of the image that the painted part of the mask can fall into."""
    ends = [(side.start - 1.0, float(side.stop)) for side in painted]
    corners = np.array([(*corner, 1.0) for corner in itertools.product(*ends)]) @ mask_to_image.T
    low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    limits = [(int(np.clip(a, 0, n)), int(np.clip(b + 1, 0, n))) for a, b, n in zip(low, high, shape, strict=False)]
    return tuple(slice(a, b) for a, b in limits)


def _nearest(coordinate: NDArray[np.float64], length: int) -> tuple[NDArray[np.intp], Mask]:
    """Round to the nearest voxel, halves up; tell which are on the grid."""
    index = np.floor(np.round(coordinate, _ROUND) + 0.5)
    on_grid: Mask = (index >= 0) & (index < length)
    return np.where(on_grid, index, 0).astype(np.intp), on_grid


def _gathered_straight(mask: Mask, box: Box, image_to_mask: NDArray[np.float64]) -> Mask:
    """Gather axis by axis, where no axis is turned."""
    picked = mask
    for axis, side in enumerate(box):
        coordinate = np.arange(side.start, side.stop) * image_to_mask[axis, axis] + image_to_mask[axis, -1]
        index, on_grid = _nearest(coordinate, mask.shape[axis])
        picked = np.take(picked, index, axis=axis)
        picked[(slice(None),) * axis + (~on_grid,)] = False
    return picked


def _gathered_turned(mask: Mask, box: Box, image_to_mask: NDArray[np.float64]) -> Mask:
    grids = np.ogrid[box]
    picked, valid = [], np.ones(box_shape(box), dtype=bool)
    for axis, length in enumerate(mask.shape):
        row = image_to_mask[axis]
        coordinate = sum((row[i] * grid for i, grid in enumerate(grids)), start=np.float64(row[-1]))
        index, on_grid = _nearest(np.asarray(coordinate), length)
        picked.append(index)
        valid &= on_grid
    gathered: Mask = mask[tuple(picked)] & valid
    return gathered


def _sentence(
    mask_shape: tuple[int, ...],
    shape: tuple[int, ...],
    to_world: NDArray[np.float64],
    from_image: NDArray[np.float64],
    before: int,
    after: int,
) -> str:
    done = _what_was_done(to_world, from_image)
    text = (
        f"The mask was drawn on a grid of {_times(mask_shape)} and brought onto the image's {_times(shape)} "
        f"through world coordinates ({done}; nearest voxel): {before} painted voxels became {after}."
    )
    if before and not after:
        return text + " Nothing of it lies on the image; check that both layers are in the same place."
    kept = after * _element(from_image) / max(before * _element(to_world), 1e-300)
    if before and not 0.9 <= kept <= 1.1:
        text += f" It covers {100 * kept:.0f} % of the size it had; look at it before you run."
    return text


def _what_was_done(to_world: NDArray[np.float64], from_image: NDArray[np.float64]) -> str:
    relative = np.linalg.solve(from_image, to_world)
    linear, moved = relative[:-1, :-1], relative[:-1, -1]
    lengths = np.linalg.norm(linear, axis=0)
    words = []
    if not np.allclose(lengths, 1, rtol=1e-6):
        words.append("scaled by " + " × ".join(f"{length:.4g}" for length in lengths))
    if not np.allclose(linear, np.diag(lengths), atol=1e-6 * lengths.max()):
        words.append("turned")
    if not np.allclose(moved, 0, atol=1e-6):
        words.append("moved by " + ", ".join(f"{step:.4g}" for step in moved) + " voxels")
    return ", ".join(words) or "cut to size"


def _times(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _element(affine: NDArray[np.float64]) -> float:
    return float(abs(np.linalg.det(affine[:-1, :-1])))
