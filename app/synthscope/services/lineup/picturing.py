"""The grid: a row for each image and seed, the source with its mask first, then one candidate of each contender."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image as Pixels
from PIL import ImageDraw, ImageFont
from scipy import ndimage

from synthscope.imaging.regions import to_block
from synthscope.io.atomic import write_bytes
from synthscope.io.opening import open_image
from synthscope.records.lineup import LineupResult, LineupRow
from synthscope.records.metric import Frame
from synthscope.services.lineup.beginning import Posed
from synthscope.services.lineup.measuring import Bench
from synthscope.services.lineup.windows import Spot, mask_block, read_window

GRID = "grid.png"
SOURCE = "Source and mask"
MOST_ROWS = 24
PAINT = (230, 159, 0)
_TEXT, _PAD, _TILE = 14, 6, 160


def draw_grid(folder: Path, result: LineupResult, bench: Bench, posed: Sequence[Posed]) -> str:
    """Write the grid and give its name in the folder."""
    lines = [(image, seed) for image in range(len(posed)) for seed in range(result.recipe.seeds)][:MOST_ROWS]
    times = max(1, round(_TILE / bench.views.side))
    tile = bench.views.side * times
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
        spot = bench.views.spots[image]
        shown = [source_tile(posed[image], spot, bench.views.side, bench.frame)]
        shown += [_tile(folder, row, image, seed, bench.frame) for row in result.rows]
        for column, pixels in enumerate(shown):
            place = (left + column * width, y)
            if pixels is None:
                draw.text((place[0] + _PAD, y + tile // 2), "–", fill="black", font=font, anchor="lm")
            else:
                canvas.paste(Pixels.fromarray(pixels.repeat(times, 0).repeat(times, 1)), place)
    write_bytes(folder / GRID, _png(canvas))
    return GRID


def grey(window: np.ndarray, frame: Frame) -> np.ndarray:
    """Put a window (Y, X, C) into 8-bit colour (Y, X, 3) by the limits of the frame."""
    scaled = np.clip(frame.scaled(window) * 255, 0, 255).round().astype(np.uint8)
    shown: np.ndarray = scaled if scaled.shape[-1] == 3 else np.repeat(scaled[..., :1], 3, axis=-1)
    return shown


def source_tile(one: Posed, spot: Spot, side: int, frame: Frame) -> np.ndarray:
    """Draw the source's window (Y, X, 3) with the border of the mask in it."""
    shown = grey(read_window(one.image, spot, side)[0], frame).copy()
    inside = mask_block(one)
    if inside is not None:
        part = inside[spot.z, spot.y : spot.y + side, spot.x : spot.x + side]
        shown[part & ~ndimage.binary_erosion(part)] = PAINT
    return shown


def _tile(folder: Path, row: LineupRow, image: int, seed: int, frame: Frame) -> np.ndarray | None:
    """Draw a contender's candidate; one that gives the same for every seed is drawn for the first."""
    shot = next((one for one in row.shots if one.image == image and seed < len(one.windows)), None)
    if shot is None:
        return None
    window = open_image(folder / shot.windows[seed])
    return grey(to_block(np.asarray(window.pixels[...]), window.space)[0], frame)


def _label(result: LineupResult, image: int, seed: int) -> str:
    name = result.recipe.subjects[image].image.name
    short = name if len(name) <= 28 else f"{name[:27]}…"
    return f"{short}, seed {result.recipe.seed + seed}" if result.recipe.seeds > 1 else short


def _png(picture: Pixels.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()
