"""Where pictures of one shape lie side by side, as large as they can be."""

from __future__ import annotations

from math import ceil

from qtpy.QtCore import QRectF, QSize

GAP = 32
"""Pixels round each picture; the name of a reference is written in it."""
_MOST_IN_ROW = 4


def grid_of(count: int, ratio: float, room: QSize) -> tuple[QRectF, ...]:
    """Give the rectangle of each picture, from left to right and row by row.

    Parameters
    ----------
    ratio : float
        Width of a picture by its height.
    room : QSize
        In pixels.
    """
    if not count:
        return ()
    columns = count if count <= _MOST_IN_ROW else ceil(count / 2)
    rows = ceil(count / columns)
    tall = min((room.height() - GAP * (rows + 1)) / rows, (room.width() - GAP * (columns + 1)) / columns / ratio)
    tall = max(tall, 1.0)
    wide = tall * ratio
    left = (room.width() - columns * wide - (columns - 1) * GAP) / 2
    top = (room.height() - rows * tall - (rows - 1) * GAP) / 2
    return tuple(
        QRectF(left + (n % columns) * (wide + GAP), top + (n // columns) * (tall + GAP), wide, tall)
        for n in range(count)
    )
