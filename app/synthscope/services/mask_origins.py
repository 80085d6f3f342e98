"""What found a mask: read from its file, compared with what it is now, written beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from synthscope.errors import DocumentError
from synthscope.imaging.hashing import pixel_hash
from synthscope.records.documents import from_json, to_json
from synthscope.records.image import Image, PixelArray
from synthscope.records.mask_origin import MASK_RECORD_FORMAT, VERSION, MaskOrigin, MaskRecord
from synthscope.records.request import Region


def origins_in(mask: Image) -> tuple[MaskOrigin, ...]:
    """Read what found a mask from its file; nothing where the file does not say.

    Raises
    ------
    DocumentError
        If its record is damaged, or was written by a newer version.
    """
    document = dict(mask.provenance or {})
    if document.get("format") != MASK_RECORD_FORMAT:
        return ()
    if document.get("version") != VERSION:
        raise DocumentError(
            f"The record in {mask.name} has version {str(document.get('version'))[:20]!r}, this program reads "
            f"{VERSION}; update Synthscope, or save the mask again without the record."
        )
    return from_json(MaskRecord, document).origins


def as_used(origins: Iterable[MaskOrigin], mask: PixelArray | None) -> tuple[MaskOrigin, ...]:
    """Say of each part of a mask that was found whether it was edited since.

    Parameters
    ----------
    mask : PixelArray, optional
        As it is used, of the mask axes of the image; without one nothing found it.
    """
    return () if mask is None else tuple(replace(one, edited=_differs(one, mask)) for one in origins)


def with_record(mask: Image, origins: Iterable[MaskOrigin]) -> Image:
    """Give a mask the record of what found it; none where it was painted."""
    told = tuple(origins)
    return mask.with_(provenance=to_json(MaskRecord(told)) if told else None)


def _differs(origin: MaskOrigin, mask: PixelArray) -> bool:
    if len(origin.stop) != len(mask.shape) or any(b > n for b, n in zip(origin.stop, mask.shape, strict=True)):
        return True
    part = np.asarray(mask[Region(origin.start, origin.stop).slices]) != 0
    return pixel_hash(part) != origin.sha256
