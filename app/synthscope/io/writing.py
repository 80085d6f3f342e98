"""Save an image whole or not at all, with its space, its synthetic-voxel mask and its provenance inside."""

from __future__ import annotations

from pathlib import Path

from synthscope.errors import FileError, InputError
from synthscope.io import tiff_writing
from synthscope.io.atomic import replacing
from synthscope.io.previews import write_preview
from synthscope.records.events import Job
from synthscope.records.image import Image

__all__ = ["write_image", "write_image_job", "write_preview"]

_TIFF = (".tif", ".tiff")
_ZARR = (".zarr",)


def write_image(path: Path | str, image: Image, *, compress: bool = True) -> Path:
    """Save an image; see `write_image_job`."""
    job = write_image_job(path, image, compress=compress)
    while True:
        try:
            next(job)
        except StopIteration as done:
            return Path(done.value)


def write_image_job(path: Path | str, image: Image, *, compress: bool = True) -> Job[Path]:
    """Save an image slab by slab, in bounded memory.

    Parameters
    ----------
    path : Path or str
        Ending in ``.ome.tif``, ``.ome.tiff``, ``.tif`` or ``.tiff`` for an OME-TIFF, in ``.ome.zarr`` or
        ``.zarr`` for an OME-Zarr (version 0.5). What was there is replaced at the end, not before.
    image : Image
        Its pixels may be lazy.
    compress : bool
        Lossless compression; without it other programs can map the pixels of a TIFF into memory.

    Yields
    ------
    Progress
        In bytes, per slab. Closing the job leaves nothing behind.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    DiskFull, FileError
        If it cannot be written.
    InputError
        If the format cannot hold such voxels.
    """
    path = Path(path)
    suffix = path.suffix.casefold()
    if min(image.shape) < 1:
        raise InputError(f"Image {image.name!r} of shape {image.shape} has no pixels; there is nothing to save.")
    if suffix in _TIFF:
        tiff_writing.check_writable(image, path)
        with replacing(path, needed=image.nbytes) as partial:
            yield from tiff_writing.write_job(partial, image, compress=compress)
        return path
    if suffix in _ZARR:
        from synthscope.io import zarr_writing  # zarr is slow to import and seldom needed

        zarr_writing.check_writable(image, path)
        with replacing(path, needed=image.nbytes) as partial:
            yield from zarr_writing.write_job(partial, image, compress=compress)
        return path
    raise FileError(f"{path.name} names no format to save in; end it with .ome.tif or .ome.zarr.")
