"""A list that is as high as its rows, up to a number of them."""

from __future__ import annotations

from qtpy.QtWidgets import QListWidget

ROW = 34
"""Height of a row with a tick, in pixels, until the list knows its own."""


def fit_height(rows: QListWidget, most: int) -> None:
    """Make a list as high as its rows, or as `most` of them and scrolled."""
    count = min(most, max(1, rows.count()))
    row = max(rows.sizeHintForRow(0), 0) or ROW
    rows.setFixedHeight(row * count + 2 * rows.frameWidth() + 4)
