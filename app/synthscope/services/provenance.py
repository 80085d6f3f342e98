"""The record inside a file: how it was made, and which of its voxels."""

from __future__ import annotations

import numpy as np

from synthscope.errors import DocumentError
from synthscope.imaging.mask_codec import decode_mask
from synthscope.imaging.regions import image_to_mask, whole
from synthscope.records.documents import from_json
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.run import PROVENANCE_FORMAT, VERSION, Provenance


def step_mask(image: Image) -> np.ndarray:
    """Give the mask of the last step that made an image, from its own record, in the image's mask axes."""
    provenance = provenance_of(image)
    box = mask_box(image, provenance)
    made = np.zeros(image.mask_shape, bool)
    bits = provenance.mask or provenance.found_mask
    made[box.slices] = decode_mask(bits, box.shape) if bits else True
    return made


def mask_box(image: Image, provenance: Provenance) -> Region:
    """Find where the box of the last step lies in a file: all of it, or where the record says.

    Raises
    ------
    DocumentError
        If the record's box does not lie in the image.
    """
    box = provenance.box
    if box is None or image.shape == box.shape:
        return whole(image.mask_shape)
    if len(box.stop) != len(image.shape) or any(b > n for b, n in zip(box.stop, image.shape, strict=True)):
        raise DocumentError(
            f"The record in {image.name} speaks of a box from {box.start} to {box.stop}, the image is {image.shape}; "
            "the file was cut or changed after it was made."
        )
    return image_to_mask(box, image.space)


def provenance_of(image: Image) -> Provenance:
    """Read the provenance inside an image.

    Raises
    ------
    DocumentError
        If there is none, or it was written by a newer version.
    """
    if not image.provenance:
        raise DocumentError(
            f"{image.name} carries no record of how it was made; give a result of a generator, as Synthscope wrote it."
        )
    document = dict(image.provenance)
    found, version = document.get("format"), document.get("version")
    if found != PROVENANCE_FORMAT:
        raise DocumentError(
            f"The record in {image.name} is of format {str(found)[:60]!r}, not {PROVENANCE_FORMAT!r}; "
            "give a result of a generator, as Synthscope wrote it."
        )
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise DocumentError(
            f"The record in {image.name} is damaged: its version is {str(version)[:60]!r}; give an unchanged copy."
        )
    if version > VERSION:
        raise DocumentError(
            f"The record in {image.name} has version {version}, written by a newer Synthscope "
            f"(this one reads up to {VERSION}); update Synthscope to read it."
        )
    return from_json(Provenance, document)
