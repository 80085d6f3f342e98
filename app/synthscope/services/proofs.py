"""The proof that nothing outside the mask changed: one hash before, one after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from synthscope.imaging.compositing import Patched
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.regions import image_to_mask, spread_mask
from synthscope.records.image import PixelArray
from synthscope.records.run import OutsideProof
from synthscope.services.sources import WHOLE_BYTES
from synthscope.services.tasks import Task


@dataclass(frozen=True)
class Before:
    """Hash of what lies outside the mask before the run, and over what it was taken."""

    sha256: str
    scope: Literal["image", "region"]


def hash_before(task: Task) -> Before | None:
    """Hash what lies outside the mask: over the whole source, or its region where that is too large."""
    if task.source is None or task.real is None or task.mask is None:
        return None
    if task.source.nbytes > WHOLE_BYTES:
        return Before(pixel_hash(task.real, spread_mask(task.mask, task.space)), "region")
    return Before(pixel_hash(task.source.pixels, whole_mask(task)), "image")


def prove(task: Task, before: Before | None, pixels: np.ndarray) -> OutsideProof | None:
    """Hash the same voxels of a result and put both hashes side by side."""
    if before is None or task.source is None or task.region is None or task.mask is None:
        return None
    if before.scope == "image":
        after = pixel_hash(Patched(task.source.pixels, pixels, task.region), whole_mask(task))
    else:
        after = pixel_hash(pixels, spread_mask(task.mask, task.space))
    return OutsideProof(before.sha256, after, before.scope)


def whole_mask(task: Task) -> PixelArray:
    """Give the mask of the whole source, with an axis of 1 for channels and colours."""
    assert task.source is not None
    assert task.region is not None
    assert task.mask is not None
    mask = np.zeros(task.source.mask_shape, bool)
    mask[image_to_mask(task.region, task.space).slices] = task.mask
    return spread_mask(mask, task.space)
