"""Images and masks of a line-up, from files and folders: masks are found by the names of their images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.faults import reading_faults
from synthscope.io.slices import natural_key
from synthscope.records.image import Image, PixelArray
from synthscope.records.mask_origin import MaskOrigin
from synthscope.services.evaluation.gathering import is_image
from synthscope.services.lineup.beginning import Posed

Opener = Callable[[Path], Image]
MaskOpener = Callable[[Path, Image], tuple[PixelArray, tuple[MaskOrigin, ...]]]
"""Gives a mask on the grid of an image, and what found it."""


def pose(images: Path, masks: Path | None, open_image: Opener, open_mask: MaskOpener) -> tuple[Posed, ...]:
    """Open one image or all of a folder, each with the one mask or with that of its name.

    Parameters
    ----------
    images : Path
        A file, or a folder with an image in each file.
    masks : Path, optional
        A file for all images, or a folder with one for each: ``a.png`` is the mask of ``a.tif``.

    Raises
    ------
    InputError
        If a folder holds no image, or an image has no mask of its name, or several.
    """
    paths = files_of(images)
    found = []
    for path in paths:
        image = open_image(path)
        chosen = None if masks is None else mask_of(path, masks)
        mask, origins = (None, ()) if chosen is None else open_mask(chosen, image)
        found.append(Posed(image, mask, origins=origins))
    return tuple(found)


def files_of(path: Path) -> list[Path]:
    """List the images of a folder in the order of their numbers; a file is itself.

    Raises
    ------
    InputError
        If the folder holds none.
    """
    if not path.is_dir() or path.suffix.lower() == ".zarr":
        return [path]
    with reading_faults(path):
        found = [one for one in sorted(path.iterdir(), key=natural_key) if is_image(one)]
    if not found:
        raise InputError(f"Folder {path.name} holds no image; choose one with images, each a file.")
    return found


def mask_of(image: Path, masks: Path) -> Path:
    """Find the mask of an image.

    Raises
    ------
    InputError
        If the folder has none of its name, or several.
    """
    if not masks.is_dir() or masks.suffix.lower() == ".zarr":
        return masks
    found = [one for one in files_of(masks) if _stem(one) == _stem(image)]
    if len(found) != 1:
        told = ", ".join(one.name for one in found) or "none"
        raise InputError(f"{image.name} needs one mask of its name in {masks.name}, and there is {told}; give one.")
    return found[0]


def _stem(path: Path) -> str:
    return path.name.split(".", maxsplit=1)[0]
