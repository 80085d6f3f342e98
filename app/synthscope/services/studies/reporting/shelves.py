"""Rows of pictures for the page of a study: slices as raters saw them, with marks drawn over."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as Pixels
from PIL import ImageDraw

from synthscope.errors import SynthscopeError
from synthscope.records.study_events import Mark
from synthscope.services.reporting.pictures import LARGEST_SIDE, Picture, source_of
from synthscope.services.studies.reporting.contents import Picture as ReadPicture

MARK, HALO = (255, 176, 86), (0, 0, 0)
"""Colours of an outline and of what makes it stand out."""


@dataclass(frozen=True)
class Shelf:
    """A row of pictures."""

    title: str
    words: str
    pictures: tuple[Picture, ...]


def picture_of(read: ReadPicture, code: str, words: str, caption: str, marks: Sequence[Mark] = ()) -> Picture:
    """Put a picture into the page: its middle slice (or that of most marks), with marks drawn over it."""
    try:
        block = np.asarray(read(code))
    except SynthscopeError as error:
        return Picture("", f"{words}: {error.sentence}", caption)
    place = slice_of(marks, len(block))
    return shown(outlined(image_of(block[place]), on_slice(marks, place)), words, caption)


def slice_of(marks: Iterable[Mark], depth: int) -> int:
    """Give the slice with most marks, the first of several; without marks the middle one."""
    places = [mark.slice for mark in marks if 0 <= mark.slice < depth]
    return max(sorted(set(places)), key=places.count) if places else depth // 2


def on_slice(marks: Iterable[Mark], place: int) -> tuple[Mark, ...]:
    """Give the marks of one slice."""
    return tuple(mark for mark in marks if mark.slice == place)


def image_of(plane: np.ndarray) -> Pixels.Image:
    """Make an image of a slice (Y, X, C)."""
    return Pixels.fromarray(np.ascontiguousarray(plane[..., 0] if plane.shape[-1] == 1 else plane[..., :3]))


def shown(image: Pixels.Image, words: str, caption: str, largest: int = LARGEST_SIDE) -> Picture:
    """Put an image into the page."""
    stream = io.BytesIO()
    image.save(stream, "PNG")
    source, width, height = source_of(stream.getvalue(), largest)
    return Picture(source, words, caption, width, height)


def outlined(image: Pixels.Image, marks: Sequence[Mark], colour: tuple[int, int, int] = MARK) -> Pixels.Image:
    """Draw the outlines of marks over an image, each over a dark line that is wider by a pixel on either side."""
    if not marks:
        return image
    image = image.convert("RGB")
    pen, wide = ImageDraw.Draw(image), max(1, image.width // 128)
    for mark in marks:
        _draw(pen, mark, HALO, wide + 2, 4 * wide)
        _draw(pen, mark, colour, wide, 4 * wide)
    return image


def _draw(pen: ImageDraw.ImageDraw, mark: Mark, colour: tuple[int, int, int], wide: int, radius: int) -> None:
    points = [(x, y) for y, x in mark.points]
    if mark.shape == "box" and len(points) == 2:
        (a, b), (c, d) = points
        corners = ((min(a, c), min(b, d)), (max(a, c), min(b, d)), (max(a, c), max(b, d)), (min(a, c), max(b, d)))
        pen.line([*corners, corners[0], corners[1]], fill=colour, width=wide)
    elif mark.shape == "region" and len(points) > 1:
        pen.line([*points, points[0]], fill=colour, width=wide)
    elif points:
        (x, y), reach = points[0], radius + wide // 2
        pen.ellipse((x - reach, y - reach, x + reach, y + reach), outline=colour, width=wide)
