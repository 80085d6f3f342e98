"""The grid of samples: a row of real fields, and a row of each generator, all on one scale of grey."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image as Pixels
from PIL import ImageDraw, ImageFont

from synthscope.imaging.mosaic import GAP, mosaic
from synthscope.imaging.regions import to_block
from synthscope.io.atomic import write_bytes
from synthscope.io.faults import writing_faults
from synthscope.records.families import FamilyRow
from synthscope.records.metric import Frame
from synthscope.services.families.grounds import Grounds
from synthscope.services.run_folder import RunFolder

PICTURES = "pictures"
GRID = f"{PICTURES}/grid.png"
SHOWN = 8
"""Images in a row."""
REAL_ROW = "Real, held out"
_LABEL, _PAD = 150, 6
_LEAST = 64
"""Pixels that an image is shown by, at least."""


def strip_name(generator: str) -> str:
    """Name the picture of one row; the empty generator is the real one."""
    return f"{PICTURES}/{generator or 'real'}.png"


def draw_grid(folder: Path, rows: Sequence[FamilyRow], grounds: Grounds) -> str:
    """Write the picture of every row, and one of all with their names; gives the latter's name in the folder."""
    with writing_faults(folder / PICTURES):
        (folder / PICTURES).mkdir(exist_ok=True)
    chosen = np.unique(np.linspace(0, grounds.n - 1, SHOWN).round().astype(int))
    found = [("", REAL_ROW, list(grounds.held_out.pixels[chosen]))]
    found += [(row.generator, row.title, list(_samples(folder, row))) for row in rows]
    strips = []
    for generator, title, images in found:
        strip = mosaic([[_grey(image, grounds.frame) for image in images]])
        write_bytes(folder / strip_name(generator), _png(_as_picture(strip)))
        strips.append((title, strip))
    write_bytes(folder / GRID, _png(_labelled(strips)))
    return GRID


def _samples(folder: Path, row: FamilyRow) -> Iterable[np.ndarray]:
    """Give the first images (Y, X, C) of the first seed that has any: of a control, one of each example."""
    run = next(run for run in row.runs if not run.problem)
    each = -(-SHOWN // len(run.runs))
    found = [
        opened.open(candidate)
        for opened in (RunFolder(folder / name) for name in run.runs)
        for candidate in opened.candidates()[:each]
    ]
    return [to_block(np.asarray(image.pixels), image.space)[0] for image in found[:SHOWN]]


def _grey(image: np.ndarray, frame: Frame) -> np.ndarray:
    """Put an image into 8 bits by the limits of the training part: (Y, X, 1) or (Y, X, 3)."""
    scaled: np.ndarray = np.clip(frame.scaled(image) * 255, 0, 255).round().astype(np.uint8)
    kept = scaled if scaled.shape[-1] == 3 else scaled[..., :1]
    times = -(-_LEAST // min(kept.shape[:2]))
    larger: np.ndarray = kept.repeat(times, axis=0).repeat(times, axis=1)
    return larger


def _as_picture(strip: np.ndarray) -> Pixels.Image:
    return Pixels.fromarray(strip if strip.shape[-1] == 3 else strip[..., 0])


def _labelled(strips: Sequence[tuple[str, np.ndarray]]) -> Pixels.Image:
    """Put the rows below each other, each with its name at the left."""
    height = sum(strip.shape[0] + 4 * GAP for _, strip in strips)
    width = _LABEL + max(strip.shape[1] for _, strip in strips)
    canvas = Pixels.new("RGB", (width, height), "white")
    draw, font = ImageDraw.Draw(canvas), ImageFont.load_default(15)
    top = 0
    for title, strip in strips:
        canvas.paste(_as_picture(strip).convert("RGB"), (_LABEL, top))
        draw.text((_PAD, top + strip.shape[0] // 2), title, fill="black", font=font, anchor="lm")
        top += strip.shape[0] + 4 * GAP
    return canvas


def _png(picture: Pixels.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True)
    return stream.getvalue()
