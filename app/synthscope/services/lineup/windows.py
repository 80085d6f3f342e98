"""Equal windows: one around each mask, and real ones clear of all masks; what sets and studies are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.blank_margins import blank_margin, clear_of
from synthscope.imaging.fields import starts_of
from synthscope.imaging.regions import moments, to_block, whole
from synthscope.io.faults import writing_faults
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.evaluation import ImageSet
from synthscope.records.image import Image
from synthscope.records.lineup import LineupRecipe, LineupResult
from synthscope.records.request import Input, Region
from synthscope.services.lineup.beginning import Posed, read_result
from synthscope.services.lineup.contenders import REAL
from synthscope.services.sources import reference
from synthscope.services.studies.cutting import squeezed
from synthscope.services.training_blocks import block_shape, read_block

WINDOWS, INTACT = "windows", "intact"
"""Folders of windows: those of sets, and what the masks hid of each image where that was undamaged."""
LEAST_REAL, MOST_REAL, MOST_SLICES = 48, 400, 8
LEAST, MOST = 32, 256
"""Side of a window (px) where none was told: as the largest mask is wide, within these."""


@dataclass(frozen=True)
class Spot:
    """Where a window lies in the block of an image: its slice, its first row and column."""

    z: int
    y: int
    x: int


@dataclass(frozen=True, eq=False)
class Views:
    """The windows of a line-up: their side, and the spot of each image's own window."""

    side: int
    spots: tuple[Spot, ...]


def views_of(recipe: LineupRecipe, posed: Sequence[Posed]) -> Views:
    """Choose one side for all windows, and centre a window of each image on its mask, or on the image.

    Raises
    ------
    InputError
        If an image is a series of stacks, or a window does not fit.
    """
    boxes = [_painted_box(one) for one in posed]
    shortest = min(min(block_shape(one.image)[1:]) for one in posed)
    widest = max(max(stop - start for start, stop in box[1:]) for box in boxes)
    side = recipe.side or min(max(widest, LEAST), MOST, shortest)
    if side > shortest:
        raise InputError(f"Windows of {side} px do not fit an image of {shortest} px; give a side up to {shortest}.")
    spots = tuple(_spot(box, block_shape(one.image), side) for box, one in zip(boxes, posed, strict=True))
    return Views(side, spots)


def read_window(image: Image, spot: Spot, side: int) -> np.ndarray:
    """Read a window (1, Y, X, C) of an image."""
    region = Region((spot.z, spot.y, spot.x), (spot.z + 1, spot.y + side, spot.x + side))
    return read_block(image, region, next(iter(moments(whole(image.shape), image.space))))


