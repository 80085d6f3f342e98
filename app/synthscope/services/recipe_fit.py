"""A recipe beside the pixels that it is done on: whether mask and region can be those of the source."""

from __future__ import annotations

import numpy as np

from synthscope.errors import InputError, MaskError
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.regions import image_to_mask
from synthscope.records.image import Image
from synthscope.records.request import Region, Request


def check_mask(request: Request, mask: np.ndarray | None) -> None:
    """Refuse a run whose mask is gone, or is not the one of its recipe."""
    if request.mask is None:
        return
    if mask is None:
        raise MaskError("The mask of this run is gone; draw it again and begin a new run.")
    if request.mask.sha256 not in ("", pixel_hash(mask)):
        raise MaskError("The mask of this run is not the one of its recipe; draw it again and begin a new run.")


def check_fit(region: Region | None, mask: np.ndarray | None, source: Image | None) -> None:
    """Refuse a region or a mask that the source cannot have: a document may have been changed."""
    if region is None or source is None:
        return
    if len(region.stop) != len(source.shape) or any(b > n for b, n in zip(region.stop, source.shape, strict=True)):
        raise InputError(
            f"The region {region.start} to {region.stop} lies outside {source.name} of {source.shape}; "
            "give the image that was used."
        )
    expected = image_to_mask(region, source.space).shape
    if mask is not None and mask.shape != expected:
        raise MaskError(f"The mask has shape {mask.shape}, its region {expected}; draw it again.")
