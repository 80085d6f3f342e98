"""A card with a picture, a title and some words, that can be pressed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from qtpy.QtCore import QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from qtpy.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout, QWidget

from synthscope.qt.image_tile import cut_to_fill, to_qimage
from synthscope.qt.theme import icon, tokens_of

_PRESSING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


@dataclass(frozen=True, eq=False)
class CardRow:
    """What a card shows.

    Parameters
    ----------
    picture : ndarray (Y, X) or (Y, X, 3), optional
        In original units; an icon stands for one that is missing.
    size : str
        Size in words: ``64 × 256 × 256, 16 bit``.
    words : str
        One line: what can be tried with it, or when it was last open.
    """

    id: str
    title: str
    size: str = ""
    words: str = ""
    picture: np.ndarray | None = None


class _Cover(QWidget):
    """Fills its width with a picture, cut where it does not fit."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._image = QImage()
        self._cut = QImage()
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_value(self, pixels: np.ndarray | None) -> None:
        self._image = QImage() if pixels is None else to_qimage(pixels)
        self._cut = QImage()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        del event
        tokens = tokens_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), QColor(tokens.raised))
        if self._image.isNull():
            place = QRectF(0, 0, 40, 40)
            place.moveCenter(QRectF(self.rect()).center())
            icon("folder-image", tokens.disabled).paint(painter, place.toRect())
        else:
            ratio = self.devicePixelRatioF()
            size = QSize(round(self.width() * ratio), round(self.height() * ratio))
            if self._cut.size() != size:
                self._cut = cut_to_fill(self._image, size)
            painter.drawImage(self.rect(), self._cut)
        painter.end()


class PictureCard(QFrame):
    """Shows one `CardRow`.

    Signals
    -------
    pressed(str)
        The id, after a click, Enter or Space.
    """

    pressed = Signal(str)

    def __init__(self, row: CardRow, *, cover: int = 132, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        # create
        self._cover = _Cover(cover)
        self._title = QLabel()
        self._size = QLabel()
        self._words = QLabel()
        # lay out
        self._lay_out()
        self.set_value(row)

    def value(self) -> CardRow:
        """Give the row that is shown."""
        return self._row

    def set_value(self, row: CardRow) -> None:
        """Show a row."""
        self._row = row
        self._cover.set_value(row.picture)
        for label, words in ((self._title, row.title), (self._size, row.size), (self._words, row.words)):
            label.setText(words)
            label.setVisible(bool(words))
        self.setAccessibleName(", ".join(part for part in (row.title, row.size, row.words) if part))
        self.setToolTip(f"Open {row.title}")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Press, if the pointer is still over the card."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit(self._row.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the press for the release."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Press with Enter or Space."""
        if event.key() in _PRESSING:
            self.pressed.emit(self._row.id)
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.setProperty("role", "card")
        self.setProperty("inviting", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Width comes from the grid alone, so that all columns are alike.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(140)
        self._title.setStyleSheet("font-weight: 600;")
        for label in (self._size, self._words):
            label.setProperty("role", "muted")
        for label in (self._title, self._size, self._words):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 12)
        layout.setSpacing(4)
        layout.addWidget(self._cover)
        layout.addSpacing(4)
        layout.addWidget(self._title)
        layout.addWidget(self._size)
        layout.addWidget(self._words)
        layout.addStretch()
