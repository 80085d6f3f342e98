"""Parts of one large TIFF page: only the tiles or strips that a box touches are decoded."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

LARGE = 32 * 2**20
"""Pages of more bytes than this are read in parts."""


def can_be_read_in_parts(page: Any) -> bool:
    """Whether a page is a plain grid of tiles or strips of (y, x[, s])."""
    plain = page.planarconfig == 1 or page.samplesperpixel == 1
    grid = plain and page.imagedepth == 1 and len(page.shape) in (2, 3) and page.shape[0] == page.imagelength
    rows, columns = page.chunks[:2] if grid else (0, 0)
    return bool(grid and 0 < rows * columns * page.samplesperpixel * page.dtype.itemsize <= LARGE)


def part_chunks(page: Any) -> tuple[int, ...]:
    """Give chunks of whole segments, of a few megabytes."""
    rows, columns = page.chunks[:2]
    length, width = page.shape[:2]
    row_bytes = width * page.samplesperpixel * page.dtype.itemsize
    if page.is_tiled:
        many = max(1, 1024 // columns), max(1, 1024 // rows)
        return min(rows * many[1], length), min(columns * many[0], width), *page.shape[2:]
    return min(rows * max(1, LARGE // 8 // (rows * row_bytes)), length), width, *page.shape[2:]


def read_part(page: Any, box: tuple[slice, ...]) -> np.ndarray:
    """Decode a box (rows, columns[, samples]) of a page whose file is open.

    Raises
    ------
    ValueError
        If a segment is missing or of another size.
    """
    ranges = [range(n)[s] for s, n in zip(box, page.shape, strict=False)]
    rows, columns = page.chunks[:2]
    across = math.ceil(page.shape[1] / columns)
    tops = range(ranges[0].start // rows, math.ceil(ranges[0].stop / rows))
    lefts = range(ranges[1].start // columns, math.ceil(ranges[1].stop / columns))
    out = np.full((len(ranges[0]), len(ranges[1]), page.samplesperpixel), page.nodata, page.dtype)
    for top, left in itertools.product(tops, lefts):
        segment = _segment(page, top * across + left)
        if segment is not None:
            _place(out, segment, (top * rows - ranges[0].start, left * columns - ranges[1].start))
    part = out.reshape(out.shape if len(page.shape) == 3 else out.shape[:2])
    return part[(slice(None), slice(None), *box[2:])]


def _segment(page: Any, number: int) -> np.ndarray | None:
    """Decode one tile or strip to (rows, columns, samples), None for one that was never written."""
    handle = page.parent.filehandle
    count = page.databytecounts[number]
    if count == 0:
        return None
    handle.seek(page.dataoffsets[number])
    decoded = page.decode(handle.read(count), number, jpegtables=page.jpegtables)[0]
    return None if decoded is None else np.asarray(decoded)[0]


def _place(out: np.ndarray, segment: np.ndarray, corner: tuple[int, int]) -> None:
    """Copy what of a segment, whose first pixel lies at `corner`, falls into `out`."""
    top, left = corner
    bottom, right = min(top + segment.shape[0], out.shape[0]), min(left + segment.shape[1], out.shape[1])
    y, x = max(top, 0), max(left, 0)
    out[y:bottom, x:right] = segment[y - top : bottom - top, x - left : right - left]
