"""Source images of a project: by reference where a file holds them, kept as a copy where none does."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.imaging.hashing import pixel_hash
from synthscope.io.faults import writing_faults
from synthscope.io.layout import RawLayout
from synthscope.io.opening import Reading, open_image
from synthscope.io.writing import write_image
from synthscope.records.documents import digest, from_json
from synthscope.records.image import Image, Origin
from synthscope.records.request import Input, Region
from synthscope.services.naming import file_stem

WHOLE_BYTES = 2**30
"""Images up to this size are hashed whole; of larger ones only the box that was read."""


STAMPED_FILES = 20_000
"""Files of a folder that its stamp looks at, at most: a Zarr folder may hold millions."""


def file_stamp(path: Path) -> str:
    """Give size and change time of a file, or those of a folder's files together; empty when it is gone."""
    try:
        if not path.is_dir():
            found = path.stat()
            return f"{found.st_size}-{found.st_mtime_ns}"
        files = [file.stat() for file in islice(path.rglob("*"), STAMPED_FILES)]
    except OSError:
        return ""
    return f"{len(files)}-{sum(f.st_size for f in files)}-{max((f.st_mtime_ns for f in files), default=0)}"


def reference(image: Image) -> Input:
    """Describe an image that a file holds, without reading its pixels."""
    path = Path(image.origin.path)
    return Input(
        name=path.name or image.name,
        shape=image.shape,
        dtype=image.dtype.name,
        space=image.space,
        path=str(path) if image.origin.path else "",
        dataset=image.origin.dataset,
        raw=image.origin.raw,
        stamp=file_stamp(path) if image.origin.path else "",
    )


def keep(image: Image, folder: Path, name: str) -> Input:
    """Write an image that no file holds into `folder` and describe the copy.

    The copy is named by its content too, so that it is written once and never over another. Whole numbers of 64 bits
    and floats of 16, which a control image may have, are kept in types that files hold, with the same values.

    Raises
    ------
    InputError
        If they are too large for that.
    """
    image = _as_kept(image)
    identity = digest((pixel_hash(image.pixels), image.space, image.provenance))[:12]
    return keep_as(image, folder / f"{file_stem(name, 'layer')}-{identity}.ome.tif", overwrite=False)


def refer(image: Image, folder: Path) -> Input:
    """Describe an image by its file, whose path is made absolute; one that no file holds is kept in `folder` first.

    Raises
    ------
    InputError
        As `keep` says.
    """
    found = reference(image) if image.origin.path else keep(image, folder, image.name)
    return replace(found, path=str(Path(found.path).resolve()))


def within(source: Input, project: Path | None) -> Input:
    """Name a file of a project by its place in it, for a project may be moved; one outside keeps its own."""
    path = Path(source.path)
    if project is None or not source.path:
        return source
    for home in (project, project.resolve()):
        if path.is_relative_to(home):
            return replace(source, path=path.relative_to(home).as_posix())
    return source


def _as_kept(image: Image) -> Image:
    """Give an image in a type that a file holds; others than labels never come here in such a one."""
    kind = image.dtype
    if kind == np.float16:
        return image.with_(pixels=np.asarray(image.pixels[...]).astype(np.float32), levels=())
    if kind not in (np.int64, np.uint64):
        return image
    pixels = np.asarray(image.pixels[...])
    low, high = int(pixels.min()), int(pixels.max())
    fitting = next((t for t in (np.uint32, np.int32) if np.iinfo(t).min <= low and high <= np.iinfo(t).max), None)
    if fitting is None:
        raise InputError(
            f"{image.name!r} holds numbers from {low} to {high}, more than 32 bits hold; number them anew."
        )
    return image.with_(pixels=pixels.astype(fitting), levels=())


def keep_as(image: Image, path: Path, *, overwrite: bool) -> Input:
    """Write an image to `path` and describe the copy; without `overwrite` a copy that is there serves."""
    with writing_faults(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    if overwrite or not path.exists():
        write_image(path, image)
    return replace(reference(image.with_(origin=Origin(path=str(path)))), name=image.name or path.name)


def open_input(source: Input, folder: Path | None = None, region: Region | None = None) -> Image:
    """Open the image that an input describes.

    A file that was touched or copied, so that its size or its change time is another, is compared by content with
    what was recorded: by the hash of all voxels, or for an image too large for one by that of `region`.

    Parameters
    ----------
    source : Input
        Its `path` may be relative to `folder`.
    region : Region, optional
        The box that the recorded `region_sha256` is of.

    Raises
    ------
    FileError
        If the file is gone, was changed since it was opened, or holds another image.
    """
    path = locate(source, folder)
    # a copy of our own is named by its content; copying the project changes no more than its time
    touched = bool(source.stamp) and Path(source.path).is_absolute() and file_stamp(path) != source.stamp
    if touched:
        _check_content(source, path, region)
    image = open_image(path, _reading(source))
    if image.shape != source.shape or image.dtype.name != source.dtype:
        raise FileError(
            f"{path.name} holds {image.shape} {image.dtype}, not {source.shape} {source.dtype} as recorded; "
            "give the file that was used."
        )
    return image.with_(space=source.space, name=source.name)


def _reading(source: Input) -> Reading:
    return Reading(axes=source.space.axes, dataset=source.dataset, raw=raw_layout(source))


def _check_content(source: Input, path: Path, region: Region | None) -> None:
    """Refuse a touched file that does not hold, or cannot be known to hold, the voxels that were recorded."""
    if source.sha256:
        same = _content(path, file_stamp(path), _reading(source), None) == source.sha256
    elif source.region_sha256 and region is not None:
        same = _content(path, file_stamp(path), _reading(source), region) == source.region_sha256
    else:
        raise FileError(f"{path.name} was changed after it was opened; open it again.")
    if not same:
        raise FileError(
            f"{path.name} was changed: it no longer holds the voxels that were used; "
            "put that file back, or begin anew with this one."
        )


@lru_cache(maxsize=256)
def _content(path: Path, _stamp: str, reading: Reading, region: Region | None) -> str:
    """Hash a file's voxels once, however often it is opened; a changed file has another stamp."""
    pixels = open_image(path, reading).pixels
    if region is None:
        return pixel_hash(pixels)
    fits = len(pixels.shape) == len(region.stop) and all(
        b <= n for b, n in zip(region.stop, pixels.shape, strict=True)
    )
    return pixel_hash(np.ascontiguousarray(pixels[region.slices])) if fits else ""


def raw_layout(source: Input) -> RawLayout | None:
    """Give the layout of a RAW file; None for a file that says its own.

    Raises
    ------
    DocumentError
        If what was recorded is damaged.
    """
    if not source.raw:
        return None
    try:
        return from_json(RawLayout, json.loads(source.raw))
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"The recorded layout of {source.name} is damaged ({error}); open it again.") from error


def locate(source: Input, folder: Path | None) -> Path:
    """Find the file of an input: by its path, relative to the project where it is relative."""
    path = Path(source.path)
    if source.path and not path.is_absolute() and folder is not None:
        path = folder / path
    if not source.path or not path.exists():
        where = f" ({path})" if source.path else ""
        raise FileError(f"The source {source.name!r} is not where it was{where}; put it back, or choose it anew.")
    return path


def hashed(source: Input, image: Image, most: int = WHOLE_BYTES) -> Input:
    """Add the hash of all pixels, where the image has at most `most` bytes to be read whole."""
    if source.sha256 or image.nbytes > most:
        return source
    return replace(source, sha256=pixel_hash(image.pixels))
