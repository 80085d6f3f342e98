"""A labels layer as the mask of an image: on its axes, its grid, its slices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from napari_synthscope.canvas.layers import shown_axes
from napari_synthscope.canvas.transposing import transposed
from napari_synthscope.session.mask_watch import Painted
from synthscope.errors import MaskError
from synthscope.imaging.masks.resampling import resample_mask
from synthscope.imaging.regions import painted
from synthscope.records.image import Image, PixelArray
from synthscope.records.request import Region

Meant = tuple[int, int] | Literal["all"] | None
"""Which slices of a stack a 2D mask is meant for: (first, stop), all of them, or not said yet."""

RESAMPLED_BYTES = 512 << 20


@dataclass(frozen=True, eq=False)
class FittedMask:
    """A mask on the mask axes of an image.

    Parameters
    ----------
    pixels : PixelArray
        Of ``image.mask_shape``; anything but zero is to be made.
    box : Region, optional
        Where it is painted; None for an empty mask.
    sentence : str
        What was done to bring it there; empty when nothing had to be done.
    """

    pixels: PixelArray
    box: Region | None
    sentence: str = ""


def same_grid(mask: Any, source: Any) -> bool:
    """Tell whether a labels layer lies voxel on voxel on an image layer, channels apart."""
    shape = tuple(n for n, label in zip(source.level_shapes[0], source.axis_labels, strict=False) if label != "c")
    shape = shape[: mask.ndim] if source.rgb else shape
    if tuple(mask.data.shape) != shape or mask.ndim != len(shape):
        return False
    return np.allclose(grid_map(mask, mask.ndim), grid_map(source, mask.ndim), atol=1e-9)


def needs_slices(mask: Any, image: Image) -> bool:
    """Tell whether a 2D mask stands before a stack, so that somebody must say which slices are meant."""
    return mask.ndim == 2 and len(image.mask_shape) > 2


def fit_layer(mask: Any, source: Any, image: Image, found: Painted | None, meant: Meant = None) -> FittedMask:
    """Bring a labels layer onto the mask axes of the image that `source` shows.

    Parameters
    ----------
    mask, source : napari.layers.Labels, napari.layers.Image
    image : Image
        The image of `source`.
    found : Painted, optional
        What is painted in the layer.
    meant : (first, stop) or "all", optional
        For a 2D mask on a stack.

    Raises
    ------
    MaskError
        If the mask has other axes than the image, or does not say which slices are meant.
    """
    order = shown_axes(image.space.mask_axes)
    shape = tuple(image.mask_shape[image.space.mask_axes.index(a)] for a in order)
    if needs_slices(mask, image):
        fitted = _spread(_on_grid(mask, source, shape[-2:], found), shape, meant)
    elif mask.ndim != len(shape):
        raise MaskError(
            f"The mask {mask.name!r} has {mask.ndim} axes, the image {len(shape)} ({order}); draw a new mask on it."
        )
    else:
        fitted = _on_grid(mask, source, shape, found)
    box = fitted.box and _reordered(fitted.box, order, image.space.mask_axes)
    return FittedMask(transposed(fitted.pixels, order, image.space.mask_axes), box, fitted.sentence)


def _on_grid(mask: Any, source: Any, shape: tuple[int, ...], found: Painted | None) -> FittedMask:
    ndim = len(shape)
    there, here = grid_map(mask, ndim), grid_map(source, ndim)
    if tuple(mask.data.shape) == shape and np.allclose(there, here, atol=1e-9):
        return FittedMask(mask.data, found.box if found else None)
    if int(np.prod(mask.data.shape, dtype=np.int64)) > RESAMPLED_BYTES:
        raise MaskError(
            f"The mask {mask.name!r} lies on another grid than the image and is too large to be brought onto it; "
            "draw a new mask on the image."
        )
    brought = resample_mask(np.asarray(mask.data[...]) != 0, there, shape, here)
    return FittedMask(brought.mask, painted(brought.mask), brought.sentence if brought.changed else "")


def _spread(plane: FittedMask, shape: tuple[int, ...], meant: Meant) -> FittedMask:
    depth = shape[-3]
    if meant is None:
        raise MaskError(f"The mask is one slice, the image has {depth}: say whether this slice or all are meant.")
    first, stop = (0, depth) if meant == "all" else meant
    if not 0 <= first < stop <= depth:
        raise MaskError(f"Slices {first} to {stop - 1} are not in this stack; choose some from 0 to {depth - 1}.")
    lead = shape[:-3]
    box = plane.box and Region((*(0,) * len(lead), first, *plane.box.start), (*lead, stop, *plane.box.stop))
    if meant == "all":
        return FittedMask(np.broadcast_to(np.asarray(plane.pixels), shape), box, plane.sentence)
    pixels = np.zeros(shape, np.uint8)  # pages that nobody writes take no memory
    pixels[..., first:stop, :, :] = np.asarray(plane.pixels) != 0
    return FittedMask(pixels, box, plane.sentence)


def grid_map(layer: Any, ndim: int) -> np.ndarray:
    """Give the homogeneous map from voxels of the last `ndim` axes to world coordinates."""
    origin = np.asarray(layer.data_to_world((0.0,) * layer.ndim))
    columns = [np.asarray(layer.data_to_world(tuple(row))) - origin for row in np.eye(layer.ndim)]
    matrix = np.eye(ndim + 1)
    matrix[:ndim, :ndim] = np.stack(columns, axis=1)[-ndim:, -ndim:]
    matrix[:ndim, ndim] = origin[-ndim:]
    return matrix


def _reordered(box: Region, axes: str, wanted: str) -> Region:
    places = [axes.index(a) for a in wanted]
    return Region(tuple(box.start[i] for i in places), tuple(box.stop[i] for i in places))
