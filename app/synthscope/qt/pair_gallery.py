"""Images behind a number, the furthest first, each beside its nearest real one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QKeyEvent, QMouseEvent
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget
from superqt import QElidingLabel

from synthscope.qt.flow import Flow
from synthscope.qt.image_tile import ImageTile, Picture
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_mark

SIDE = 72
WIDTH = 2 * SIDE + 24
_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True, eq=False)
class PairRow:
    """One image and its nearest real one.

    Parameters
    ----------
    id : int
        What a press tells.
    value : str
        The number of this image, in words.
    caption : str
        Which image it is, and where in it.
    picture, nearest : ndarray (Y, X) or (Y, X, 3), optional
        8-bit thumbnails at one contrast; None where there is none.
    """

    id: int
    value: str
    caption: str = ""
    picture: np.ndarray | None = None
    nearest: np.ndarray | None = None


class PairTile(QFrame):
    """Shows one `PairRow`.

    Signals
    -------
    pressed(int)
        Its id, after a click, Enter or Space.
    """

    pressed = Signal(int)

    def __init__(self, row: PairRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        # create
        self.picture = ImageTile(side=SIDE)
        self.nearest = ImageTile(side=SIDE)
        self._value = QLabel(row.value)
        self._caption = QElidingLabel(row.caption)
        # lay out
        self._lay_out()
        self._show()

    def value(self) -> PairRow:
        """Give the row that is shown."""
        return self._row

    def set_current(self, current: bool) -> None:
        """Frame it as the one that the canvas shows."""
        set_mark(self, "current", current)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the press for the release."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Press, if the pointer is still over the tile."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit(self._row.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Press with Enter or Space."""
        if event.key() in _PRESSING:
            self.pressed.emit(self._row.id)
            return
        super().keyPressEvent(event)

    def _show(self) -> None:
        for tile, pixels in ((self.picture, self._row.picture), (self.nearest, self._row.nearest)):
            tile.set_value(None if pixels is None else Picture(pixels, (0.0, 255.0)))
        self.nearest.setVisible(self._row.nearest is not None)
        beside = ", beside its nearest real one" if self._row.nearest is not None else ""
        self.setToolTip(f"{self._row.caption}: {self._row.value}\nShow it on the canvas{beside}")
        self.setAccessibleName(f"{self._row.caption}, {self._row.value}{beside}")

    def _lay_out(self) -> None:
        self.setProperty("role", "card")
        self.setProperty("inviting", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(WIDTH if self._row.nearest is not None else SIDE + 16)
        self._caption.setProperty("role", "muted")
        pictures = QHBoxLayout()
        pictures.setSpacing(4)
        for tile in (self.picture, self.nearest):
            tile.setFixedSize(SIDE, SIDE)
            pictures.addWidget(tile)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(pictures)
        column.addWidget(self._value)
        column.addWidget(self._caption)


class PairGallery(QWidget):
    """Shows pairs in lines, in the order given.

    Signals
    -------
    pressed(int)
        The id of a pair that somebody wants to see on the canvas.
    """

    pressed = Signal(int)

    def __init__(self, *, empty: str = "No images yet", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: list[PairTile] = []
        self._flow: Flow | None = None
        self._empty = WrappingLabel(empty, role="muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)

    def value(self) -> tuple[PairRow, ...]:
        """Give the pairs that are shown."""
        return tuple(tile.value() for tile in self._tiles)

    def set_value(self, rows: Iterable[PairRow]) -> None:
        """Show pairs."""
        if self._flow is not None:
            self._flow.hide()
            self._flow.setParent(None)
            self._flow.deleteLater()
        self._flow = Flow()
        self._tiles = [PairTile(row) for row in rows]
        for tile in self._tiles:
            tile.pressed.connect(self.pressed)
            self._flow.add(tile)
        self._empty.setVisible(not self._tiles)
        self.layout().addWidget(self._flow)

    def say_empty(self, words: str) -> None:
        """Say why there are none."""
        self._empty.setText(words)

    def set_current(self, pair: int) -> None:
        """Frame the pair that the canvas shows; -1 for none."""
        for tile in self._tiles:
            tile.set_current(tile.value().id == pair)

    def tile(self, place: int) -> PairTile:
        """Give one of the tiles, in their order."""
        return self._tiles[place]
