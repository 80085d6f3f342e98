"""What lies over the canvas while images are compared: the curtain's handle, and badges that say which is which."""

from __future__ import annotations

from typing import Any

from qtpy.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPolygonF
from qtpy.QtWidgets import QLabel, QWidget

from synthscope.records.colours import SYNTHETIC

WIDTH = 24
GRIP = 11
STEP = 0.02
TOP = 12

_BADGE = (
    "background: rgba(20, 22, 26, 215); color: #ffffff; border: 2px solid {colour}; border-radius: 4px;"
    "padding: 2px 8px; font-size: 13px; font-weight: 600;"
)
REAL_COLOUR = "#e9edf1"


class CurtainHandle(QWidget):
    """A line across the canvas with a grip; drag it, or move it with the arrow keys.

    Signals
    -------
    value_changed(float)
        Where it hangs, as a part of the canvas's width.
    """

    value_changed = Signal(float)

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._value = 0.5
        self._grabbed: float | None = None
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Curtain: real on the left, synthetic on the right")
        self.setToolTip("Drag: real on the left, synthetic on the right (arrow keys move it too)")
        canvas.installEventFilter(self)
        self._place()

    def value(self) -> float:
        """Where it hangs: 0 at the left, 1 at the right of the canvas."""
        return self._value

    def set_value(self, value: float) -> None:
        """Hang it elsewhere."""
        value = min(1.0, max(0.0, value))
        if value != self._value:
            self._value = value
            self._place()
            self.value_changed.emit(value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay in place when the canvas changes its size."""
        if event.type() == QEvent.Type.Resize and watched is self.parent():
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take hold."""
        self._grabbed = event.position().x() - self.width() / 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move along."""
        if self._grabbed is not None:
            at = self.mapToParent(event.position()).x() - self._grabbed
            self.set_value(at / max(1, self.parentWidget().width()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go."""
        del event
        self._grabbed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move by a small step."""
        step = {Qt.Key.Key_Left: -STEP, Qt.Key.Key_Right: STEP}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.set_value(self._value + step)

    def wheelEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Leave the wheel to the canvas."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the line, dark-rimmed to be seen on any image, and the grip."""
        del event
        middle, height = self.width() / 2, self.height()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(middle - 2, 0, 4, height), QColor(0, 0, 0, 120))
        painter.fillRect(QRectF(middle - 1, 0, 2, height), QColor("#ffffff"))
        painter.setPen(QColor(0, 0, 0, 160))
        painter.setBrush(QColor("#ffffff"))
        painter.drawEllipse(QPointF(middle, height / 2), GRIP, GRIP)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#1b2127"))
        for sign in (-1, 1):
            painter.drawPath(_arrow(middle, height / 2, sign))

    def close_handle(self) -> None:
        """Leave the canvas."""
        self.parentWidget().removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def _place(self) -> None:
        canvas = self.parentWidget()
        self.setGeometry(round(self._value * canvas.width() - WIDTH / 2), 0, WIDTH, canvas.height())


class Badges(QObject):
    """Two words on the canvas: which side is real, and which synthetic."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._edge = 0.5
        self._place = self._beside
        self._left = badge(canvas, "real", REAL_COLOUR)
        self._right = badge(canvas, "synthetic", SYNTHETIC)
        canvas.installEventFilter(self)
        self.put(0.5)

    def put(self, edge: float) -> None:
        """Stand on both sides of a place: a part of the canvas's width."""
        self._edge, self._place = edge, self._beside
        self._place()

    def show_side(self, synthetic: bool) -> None:
        """Name one image only, in the middle."""
        self._left.setVisible(not synthetic)
        self._right.setVisible(synthetic)
        self._place = self._middle
        self._place()

    def hide_both(self) -> None:
        """Say nothing: where both are everywhere, no place is one's own."""
        self._left.hide()
        self._right.hide()

    def _beside(self) -> None:
        at = round(self._edge * self._canvas.width())
        self._left.move(at - self._left.width() - 16, TOP)
        self._right.move(at + 16, TOP)

    def _middle(self) -> None:
        for label in (self._left, self._right):
            label.move((self._canvas.width() - label.width()) // 2, TOP)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay in place when the canvas changes its size."""
        if event.type() == QEvent.Type.Resize and watched is self._canvas:
            self._place()
        return False

    def close_badges(self) -> None:
        """Leave the canvas."""
        self._canvas.removeEventFilter(self)
        for label in (self._left, self._right):
            label.hide()
            label.deleteLater()
        self.deleteLater()


def badge(canvas: QWidget, words: str, colour: str) -> QLabel:
    """Put a word over the canvas that the mouse does not notice."""
    label = QLabel(words, canvas)
    label.setStyleSheet(_BADGE.format(colour=colour))
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.adjustSize()
    label.show()
    return label


def _arrow(x: float, y: float, sign: int) -> QPainterPath:
    path = QPainterPath()
    tip, back = x + sign * 8, x + sign * 3.5
    path.addPolygon(QPolygonF([QPointF(tip, y), QPointF(back, y - 4), QPointF(back, y + 4)]))
    path.closeSubpath()
    return path
