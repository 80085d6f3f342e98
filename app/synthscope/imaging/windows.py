"""Windows over what is to be made: as few as cover it, with a margin to see the surroundings by."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import ndimage

from synthscope.errors import InputError

CROWD = 128
"""Holes in one slice from which on they are gathered by a grid before they are merged."""


@dataclass(frozen=True)
class Window:
    """A box of one slice: `bottom` and `right` are excluded."""

    z: int
    top: int
    bottom: int
    left: int
    right: int

    @property
    def rows(self) -> slice:
        """Its rows."""
        return slice(self.top, self.bottom)

    @property
    def columns(self) -> slice:
        """Its columns."""
        return slice(self.left, self.right)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top, self.right - self.left


Box = tuple[int, int, int, int]
Inner = tuple[int, ...]
"""What a window may make, rows and columns: all of a side that it holds, else what its margins leave."""


def cover(mask: np.ndarray, window: int, margin: int, multiple: int = 1) -> tuple[Window, ...]:
    """Cover all that is marked by windows: their number grows with the marked area, not with the image.

    Parameters
    ----------
    mask : ndarray of bool (Z, Y, X)
    window : int
        Largest side of a window, in pixels.
    margin : int
        What a window sees around what it makes, as far as the image goes; neighbours overlap by half of it.
    multiple : int
        Sides become multiples of it, where the image is large enough.

    Raises
    ------
    InputError
        If nothing of a window is left between its margins.
    """
    inner: Inner = tuple(n if n <= window else window - 2 * margin for n in mask.shape[1:])
    _check_room(window, margin)
    found: list[Window] = []
    for z in np.flatnonzero(mask.any(axis=(1, 2))):
        boxes = _merged(_holes(mask[z], inner), inner)
        tiles = (part for whole in boxes for part in _tiles(whole, inner, margin // 2))
        marked = (box for box in tiles if mask[z, box[0] : box[1], box[2] : box[3]].any())
        found += [_widened(int(z), box, margin, multiple, mask.shape[1:]) for box in marked]
    return tuple(found)


def around(shape: tuple[int, int, int], window: int, margin: int, multiple: int = 1) -> tuple[Window, ...]:
    """Cover all of a stack whose opposite edges meet (each slice a torus) by even windows of one size.

    Their sides leave the field: row -1 is the last one, row n the first. Where n is a multiple of the number of
    windows along it, they stay the same windows when the field is rolled by the distance from one to the next.

    Parameters
    ----------
    shape : tuple (Z, Y, X)
    window, margin, multiple
        As for `cover`; a window is a little larger where that makes its side a multiple.

    Raises
    ------
    InputError
        If nothing of a window is left between its margins.
    """
    _check_room(window, margin)
    rows, columns = (_turns(n, window - 2 * margin, margin, multiple) for n in shape[1:])
    return tuple(Window(z, *y, *x) for z in range(shape[0]) for y in rows for x in columns)


def meeting_lines(spans: Iterable[tuple[int, int]], n: int, *, periodic: bool = False) -> tuple[int, ...]:
    """Give the lines at which spans that overlap meet: where one begins, where the one before ends, and midway.

    Parameters
    ----------
    spans : iterable of (start, stop)
        Sides of windows along one axis of n voxels.
    periodic : bool
        The axis is a circle, which spans may leave.

    Returns
    -------
    tuple of int
        A line at i lies between the voxels i - 1 and i; none lies at the ends of the axis.
    """
    ordered = sorted(set(spans))
    if periodic:
        ordered.append((ordered[0][0] + n, ordered[0][1] + n))
    lines = {one for (_, stop), (start, _) in pairwise(ordered) for one in (start, (start + stop) // 2, stop)}
    return tuple(sorted({one % n for one in lines if periodic or 0 < one < n} - {0}))


def taper(window: Window, shape: tuple[int, int] | None, margin: int) -> np.ndarray:
    """Give the weight of a window's pixels where windows overlap: it falls towards its borders.

    Parameters
    ----------
    shape : tuple (Y, X), optional
        Of the image; None where it has no borders.

    Returns
    -------
    ndarray of float32 (rows, columns)
        Between 0 (never reached) and 1; no fall at the borders of the image of `shape`.
    """
    parts, ends = (window.rows, window.columns), shape or (None, None)
    sides = [_ramp(part, n, max(margin, 1)) for part, n in zip(parts, ends, strict=True)]
    return np.outer(*sides).astype(np.float32)


def _turns(n: int, inner: int, margin: int, multiple: int) -> list[tuple[int, int]]:
    count = math.ceil(n / inner)
    side = math.ceil((math.ceil(n / count) + 2 * margin) / multiple) * multiple
    return [(round(i * n / count) - margin, round(i * n / count) - margin + side) for i in range(count)]


def _ramp(part: slice, n: int | None, margin: int) -> np.ndarray:
    at = np.arange(part.start, part.stop)
    near_start = np.inf if part.start == 0 and n is not None else at - part.start + 0.5
    near_stop = np.inf if part.stop == n else part.stop - at - 0.5
    return np.asarray(np.sin(np.clip(np.minimum(near_start, near_stop) / margin, 0, 1) * np.pi / 2) ** 2)


def _check_room(window: int, margin: int) -> None:
    if window - 2 * margin < 1:
        raise InputError(f"A window of {window} px has no room between margins of {margin} px; choose a larger one.")


def _holes(mask: np.ndarray, inner: Inner) -> list[Box]:
    """Give the boxes of connected holes; of a crowd those of what lies in each cell of a grid."""
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if count > CROWD:
        rows, columns = (np.arange(n) // one for n, one in zip(mask.shape, inner, strict=True))
        labels = np.where(mask, 1 + rows[:, None] * (columns[-1] + 1) + columns, 0)
    found = (one for one in ndimage.find_objects(labels) if one is not None)
    return [(rows.start, rows.stop, columns.start, columns.stop) for rows, columns in found]


def _merged(boxes: list[Box], inner: Inner) -> list[Box]:
    """Unite boxes as long as a window holds their union."""
    merged: list[Box] = []
    for box in sorted(boxes):
        for i, other in enumerate(merged):
            union = (min(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), max(box[3], other[3]))
            if union[1] - union[0] <= inner[0] and union[3] - union[2] <= inner[1]:
                merged[i] = union
                break
        else:
            merged.append(box)
    return merged


def _tiles(box: Box, inner: Inner, overlap: int) -> list[Box]:
    """Cut a box that no window holds into overlapping ones that each does."""
    rows, columns = (
        _starts(first, stop, one, min(overlap, one // 2))
        for first, stop, one in zip(box[::2], box[1::2], inner, strict=True)
    )
    return [(y, min(y + inner[0], box[1]), x, min(x + inner[1], box[3])) for y in rows for x in columns]


def _starts(first: int, stop: int, inner: int, overlap: int) -> list[int]:
    if stop - first <= inner:
        return [first]
    count = math.ceil((stop - first - overlap) / (inner - overlap))
    return [round(first + i * (stop - first - inner) / (count - 1)) for i in range(count)]


def _widened(z: int, box: Box, margin: int, multiple: int, shape: tuple[int, ...]) -> Window:
    top, bottom = _span(box[0] - margin, box[1] + margin, multiple, shape[0])
    return Window(z, top, bottom, *_span(box[2] - margin, box[3] + margin, multiple, shape[1]))


def _span(start: int, stop: int, multiple: int, n: int) -> tuple[int, int]:
    """Keep a span inside 0 to n and lengthen it to a multiple, towards whichever side has room."""
    start, stop = max(start, 0), min(stop, n)
    stop = min(start + -(-(stop - start) // multiple) * multiple, n)
    start = max(stop - -(-(stop - start) // multiple) * multiple, 0)
    return start, stop
