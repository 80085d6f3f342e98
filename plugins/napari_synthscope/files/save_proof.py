"""Saving as a job that ends with reading the file back: what is said to be saved has been compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthscope.errors import WorkError
from synthscope.imaging.hashing import slabs
from synthscope.io.opening import open_image
from synthscope.io.reading import Reading
from synthscope.io.writing import write_image_job
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image, PixelArray


def save_job(path: Path, image: Image) -> Job[Path]:
    """Write an image, read the file back piece by piece and compare every voxel, and the synthetic ones.

    Raises
    ------
    DiskFull, FileError, InputError
        If it cannot be written.
    WorkError
        If the file does not hold what the layer shows now.
    """
    written = yield from write_image_job(path, image)
    back = open_image(written, Reading(axes=image.space.axes))
    same = yield from _same_job(back.pixels, image.pixels)
    if same and image.synthetic is not None:
        same = back.synthetic is not None and (yield from _same_job(back.synthetic, image.synthetic))
    if not same:
        raise WorkError(
            f"{written.name} does not read back as the layer is now: the layer was changed meanwhile, or the disk "
            "fails; save it again."
        )
    return written


def _same_job(found: PixelArray, wanted: PixelArray) -> Job[bool]:
    """Compare two arrays bit by bit, so that not-a-number equals itself; truth values may be stored as bytes."""
    kind = np.dtype(wanted.dtype).newbyteorder("=")
    stored = np.dtype(found.dtype).newbyteorder("=")
    if tuple(found.shape) != tuple(wanted.shape) or (stored != kind and {stored.kind, kind.kind} != {"b", "u"}):
        return False
    pieces = list(slabs(tuple(wanted.shape), kind.itemsize))
    for number, index in enumerate(pieces):
        yield Progress(number, len(pieces), "Reading back")
        if _bits(found[index], kind) != _bits(wanted[index], kind):
            return False
    return True


def _bits(piece: PixelArray, kind: np.dtype) -> bytes:
    return np.ascontiguousarray(piece, dtype=kind).tobytes()
