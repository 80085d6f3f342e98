"""What a ControlNet would be led by, worked out before a run: for the window, for a file, for a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.control_pictures import Scale, fixed_span, leading_picture, span_of
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.regions import from_block, to_block, whole
from synthscope.io.faults import writing_faults
from synthscope.io.writing import write_image_job
from synthscope.records.control import EDGES, Lead
from synthscope.records.events import Job, Progress
from synthscope.records.image import Image
from synthscope.records.model import ModelCard
from synthscope.records.pretrained import TAKEN_CHANNELS
from synthscope.records.request import Region
from synthscope.services.model_fit import channel_count, scale_for, seen_scale
from synthscope.services.naming import file_stem, unused
from synthscope.services.references import beside
from synthscope.services.sources import hashed, reference

ENDING = ".ome.tif"
WHITE = 255
EIGHT_BIT = 0.0, 255.0
"""What is black and white of an 8-bit image, to any pretrained model."""


@dataclass(frozen=True, eq=False)
class Leading:
    """How the slices of a region are led.

    Parameters
    ----------
    region : Region
        What the generator sees of the image: its region of context.
    scale : (float, float)
        Values of the image that the network sees as black and white.
    second : Image, optional
        The control image.
    """

    image: Image
    region: Region
    lead: Lead
    scale: Scale
    second: Image | None = None


def scale_of(image: Image, region: Region, mask: np.ndarray | None, card: ModelCard | None) -> Scale:
    """Give the values of an image that a pretrained model sees as black and white; as a run finds them.

    Parameters
    ----------
    mask : ndarray of bool, optional
        What is unknown in the region, of the mask's axes.
    card : ModelCard, optional
        Of the model. Without one the scale is that of the models as they are taken in.

    Raises
    ------
    InputError
        If the image has no known value.
    """
    if card is not None:
        whole_hash = hashed(reference(image), image).sha256 if card.images else ""
        return scale_for(card, image, whole_hash, mask, region)
    return EIGHT_BIT if image.dtype == np.uint8 else seen_scale(image, mask, region)


def led_slice(leading: Leading, at: Mapping[str, int]) -> np.ndarray | None:
    """Make the picture by which one slice is led: the very one that the generator makes.

    Parameters
    ----------
    at : mapping
        Where the slice lies along ``z`` and ``t``, where the image has them, in voxels of the image.

    Returns
    -------
    ndarray of float32 (Y, X, 3), optional
        Of the region, from 0 to 1; None for a slice that does not lie in it.

    Raises
    ------
    InputError
        If a control image shall lead, and there is none.
    """
    image, region = leading.image, leading.region
    box = _single(region, image.space.axes, at, "zt")
    if box is None:
        return None
    plane = to_block(np.asarray(image.pixels[box.slices]), image.space)[0]
    second, lead = leading.second, leading.lead
    if second is None or not lead.needs_second:
        return leading_picture(plane, None, leading.scale, None, lead)
    span = fixed_span(second.dtype, lead, image.dtype, leading.scale)
    if span is None:
        moment = _single(region, image.space.axes, at, "t" if "z" in image.space.axes else "") or region
        span = span_of(_of_second(second, image, moment), lead, image.dtype, leading.scale)
    part = to_block(_of_second(second, image, box), second.space)[0]
    if part.shape[:2] != plane.shape[:2]:
        raise InputError(f"The control image {second.name!r} has other rows and columns than the image; crop it.")
    return leading_picture(plane, part, leading.scale, span, lead)


@dataclass(frozen=True)
class WrittenEdges:
    """A map of edges as a file: the hash of its pixels, the part of them that are edges, the scale of the image."""

    path: str
    sha256: str
    share: float
    scale: Scale


def edges_job(image: Image, lead: Lead) -> Job[Image]:
    """Find the edges of a whole image, slice by slice, as those that lead a variation of it.

    Yields
    ------
    Progress
        For each slice.

    Returns
    -------
    Image
        Of the image's axes without channels: 0, and 255 where an edge is. As a control image *as it is* it leads as
        the edges of the image do.

    Raises
    ------
    InputError
        If the image has other than one or three channels, or no value.
    """
    found, _ = yield from _edges(image, lead)
    return found


def write_edges_job(image: Image, lead: Lead, out: Path) -> Job[WrittenEdges]:
    """Write what `edges_job` finds into a folder, where nothing is overwritten.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    found, scale = yield from _edges(image, lead)
    with writing_faults(out):
        out.mkdir(parents=True, exist_ok=True)
    stem = file_stem(image.name.split(".")[0], "image")
    path = yield from write_image_job(unused(out / f"{stem}-edges{ENDING}", ENDING), found)
    return WrittenEdges(str(path), pixel_hash(found.pixels), float(np.mean(np.asarray(found.pixels) > 0)), scale)


def _edges(image: Image, lead: Lead) -> Job[tuple[Image, Scale]]:
    _check_channels(image)
    region, space, axes = whole(image.shape), image.space.mask_space(), image.space.mask_axes
    scale = scale_of(image, region, None, None)
    leading = Leading(image, region, replace(lead, control=EDGES), scale)
    found = np.zeros(image.mask_shape, np.uint8)
    places = tuple(_slices(axes, found.shape))
    for number, at in enumerate(places):
        yield Progress(number, len(places), "Finding edges")
        picture = led_slice(leading, at)
        assert picture is not None, "the region is whole"
        index = tuple(slice(at[axis], at[axis] + 1) if axis in at else slice(None) for axis in axes)
        plane = (picture[..., 0] > 0) * np.uint8(WHITE)
        found[index] = from_block(plane, space, found[index].shape)
    return Image(found, space, f"{image.name.split('.')[0]}-edges"), scale


def _slices(axes: str, shape: tuple[int, ...]) -> Iterator[dict[str, int]]:
    """Yield where each slice lies along all axes but rows and columns."""
    others = [(axis, n) for axis, n in zip(axes, shape, strict=True) if axis not in "yx"]
    for place in product(*(range(n) for _, n in others)):
        yield dict(zip((axis for axis, _ in others), place, strict=True))


def _single(region: Region, axes: str, at: Mapping[str, int], which: str) -> Region | None:
    """Cut a region to one place along some axes; None where the place does not lie in it."""
    start, stop = list(region.start), list(region.stop)
    for i, axis in enumerate(axes):
        if axis in which:
            if not start[i] <= at[axis] < stop[i]:
                return None
            start[i], stop[i] = at[axis], at[axis] + 1
    return Region(tuple(start), tuple(stop))


def _of_second(second: Image, image: Image, box: Region) -> np.ndarray:
    return np.asarray(second.pixels[beside(box, image.space, second.space, second.shape).slices])


def _check_channels(image: Image) -> None:
    channels = channel_count(image)
    if channels not in (1, 3):
        raise InputError(f"{image.name or 'The image'} has {channels} channels; {TAKEN_CHANNELS}")
