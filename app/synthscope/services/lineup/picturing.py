"""The grid: a row for each image and seed, the source with its mask first, then one candidate of each contender."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image as Pixels
from PIL import ImageDraw, ImageFont
from scipy import ndimage

from synthscope.io.atomic import write_bytes
from synthscope.records.lineup import LineupRecipe, LineupResult, LineupRow, Shot
from synthscope.records.metric import Frame
from synthscope.services.exporting import composed
from synthscope.services.lineup.beginning import Posed
from synthscope.services.lineup.measuring import Bench
from synthscope.services.lineup.windows import Spot, mask_block, read_window
from synthscope.services.run_folder import RunFolder
from synthscope.services.training_blocks import block_shape

GRID = "grid.png"
SOURCE = "Source and mask"
MOST_ROWS = 24
PAINT = (230, 159, 0)
_TEXT, _PAD, _TILE = 14, 6, 180


Key = tuple[str, int, int]
"""Of a tile: its contender, its image and which of its seeds it is of, both from 0."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """All that a line-up's grid is drawn from; made once, for a grid is drawn again with each image of a contender.

    Parameters
    ----------
    spots : sequence of Spot
        The view of each image: twice as wide as its window, where there is room.
    side : int
        Of the views (px).
    sources : sequence of ndarray of uint8 (side, side, 3)
        The images in the grid, each with the border of its mask.
    drawn : dict
        Tiles of uint8 (side, side, 3) with what was measured of their candidates: filled as they are drawn.
    """

    folder: Path
    bench: Bench
    spots: Sequence[Spot]
    side: int
    sources: Sequence[np.ndarray]
    drawn: dict[Key, tuple[Shot, np.ndarray]] = field(default_factory=dict)


def sheet_of(folder: Path, bench: Bench, posed: Sequence[Posed]) -> Sheet:
    """Lay a grid out, and draw what stands in it from the beginning."""
    shortest = min(min(block_shape(one.image)[1:]) for one in posed)
    side = min(2 * bench.views.side, shortest)
    spots = [_wider(spot, bench.views.side, side, one) for spot, one in zip(bench.views.spots, posed, strict=True)]
    shown = [image for image in range(len(posed)) if is_in_grid(bench.recipe, image)]
    sources = [_source_tile(posed[image], spots[image], side, bench.frame) for image in shown]
    return Sheet(folder, bench, spots, side, sources)


def draw_grid(sheet: Sheet, result: LineupResult) -> str:
    """Write the grid of what is there and give its name in the folder; what was drawn before is not read again."""
    lines = [(image, seed) for image in range(len(sheet.spots)) for seed in range(result.recipe.seeds)][:MOST_ROWS]
    write_bytes(sheet.folder / GRID, _png(_drawn(sheet, result, lines)))
    return GRID


def is_in_grid(recipe: LineupRecipe, image: int) -> bool:
    """Whether the grid has room for a row of an image (from 0)."""
    return image * recipe.seeds < MOST_ROWS


def _drawn(sheet: Sheet, result: LineupResult, lines: Sequence[tuple[int, int]]) -> Pixels.Image:
    times = max(1, round(_TILE / sheet.side))
    tile = sheet.side * times
    titles = [SOURCE, *(row.contender.name for row in result.rows)]
    labels = [_label(result, image, seed) for image, seed in lines]
    font = ImageFont.load_default(_TEXT)
    left = math.ceil(max(font.getlength(label) for label in labels)) + 2 * _PAD
    width = max(tile, *(math.ceil(font.getlength(title)) for title in titles)) + _PAD
    top = _TEXT + 2 * _PAD
    canvas = Pixels.new("RGB", (left + width * len(titles), top + (tile + _PAD) * len(lines)), "white")
    draw = ImageDraw.Draw(canvas)
    for column, title in enumerate(titles):
        draw.text((left + column * width, _PAD), title, fill="black", font=font)
    for number, (image, seed) in enumerate(lines):
        y = top + number * (tile + _PAD)
        draw.text((_PAD, y + tile // 2), labels[number], fill="black", font=font, anchor="lm")
        shown: list[np.ndarray | str] = [sheet.sources[image]]
        shown += [_tile(sheet, row, image, seed) for row in result.rows]
        for column, what in enumerate(shown):
            x = left + column * width
            if isinstance(what, str):
                draw.text((x + _PAD, y + tile // 2), what, fill="black", font=font, anchor="lm")
            else:
                canvas.paste(Pixels.fromarray(what.repeat(times, 0).repeat(times, 1)), (x, y))
    return canvas


def _wider(spot: Spot, narrow: int, side: int, one: Posed) -> Spot:
    """Centre a wider view on a window, as far as the image goes."""
    _, rows, columns = block_shape(one.image)
    more = (side - narrow) // 2
    return Spot(spot.z, min(max(spot.y - more, 0), rows - side), min(max(spot.x - more, 0), columns - side))


def grey(window: np.ndarray, frame: Frame) -> np.ndarray:
    """Put a window (Y, X, C) into 8-bit colour (Y, X, 3) by the limits of the frame."""
    scaled = np.clip(frame.scaled(window) * 255, 0, 255).round().astype(np.uint8)
    shown: np.ndarray = scaled if scaled.shape[-1] == 3 else np.repeat(scaled[..., :1], 3, axis=-1)
    return shown


def _source_tile(one: Posed, spot: Spot, side: int, frame: Frame) -> np.ndarray:
    """Draw the source (Y, X, 3) with the border of the mask in it."""
    shown = grey(read_window(one.image, spot, side)[0], frame).copy()
    inside = mask_block(one)
    if inside is not None:
        part = inside[spot.z, spot.y : spot.y + side, spot.x : spot.x + side]
        shown[part & ~ndimage.binary_erosion(part)] = PAINT
    return shown


def _tile(sheet: Sheet, row: LineupRow, image: int, seed: int) -> np.ndarray | str:
    """Draw a contender's candidate, once for what was measured of it, or say why there is none."""
    shot = next((one for one in row.shots if one.image == image), None)
    if shot is None:
        return "to come"
    if seed >= len(shot.seeds):
        return "failed" if shot.problem else "the same"
    key = (shot.contender, image, seed)
    if key not in sheet.drawn or sheet.drawn[key][0] != shot:
        sheet.drawn[key] = shot, _candidate_tile(sheet, shot, seed)
    return sheet.drawn[key][1]


def _candidate_tile(sheet: Sheet, shot: Shot, seed: int) -> np.ndarray:
    run = RunFolder(sheet.folder / shot.run)
    candidate = next(one for one in run.candidates() if one.seed == shot.seeds[seed])
    made = composed(run, candidate, sheet.bench.home)
    return grey(read_window(made, sheet.spots[shot.image], sheet.side)[0], sheet.bench.frame)


def _label(result: LineupResult, image: int, seed: int) -> str:
    name = result.recipe.subjects[image].image.name
    short = name if len(name) <= 28 else f"{name[:27]}…"
    return f"{short}, seed {result.recipe.seed + seed}" if result.recipe.seeds > 1 else short


def _png(picture: Pixels.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()
