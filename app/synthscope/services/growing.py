"""Images made larger: a frame around them, slices between theirs; what is new is a mask like any other.

Whatever fills holes then extends and interpolates, with the same proofs: the voxels that were there stay as
they are, and the result replays from its file alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.regridding import between, frame, framed, interleaved
from synthscope.records.image import Image, Origin
from synthscope.records.space import Space
from synthscope.services.sources import WHOLE_BYTES

MAX_MARGIN = 65_536
MAX_FACTOR = 16

Grown = tuple[Image, np.ndarray]
"""A larger image with zeros where nothing is known, and the mask of those voxels."""


def extend_image(image: Image, margins: Mapping[str, tuple[int, int]]) -> Grown:
    """Put a frame of unknown voxels around an image.

    Parameters
    ----------
    margins : mapping
        (before, after) in voxels, for any of the axes ``z y x``.

    Returns
    -------
    tuple of Image and ndarray of bool
        The larger image, of the same voxel size, its origin moved so that known voxels keep their place; and
        the mask of what is new, of its mask axes.

    Raises
    ------
    InputError
        If nothing is added, an axis is not there, or the result is too large to be held.
    """
    _check_margins(image, margins)
    axes, masked = image.space.axes, image.space.mask_axes
    added = {letter: sum(pair) for letter, pair in margins.items()}
    shape = tuple(n + added.get(letter, 0) for n, letter in zip(image.shape, axes, strict=True))
    _check_size(image, shape)
    space = image.space.cropped(tuple(-margins.get(letter, (0, 0))[0] for letter in axes))
    mask = frame(image.mask_shape, masked, margins)
    return _grown(image, framed(image.pixels, axes, margins), space, _synthetic(image, margins), "extended"), mask


def interleave_image(image: Image, factor: int) -> Grown:
    """Leave room for ``factor - 1`` slices between each two of a stack; the voxel size along z shrinks by `factor`.

    Raises
    ------
    InputError
        If the image is no stack, or the factor is not 2 to `MAX_FACTOR`.
    """
    axis = image.space.index("z")
    if axis is None or image.shape[axis] < 2:
        raise InputError(f"{image.name} is no stack of at least two slices; slices can only be made between slices.")
    if not 2 <= factor <= MAX_FACTOR:
        raise InputError(f"The factor is {factor}; give 2 to {MAX_FACTOR}: one less is the number of new slices.")
    shape = list(image.shape)
    shape[axis] = (shape[axis] - 1) * factor + 1
    _check_size(image, tuple(shape))
    steps = list(image.space.voxel_size)
    steps[axis] /= factor
    masked = image.space.mask_axes.index("z")
    synthetic = None if image.synthetic is None else interleaved(image.synthetic, masked, factor)
    space = replace(image.space, voxel_size=tuple(steps))
    grown = _grown(image, interleaved(image.pixels, axis, factor), space, synthetic, "interpolated")
    return grown, between(image.mask_shape, masked, factor)


def _grown(image: Image, pixels: np.ndarray, space: Space, synthetic: np.ndarray | None, word: str) -> Image:
    stem = image.name.split(".")[0] or "image"
    return Image(
        pixels, space, f"{stem}-{word}", synthetic, image.provenance if synthetic is not None else None, origin=Origin()
    )


def _synthetic(image: Image, margins: Mapping[str, tuple[int, int]]) -> np.ndarray | None:
    if image.synthetic is None:
        return None
    return framed(image.synthetic, image.space.mask_axes, margins)


def _check_margins(image: Image, margins: Mapping[str, tuple[int, int]]) -> None:
    for letter, pair in margins.items():
        if letter not in "zyx" or image.space.index(letter) is None:
            raise InputError(f"{image.name} has no axis {letter!r} to extend; it has {image.space.axes}.")
        if not all(0 <= n <= MAX_MARGIN for n in pair):
            raise InputError(f"The margin along {letter} is {pair}; give 0 to {MAX_MARGIN} voxels on each side.")
    if not any(any(pair) for pair in margins.values()):
        raise InputError("Nothing is to be added; give a margin of at least one voxel on one side.")


def _check_size(image: Image, shape: tuple[int, ...]) -> None:
    size = int(np.prod(shape, dtype=np.int64)) * image.dtype.itemsize
    if size > WHOLE_BYTES:
        raise InputError(
            f"The larger image of {shape} would take {size / 2**30:.1f} GiB, more than {WHOLE_BYTES >> 30} GiB; "
            "crop the image first, or add less."
        )
