"""Marks of raters over maps of where pictures differ from their references, for the page of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest

import numpy as np
from PIL import Image as Pixels

from synthscope.errors import SynthscopeError
from synthscope.records.study_beside import MarkedPicture
from synthscope.records.study_events import Mark
from synthscope.services.reporting.pictures import Picture
from synthscope.services.reporting.words import count, number
from synthscope.services.studies.beside_maps import ABSOLUTE, LPIPS, MAPS, Perceive, error_maps
from synthscope.services.studies.beside_numbers import marks_of
from synthscope.services.studies.reporting.contents import Picture as ReadPicture
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.shelves import Shelf, image_of, on_slice, outlined, shown, slice_of
from synthscope.studies.analysis.work import Work
from synthscope.studies.correspondence.marks import mark_density

MOST = 4
"""Pictures that are shown, those with most marks of each arm in turn; of more arms, one of each."""
LARGEST = 256
"""Side of a picture of such a row in the page, in pixels; larger ones are averaged down."""
WHITE = (255, 255, 255)
"""Outline of marks over a map."""
GONE = "the weights of LPIPS are not installed here any more; install them and write the report anew."
Seen = Mapping[str, Sequence[Mark]]


@dataclass(frozen=True)
class MapPicture(Picture):
    """A map in colours that go evenly from dark (0) to bright.

    Parameters
    ----------
    high : str
        What the brightest colour stands for.
    scale : str
        ``data:`` address of all colours in a line.
    """

    high: str = ""
    scale: str = ""


def marked_shelves(
    report: StudyReport, read: ReadPicture | None, perceive: Perceive | None = None
) -> tuple[Shelf, ...]:  # fmt: skip
    """Give a row for each of the pictures with most marks; none while the study is blind, or nothing was compared.

    Parameters
    ----------
    read : callable, optional
        From the code of a picture to its pixels, uint8 (Z, Y, X, C). One that cannot be read leaves a sentence.
    perceive : callable, optional
        Makes the map of LPIPS; see `perceiving`.
    """
    beside, answers = report.beside, report.answers
    if report.blind or read is None or beside is None or answers is None or not beside.marked:
        return ()
    marks = marks_of(Work(answers))
    chosen = most_marked(beside.marked, {code: sum(map(len, own.values())) for code, own in marks.items()})
    return tuple(_shelf(report.named(one.letter), one, marks[one.code], read, perceive) for one in chosen)


def most_marked(marked: Sequence[MarkedPicture], many: Mapping[str, int]) -> tuple[MarkedPicture, ...]:
    """Choose the pictures with most marks, the first of each arm, then the second ones, and so on.

    Parameters
    ----------
    many : mapping
        From a code to the number of its marks; a picture without is never chosen.
    """
    arms: dict[str, list[MarkedPicture]] = {}
    for one in sorted(marked, key=lambda one: (-many.get(one.code, 0), one.code)):
        if many.get(one.code):
            arms.setdefault(one.letter, []).append(one)
    in_turn = [one for row in zip_longest(*arms.values()) for one in row if one]
    return tuple(in_turn[: max(MOST, len(arms))])


def _shelf(
    arm: str, one: MarkedPicture, seen: Seen, read: ReadPicture, perceive: Perceive | None
) -> Shelf:  # fmt: skip
    try:
        pictures, where = _row(one, seen, read, perceive)
    except SynthscopeError as error:
        pictures, where = (Picture("", f"No maps of a picture of {arm}", error.sentence),), ""
    areas = ", ".join(f"{name} {number(one.areas[name])}" for name in MAPS if name in one.areas)
    many = count(sum(map(len, seen.values())), "mark")
    words = f"{one.marked} of {count(one.raters, 'rater')} marked it: {many}{where}. Area: {areas}."
    return Shelf(arm, words, pictures)


def _row(
    one: MarkedPicture, seen: Seen, read: ReadPicture, perceive: Perceive | None
) -> tuple[tuple[Picture, ...], str]:  # fmt: skip
    """Give the pictures of a row, and which slice they are of."""
    reference, picture = np.asarray(read(one.reference)), np.asarray(read(one.code))
    depth, height, width = picture.shape[:3]
    place = slice_of((mark for own in seen.values() for mark in own), depth)
    here = {rater: tuple(replace(mark, slice=0) for mark in on_slice(own, place)) for rater, own in seen.items()}
    marks = tuple(mark for own in here.values() for mark in own)
    density = mark_density(here, (1, height, width))
    plane = slice(place, place + 1)
    maps, why = error_maps(reference[plane], picture[plane], perceive if LPIPS in one.areas else None)
    pictures = [
        shown(image_of(reference[place]), "The reference", "Reference", LARGEST),
        shown(outlined(image_of(picture[place]), marks), "The result with all marks", "Result, all marks", LARGEST),
    ]
    for name in (name for name in MAPS if name in one.areas):
        unit = ", grey values" if name == ABSOLUTE else ""
        if name in maps:
            pictures.append(_map(maps[name][0], f"{name[0].upper()}{name[1:]}{unit}", marks))
        else:
            pictures.append(Picture("", f"No map of {name}", f"{name}: {why or GONE}"))
    pictures.append(_map(density[0], "Density of marks, part of the raters", ()))
    where = f", {len(marks)} of them in slice {place + 1} of {depth}, which is shown" if depth > 1 else ""
    return tuple(pictures), where


def _map(plane: np.ndarray, title: str, marks: Sequence[Mark]) -> MapPicture:
    high = float(plane.max())
    image = outlined(coloured(plane, high), marks, WHITE)
    caption = f"{title}: 0 (dark) to {number(high)} (bright)" if high > 0 else f"{title}: 0 everywhere"
    drawn = shown(image, caption, caption, LARGEST)
    scale = shown(Pixels.fromarray(colours()[None]), "", "", LARGEST).source
    return MapPicture(drawn.source, drawn.words, drawn.caption, drawn.width, drawn.height, number(high), scale)


def coloured(plane: np.ndarray, high: float) -> Pixels.Image:
    """Draw a map (Y, X) in colours from 0 to a value; what lies beyond has the colour of the end."""
    steps = np.clip(np.nan_to_num(plane) / (high or 1.0), 0, 1) * 255
    return Pixels.fromarray(colours()[steps.round().astype(np.uint8)])


@cache
def colours() -> np.ndarray:
    """Give the colours of a map, uint8 (256, 3): viridis, whose steps look equally large."""
    from matplotlib import colormaps  # takes a moment, and few reports have maps

    return np.asarray((colormaps["viridis"](np.arange(256))[:, :3] * 255).round(), np.uint8)
