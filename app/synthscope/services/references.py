"""A second image beside the source, on its grid, cut at the same place, held to its hash."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from synthscope.errors import AmbiguousAxes, DocumentError, FileError, InputError
from synthscope.generators.registry import find_spec
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.known_limits import known_limits
from synthscope.imaging.label_codec import check_label_type
from synthscope.imaging.regions import block_axes, to_block, whole
from synthscope.imaging.rounding import Limits
from synthscope.io.opening import Reading, open_image
from synthscope.records.control import AS_LABELS, Lead, lead_of
from synthscope.records.generator import GeneratorSpec
from synthscope.records.image import Image
from synthscope.records.request import Input, Region, Request, Task
from synthscope.records.space import Space

Named = TypeVar("Named")
NAMES = {"reference": "reference", "control": "control image"}
OPTIONS = {"reference": "--reference", "control": "--control-image"}
"""How the command line names it."""
CHANNELS = (1, 3)
"""Of a control image."""


def open_reference(path: Path, image: Image | None) -> Image:
    """Open a second image; where its own axes are not told, it has those of the source."""
    try:
        return open_image(path)
    except AmbiguousAxes as ambiguous:
        if image is None or len(ambiguous.shape) != len(image.shape):
            raise
        return open_image(path, Reading(axes=image.space.axes))


def second_of(reference: Named | None, control: Named | None, generator: str) -> Named | None:
    """Give the second image of a generator, which was named as the one or as the other.

    Raises
    ------
    InputError
        If it was named as both, or as a control image where the generator takes none.
    """
    if control is None:
        return reference
    if reference is not None:
        raise InputError("Both a reference and a control image are named; one second image is taken: leave one out.")
    if find_spec(generator).second != "control":
        raise InputError(f"Generator {generator!r} takes no control image; leave it out.")
    return control


def check_reference(
    reference: Image | None, image: Image | None, spec: GeneratorSpec, task: Task, parameters: Any = None
) -> None:
    """Refuse a second image that cannot stand beside the source; no pixel is read.

    Parameters
    ----------
    image : Image, optional
        The source, or the example of ``synthesize``.
    parameters : record
        Of the generator: they say what a control image must hold.

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
        raise InputError(
            f"The {NAMES[spec.second]} {reference.name!r} stands beside a source, and there is none; open one first."
        )
    if spec.second == "control":
        _check_control(reference, image, lead_of(parameters))
        return
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


def _check_control(control: Image, image: Image, lead: Lead | None) -> None:
    """Refuse a control image of other rows, columns or slices, or of what cannot lead."""
    own = dict(zip(image.space.axes, image.shape, strict=True))
    sides = {a: n for a, n in zip(control.space.axes, control.shape, strict=True) if a not in "cs"}
    if any(own.get(axis) != n for axis, n in sides.items()):
        raise InputError(
            f"The control image {control.name!r} is {_words(control)}, {image.name or 'the source'} {_words(image)}: "
            "it must have the same rows and columns, and the same slices or one for all; crop or resample it."
        )
    channels = math.prod(control.shape) // math.prod(sides.values())
    if channels not in CHANNELS:
        raise InputError(
            f"The control image {control.name!r} has {channels} channels; give one of one channel, or of red, green "
            "and blue."
        )
    if control.dtype.kind not in "buif":
        raise InputError(
            f"The control image {control.name!r} has values of type {control.dtype}; give truth values, whole numbers "
            "or floats."
        )
    if lead is not None and lead.control == AS_LABELS:
        check_label_type(control.dtype, channels)


def remarks_on_reference(reference: Image | None, image: Image | None, spec: GeneratorSpec) -> tuple[str, ...]:
    """Say what a person should know of a second image before a run."""
    if reference is None or image is None:
        return ()
    name, both = f"The {NAMES[spec.second]} {reference.name!r}", [a for a in "tzyx" if a in reference.space.axes]
    remarks = []
    if spec.second == "control" and set(image.space.axes) & set("tz") - set(both):
        remarks.append(f"{name} is one picture for all slices: it leads each that is made.")
    if not _alike(reference, image, both):
        remarks.append(f"{name} has another voxel size than the source; it is taken voxel by voxel.")
    return tuple(remarks)


def _alike(one: Image, other: Image, axes: list[str]) -> bool:
    """Whether two images have the same voxel size along axes."""
    (there, here) = ([i.space.voxel_size[i.space.axes.index(a)] for a in axes] for i in (one, other))
    same = all(math.isclose(a, b, rel_tol=1e-3) for a, b in zip(there, here, strict=True))
    return same and one.space.unit == other.space.unit


def beside(region: Region, space: Space, other: Space, shape: tuple[int, ...]) -> Region:
    """Turn a box of the source into that of its second image, which may have other channels, or one slice for all.

    Parameters
    ----------
    space, other : Space
        Of the source and of the second image, whose shape is `shape`.
    """
    bounds = dict(zip(space.axes, zip(region.start, region.stop, strict=True), strict=True))
    pairs = []
    for axis, n in zip(other.axes, shape, strict=True):
        first, stop = bounds.get(axis, (0, n))
        pairs.append((0, n) if axis in "cs" and stop > n else (first, stop))
    return Region(tuple(a for a, _ in pairs), tuple(b for _, b in pairs))


def beside_block(part: np.ndarray, at: Region, space: Space, other: Space) -> np.ndarray:
    """Lay what belongs to a box of the source out as (Z, Y, X, C) with as many slices; one slice stands for all.

    Parameters
    ----------
    part : ndarray
        The second image over the region of context, of the axes of `other`.
    at : Region
        A box in that region, of the axes of the source's `space`.
    """
    block = to_block(part[beside(at, space, other, part.shape).slices], other)
    axis = block_axes(space)[0]
    depth = at.shape[space.axes.index(axis)] if axis in "zt" else 1
    return np.broadcast_to(block, (depth, *block.shape[1:])) if len(block) == 1 else block


def reference_part(
    wanted: Input | None, region: Region | None, opened: Image | None, space: Space | None
) -> np.ndarray | None:
    """Cut what a run sees of the second image of its recipe: the region of context, as of the source.

    Parameters
    ----------
    space : Space, optional
        Of the source.

    Raises
    ------
    DocumentError
        If the recipe names one without a region.
    FileError
        If it is not there, does not hold the region, or holds other voxels than the recipe says.
    """
    if wanted is None:
        return None
    if region is None or opened is None or space is None:
        raise DocumentError(f"The record names the reference {wanted.name!r} without a source; it was changed.")
    region = beside(region, space, opened.space, opened.shape)
    fits = all(b <= n for b, n in zip(region.stop, opened.shape, strict=True))
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


def check_part(part: np.ndarray | None, real: np.ndarray | None, request: Request, spec: GeneratorSpec) -> None:
    """Refuse a cut of the second image that is unlike the source's: a document may have been changed."""
    if part is None:
        return
    alike = real is not None and part.shape == real.shape and part.dtype == real.dtype
    if spec.second == "control" and real is not None and request.source is not None and request.reference is not None:
        box = beside(whole(real.shape), request.source.space, request.reference.space, part.shape)
        alike = box.shape == part.shape
    if not alike:
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
