"""The record inside a file: how it was made, and which of its voxels."""

from __future__ import annotations

import numpy as np

from synthscope.errors import DocumentError
from synthscope.imaging.mask_codec import decode_mask
from synthscope.imaging.regions import image_to_mask
from synthscope.records.documents import from_json, to_json
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.run import PROVENANCE_FORMAT, VERSION, Provenance


def step_mask(image: Image) -> np.ndarray:
    """Give the mask of the last step that made an image, from its own record, in the image's mask axes."""
    provenance = provenance_of(image)
    whole = np.zeros(image.mask_shape, bool)
    box = mask_box(image, provenance)
    whole[box.slices] = decode_mask(provenance.mask, box.shape) if provenance.mask else True
    return whole


def mask_box(image: Image, provenance: Provenance) -> Region:
    """Find where the box of the last step lies in a file: all of it, or where the record says."""
    if provenance.box is None or image.shape == provenance.box.shape:
        return Region((0,) * len(image.mask_shape), image.mask_shape)
    return image_to_mask(provenance.box, image.space)


def provenance_of(image: Image) -> Provenance:
    """Read the provenance inside an image.

    Raises
    ------
    DocumentError
        If there is none, or it was written by a newer version.
    """
    if not image.provenance:
        raise DocumentError(f"{image.name} carries no record of Synthscope; give a file that Synthscope wrote.")
    document = to_json(image.provenance)
    if document.get("format") != PROVENANCE_FORMAT or document.get("version", 0) > VERSION:
        raise DocumentError(
            f"The record in {image.name} is {document.get('format')} version {document.get('version')}; "
            "this program reads version 1: use a newer one."
        )
    return from_json(Provenance, document)
