"""Masks from files and layers onto an image: which slices, which shape, in a sentence."""

from __future__ import annotations

import numpy as np

from synthscope.errors import MaskError
from synthscope.records.image import Image, PixelArray
from synthscope.records.request import Region
from synthscope.records.space import Space

FEW_VALUES = 16
"""A mask, or a map of labels, of no more values is never taken for a grey image."""
UNEVEN = 0.15
"""Part of the neighbours in a painted area that differ: up to 0.01 in maps of labels, 0.28 and more in grey images."""


def fit_mask(
    mask: Image, image: Image, *, slices: tuple[int, int] | None = None, all_slices: bool = False
) -> PixelArray:
    """Bring a mask image onto the axes of an image.

    Zero is known, anything else is to be made. A colour mask counts where any colour is not zero.

    Parameters
    ----------
    slices : tuple (first, stop), optional
        For a 2D mask on a stack: the slices it is meant for, `stop` excluded.
    all_slices : bool
        For a 2D mask on a stack: it is meant for all of them.

    Raises
    ------
    MaskError
        If shapes do not fit, or a 2D mask on a stack does not say which slices it is meant for.
    """
    flat = _in_order(_without_channels(mask), mask, image.space)
    axes, shape = image.space.mask_axes, image.mask_shape
    if tuple(flat.shape) == shape:
        return flat
    plane = shape[-2:]
    if len(shape) > 2 and axes.endswith("yx") and tuple(flat.shape[-2:]) == plane and flat.ndim == 2:
        return _through(np.asarray(flat[...]) != 0, shape, slices, all_slices)
    raise MaskError(
        f"The mask {mask.name!r} has shape {tuple(flat.shape)}, the image needs {shape} ({axes}); "
        "draw it on this image, or on one slice of it."
    )


def _through(plane: np.ndarray, shape: tuple[int, ...], slices: tuple[int, int] | None, all_slices: bool) -> PixelArray:
    depth = shape[-3]
    if all_slices:
        slices = (0, depth)
    if slices is None:
        raise MaskError(
            f"A 2D mask on a stack of {depth} slices must say which are meant: "
            "give --slices FIRST:STOP, or --all-slices."
        )
    first, stop = slices
    if not 0 <= first < stop <= depth:
        raise MaskError(f"Slices {first}:{stop} are not in this stack; give some from 0:{depth}.")
    mask = np.zeros(shape, bool)
    mask[..., first:stop, :, :] = plane
    return mask


def _in_order(flat: PixelArray, mask: Image, space: Space) -> PixelArray:
    """Give a mask the order of the image's axes, where both name the same ones and the file said so."""
    theirs, ours = mask.space.mask_axes, space.mask_axes
    if theirs == ours or sorted(theirs) != sorted(ours) or mask.origin.axes_guessed:
        return flat
    turned: np.ndarray = np.transpose(np.asarray(flat[...]), [theirs.index(axis) for axis in ours])
    return turned


def _without_channels(mask: Image) -> PixelArray:
    extra = tuple(i for i, axis in enumerate(mask.space.axes) if axis in "cs")
    if not extra:
        return mask.pixels
    pixels = np.asarray(mask.pixels[...])
    if mask.space.is_rgb and pixels.shape[-1] == 4:
        pixels = pixels[..., :3]  # opacity is not paint
    painted: np.ndarray = (pixels != 0).any(axis=extra)
    return painted


def check_mask_values(values: np.ndarray, words: str = "The mask") -> None:
    """Refuse a grey image in the place of a mask.

    Zero is known and anything else is to be made, so that labels will do; but labels are the same over whole areas,
    and grey values hardly are.

    Parameters
    ----------
    values : ndarray (..., Y, X)
        Of any type.
    words : str
        What the sentence calls it.

    Raises
    ------
    MaskError
        If there are more than `FEW_VALUES`, and next to non-zero values lie others but for a few places.
    """
    if values.dtype.kind == "b" or not values.size:
        return
    if values.dtype.kind in "iu" and int(values.max()) - int(values.min()) < FEW_VALUES:
        return  # no more whole numbers lie between, and no map need be looked at
    left, right = values[..., :-1], values[..., 1:]
    painted = (left != 0) & (right != 0)
    if not painted.any() or float(np.mean(left[painted] != right[painted])) <= UNEVEN:
        return
    found = np.unique(values)
    if len(found) > FEW_VALUES:
        raise MaskError(
            f"{words} has {len(found)} values from {found[0]:g} to {found[-1]:g}, as a grey image has; "
            "give 0 for known and one other value for what is to be made, by a threshold for instance."
        )


def painted_part(mask: PixelArray, box: Region) -> np.ndarray:
    """Read what is painted in a box of a mask: bool, of the mask's axes.

    Raises
    ------
    MaskError
        If a value is not a number, nothing is painted there, or it is a grey image.
    """
    values = np.asarray(mask[box.slices])
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise MaskError("The mask has values that are not a number; give 0 for known and 1 for what is to be made.")
    check_mask_values(values)
    painted: np.ndarray = values != 0
    if not painted.any():
        raise MaskError("The mask is empty inside the chosen region; choose a region that holds it.")
    return painted