def write_window(path: Path, image: Image, spot: Spot, side: int) -> np.ndarray:
    """Write a window as an image of its own, where it is not there yet; gives its pixels (1, Y, X, C)."""
    pixels = read_window(image, spot, side)
    if not path.exists():
        with writing_faults(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_image(path, squeezed(pixels, image))
    return pixels


@dataclass(frozen=True, eq=False)
class RealWindow:
    """A real window: its pixels (1, Y, X, C), and which image it is of (from 0)."""

    pixels: np.ndarray
    image: int


def write_real(folder: Path, posed: Sequence[Posed], side: int, candidates: int) -> list[RealWindow]:
    """Write real windows that lie clear of masks and of a blank margin, spread evenly; gives them in their order.

    There are twice as many as `candidates` of a contender, where there is room: halves of them are as large as its set.
    """
    most = min(MOST_REAL, max(LEAST_REAL, 2 * candidates))
    places = [(number, spot) for number, one in enumerate(posed) for spot in _clear(one, side)]
    chosen = np.unique(np.linspace(0, len(places) - 1, min(most, len(places))).round().astype(int))
    found = []
    for count, index in enumerate(chosen):
        number, spot = places[index]
        path = folder / WINDOWS / REAL / f"{count + 1:04d}.ome.tif"
        found.append(RealWindow(write_window(path, posed[number].image, spot, side), number))
    return found


def write_intact(folder: Path, posed: Sequence[Posed], views: Views) -> None:
    """Write each image's own window as it was before: a study shows it among the real ones, at the same place."""
    for number, (one, spot) in enumerate(zip(posed, views.spots, strict=True)):
        write_window(folder / INTACT / f"{number + 1:04d}.ome.tif", one.image, spot, views.side)


def study_sets(folder: Path) -> tuple[ImageSet, tuple[ImageSet, ...]]:
    """Give the real windows and those of each contender, as a study or an evaluation takes them.

    Raises
    ------
    InputError
        If the line-up has no real windows or no candidate.
    FileError, DocumentError
        If the folder holds no table of a line-up, or a window is gone.
    """
    result = read_result(folder)
    real, made = sets_of(folder, result)
    if not real.images:
        raise InputError("No real window lies clear of the masks; choose a smaller side, or masks that leave more.")
    if not made:
        raise InputError("The line-up has no candidate yet; resume it first.")
    return real, made


def sets_of(folder: Path, result: LineupResult) -> tuple[ImageSet, tuple[ImageSet, ...]]:
    """Give the sets of windows that are there."""
    prompts = result.recipe.prompts
    words = prompts.prompt or prompts.target
    names = [str(path.relative_to(folder)) for path in sorted((folder / WINDOWS / REAL).glob("*.ome.tif"))]
    made = []
    for row in result.rows:
        own = [name for shot in row.shots for name in shot.windows]
        if own:
            made.append(ImageSet(row.contender.name, inputs_of(folder, own), (), row.contender.generator, words))
    return ImageSet(REAL, inputs_of(folder, names)), tuple(made)


def inputs_of(folder: Path, names: Sequence[str]) -> tuple[Input, ...]:
    """Describe windows by their names in the folder."""
    found = []
    for name in names:
        path = (folder / name).resolve()
        found.append(replace(reference(open_image(path)), path=str(path)))
    return tuple(found)


def mask_block(one: Posed) -> np.ndarray | None:
    """Read the mask of an image as a block of bool (Z, Y, X)."""
    if one.mask is None:
        return None
    space = one.image.space.mask_space()
    return to_block(np.asarray(one.mask[...]) != 0, space)[..., 0]


def _painted_box(one: Posed) -> tuple[tuple[int, int], ...]:
    """Give the (start, stop) of what is painted along z, y and x; of the whole image where nothing is."""
    if {"t", "z"} <= set(one.image.space.axes):
        raise InputError(f"{one.image.name} is a series of stacks; line up one moment of it.")
    inside = mask_block(one)
    if inside is None:
        return tuple((0, n) for n in block_shape(one.image))
    layer = int(inside.sum(axis=(1, 2)).argmax())
    rows, columns = (np.flatnonzero(inside[layer].any(axis=axis)) for axis in (1, 0))
    return (layer, layer + 1), (int(rows[0]), int(rows[-1]) + 1), (int(columns[0]), int(columns[-1]) + 1)


def _spot(box: tuple[tuple[int, int], ...], shape: tuple[int, int, int], side: int) -> Spot:
    z = sum(box[0]) // 2 if box[0][1] - box[0][0] > 1 else box[0][0]
    y, x = (min(max(sum(ends) // 2 - side // 2, 0), n - side) for ends, n in zip(box[1:], shape[1:], strict=True))
    return Spot(z, y, x)


def _clear(one: Posed, side: int) -> Iterator[Spot]:
    """Give windows, side by side, that hold neither mask nor blank margin, of a few slices spread evenly."""
    depth, rows, columns = block_shape(one.image)
    inside = mask_block(one)
    _, ys, xs = starts_of((1, rows, columns), (1, side, side))
    places = [(y, x) for y in ys for x in xs]
    moment = next(iter(moments(whole(one.image.shape), one.image.space)))
    for z in np.unique(np.linspace(0, depth - 1, min(depth, MOST_SLICES)).round().astype(int)):
        plane = read_block(one.image, Region((int(z), 0, 0), (int(z) + 1, rows, columns)), moment)[0]
        margin = blank_margin(plane)
        taken = np.zeros((rows, columns), bool) if margin is None else margin
        if inside is not None:
            taken = taken | inside[z]
        for y, x in sorted(clear_of(taken, (side, side), places)):
            yield Spot(int(z), y, x)
