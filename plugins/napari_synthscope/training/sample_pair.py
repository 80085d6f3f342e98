"""What a training shows of its network, new or rebuilt patches, above real ones, at the same contrast."""

from __future__ import annotations

import numpy as np
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from synthscope.imaging.mosaic import GAP
from synthscope.qt.image_tile import ImageTile, Picture, percentile_limits
from synthscope.qt.theme import set_role

LINES = 2
"""Lines that a row of patches is broken into, so that each can be seen in a narrow panel."""

HEIGHT = 152


class SamplePair(QWidget):
    """Shows the picture that a training sends: one row of patches from its network above one row of real ones.

    Each row is shown by itself, broken into lines.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: np.ndarray | None = None
        # create
        self.made = ImageTile()
        self.real = ImageTile()
        self.caption, self._real_words = QLabel(), QLabel("Real")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for words, tile in ((self.caption, self.made), (self._real_words, self.real)):
            set_role(words, "muted")
            tile.setMinimumHeight(HEIGHT)
            column.addWidget(words)
            column.addWidget(tile)
        self.caption.setWordWrap(True)
        self.made.setAccessibleName("Patches by the network so far")
        self.made.setToolTip("The same seeds, or the same patches to rebuild, every time: watch them come")
        self.real.setAccessibleName("Real patches")
        self.real.setToolTip("As many pieces of the part that is kept out, at the same contrast")
        self.hide()

    def value(self) -> np.ndarray | None:
        """Give the picture that is shown."""
        return self._picture

    def set_value(self, picture: np.ndarray | None, caption: str = "") -> None:
        """Show a picture (Y, X) or (Y, X, 3) in original units, under what it shows; or nothing."""
        self._picture = picture
        self.caption.setText(caption)
        made, real = (None, None) if picture is None else rows_of(picture)
        reference = real if real is not None else made
        limits = None if reference is None else percentile_limits(reference)
        self.made.set_value(None if made is None else Picture(made, limits))
        self.real.set_value(None if real is None else Picture(real, limits))
        for widget in (self.real, self._real_words):
            widget.setVisible(real is not None)
        self.setVisible(made is not None)


def rows_of(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """Take the two rows of a mosaic apart, each broken into lines; a picture that is none is given as it is.

    Returns
    -------
    made, real : ndarray
        `real` is None for a picture that is no mosaic of two rows.
    """
    side, rest = divmod(picture.shape[0] - GAP, 2)
    count, over = divmod(picture.shape[1] + GAP, side + GAP) if side > 0 else (0, 1)
    if rest or over or count < 1:
        return picture, None
    return _broken(picture[:side], count), _broken(picture[side + GAP :], count)


def _broken(row: np.ndarray, count: int) -> np.ndarray:
    """Break one row of square patches into lines."""
    if count % LINES:
        return row
    width = (row.shape[1] + GAP) // LINES - GAP
    gap = np.full((GAP, width, *row.shape[2:]), row.min(), row.dtype)
    lines = [row[:, i * (width + GAP) : i * (width + GAP) + width] for i in range(LINES)]
    parts = [lines[0]]
    for line in lines[1:]:
        parts += [gap, line]
    return np.concatenate(parts)
