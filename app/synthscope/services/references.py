"""A second image beside the source: on the same grid, cut at the same place, held to its hash."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from synthscope.errors import AmbiguousAxes, DocumentError, FileError, InputError
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.known_limits import known_limits
from synthscope.imaging.rounding import Limits
from synthscope.io.opening import Reading, open_image
from synthscope.records.generator import GeneratorSpec
from synthscope.records.image import Image
from synthscope.records.request import Input, Region, Task
from synthscope.records.space import Space


def open_reference(path: Path, image: Image | None) -> Image:
    """Open a second image; where its own axes are not told, it has those of the source."""
    try:
        return open_image(path)
    except AmbiguousAxes as ambiguous:
        if image is None or len(ambiguous.shape) != len(image.shape):
            raise
        return open_image(path, Reading(axes=image.space.axes))


def check_reference(reference: Image | None, image: Image | None, spec: GeneratorSpec, task: Task) -> None:
    """Refuse a second image that cannot stand beside the source; no pixel is read.

    Parameters
    ----------
    image : Image, optional
        The source, or the example of ``synthesize``.

    Raises
    ------
    InputError
        If the generator takes none for the task, there is no source, or shape, axes or dtype are others.
    """
    if reference is None:
        return
    if task not in spec.takes_reference:
        known = f"only to {', '.join(spec.takes_reference)}" if spec.takes_reference else "for no task"
        raise InputError(
            f"Generator {spec.id!r} takes no second image to {task} ({known}); leave {reference.name!r} out."
        )
    if image is None:
        raise InputError(f"The reference {reference.name!r} stands beside a source, and there is none; open one first.")
    if reference.space.axes != image.space.axes or reference.shape != image.shape:
        raise InputError(
            f"The reference {reference.name!r} is {_words(reference)}, {image.name or 'the source'} {_words(image)}: "
            "both must be alike; crop the larger one to the other's size, with as many channels."
        )
    if reference.dtype != image.dtype:
        raise InputError(
            f"The reference {reference.name!r} has values of type {reference.dtype}, "
            f"{image.name or 'the source'} of {image.dtype}; convert one to the type of the other."
        )


def remarks_on_reference(reference: Image | None, image: Image | None) -> tuple[str, ...]:
    """Say what a person should know of a second image before a run."""
    if reference is None or image is None:
        return ()
    (there, unit), (here, own) = ((one.space.voxel_size, one.space.unit) for one in (reference, image))
    if unit == own and all(math.isclose(a, b, rel_tol=1e-3) for a, b in zip(there, here, strict=True)):
        return ()
    return (f"The reference {reference.name!r} has another voxel size than the source; it is taken voxel by voxel.",)


def reference_part(wanted: Input | None, region: Region | None, opened: Image | None) -> np.ndarray | None:
    """Cut what a run sees of the second image of its recipe: the region of context, as of the source.

    Raises
    ------
    DocumentError
        If the recipe names one without a region.
    FileError
        If it is not there, does not hold the region, or holds other voxels than the recipe says.
    """
    if wanted is None:
        return None
    if region is None or opened is None:
        raise DocumentError(f"The record names the reference {wanted.name!r} without a source; it was changed.")
    fits = len(region.stop) == len(opened.shape) and all(
        b <= n for b, n in zip(region.stop, opened.shape, strict=True)
    )
    if not fits:
        raise FileError(
            f"The reference {opened.name!r} of {opened.shape} does not hold the region {region.start} to "
            f"{region.stop}; give the file that was used."
        )
    part = np.ascontiguousarray(opened.pixels[region.slices])
    if wanted.region_sha256 not in ("", pixel_hash(part)):
        raise FileError(
            f"The reference {wanted.name!r} does not hold the voxels of the recipe; give the file that was used."
        )
    return part


def check_part(part: np.ndarray | None, real: np.ndarray | None) -> None:
    """Refuse a cut of the second image that is unlike the source's: a document may have been changed."""
    if part is None:
        return
    if real is None or part.shape != real.shape or part.dtype != real.dtype:
        found = "nothing" if real is None else f"{real.shape} {real.dtype}"
        raise InputError(
            f"The reference is {part.shape} {part.dtype} where the source is {found}; give the images that were used."
        )


def limits_of_both(limits: Limits | None, reference: np.ndarray | None, space: Space) -> Limits | None:
    """Widen the range that results keep to by that of the second image, which they may lead to."""
    other = None if reference is None else known_limits(reference, None, space)
    if limits is None or other is None:
        return limits
    return tuple((min(a, c), max(b, d)) for (a, b), (c, d) in zip(limits, other, strict=True))


def _words(image: Image) -> str:
    return f"{' × '.join(map(str, image.shape))} ({image.space.axes})"
