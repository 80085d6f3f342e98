"""A histogram of grey values with two limits that can be dragged."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF
from qtpy.QtWidgets import QSizePolicy, QWidget

from napari_synthscope.masking.tools.overlay import COLOUR
from synthscope.qt.theme import tokens_of

BINS = 128
HEIGHT = 84
MARGIN = 6
GRIP = 12


class LimitsHistogram(QWidget):
    """Shows how often grey values occur; what lies between the limits is coloured like the preview.

    Signals
    -------
    value_changed((float, float))
        A limit was dragged.
    """

    value_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.float64] = np.zeros(0)
        self._ends = (0.0, 1.0)
        self._limits = (0.0, 1.0)
        self._held = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)
        self.setToolTip("Drag the two lines: everything between them is selected")
        self.setAccessibleName("Histogram with limits")

    def set_values(self, values: NDArray) -> None:
        """Show other grey values."""
        values = values[np.isfinite(values)]
        if values.size == 0:
            self._counts, self._ends = np.zeros(0), (0.0, 1.0)
        else:
            low, high = float(values.min()), float(values.max())
            self._ends = (low, high if high > low else low + 1.0)
            counts, _ = np.histogram(values, bins=BINS, range=self._ends)
            self._counts = np.sqrt(counts)  # small phases stay visible beside large ones
        self.update()

    def ends(self) -> tuple[float, float]:
        """Give the smallest and the largest grey value."""
        return self._ends

    def value(self) -> tuple[float, float]:
        """Give the limits."""
        return self._limits

    def set_value(self, limits: tuple[float, float]) -> None:
        """Show other limits."""
        self._limits = limits
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Give the size asked for."""
        return QSize(240, HEIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Take hold of the nearer limit."""
        x = event.position().x()
        near = [abs(x - self._x(limit)) for limit in self._limits]
        self._held = "low" if near[0] < near[1] or (near[0] == near[1] and x < self._x(self._limits[0])) else "high"
        self._drag(x)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Move the limit that is held."""
        x = event.position().x()
        if self._held:
            self._drag(x)
        near = min(abs(x - self._x(limit)) for limit in self._limits) < GRIP
        self.setCursor(Qt.CursorShape.SizeHorCursor if near or self._held else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Let go."""
        del event
        self._held = ""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the bars and the limits."""
        del event
        tokens = tokens_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.background))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        self._bars(painter, QColor(tokens.muted))
        for limit in self._limits:
            x = self._x(limit)
            painter.setBrush(QColor(tokens.text))
            painter.drawRect(QRectF(x - 1, 0, 2, self.height()))
            painter.drawPolygon(QPolygonF([QPointF(x - 6, 0), QPointF(x + 6, 0), QPointF(x, 8)]))
        painter.end()

    def _bars(self, painter: QPainter, colour: QColor) -> None:
        if not self._counts.size:
            return
        room, tallest = self.height() - 14, float(self._counts.max()) or 1.0
        width = (self.width() - 2 * MARGIN) / BINS
        step = (self._ends[1] - self._ends[0]) / BINS
        for n, count in enumerate(self._counts):
            middle = self._ends[0] + (n + 0.5) * step
            inside = self._limits[0] - step / 2 <= middle <= self._limits[1] + step / 2
            painter.setBrush(QColor(COLOUR) if inside else colour)
            height = room * float(count) / tallest
            painter.drawRect(QRectF(MARGIN + n * width, self.height() - 2 - height, max(width - 0.5, 1), height))

    def _drag(self, x: float) -> None:
        share = min(max((x - MARGIN) / max(self.width() - 2 * MARGIN, 1), 0.0), 1.0)
        value = self._ends[0] + share * (self._ends[1] - self._ends[0])
        low, high = self._limits
        limits = (min(value, high), high) if self._held == "low" else (low, max(value, low))
        if limits != self._limits:
            self.set_value(limits)
            self.value_changed.emit(limits)

    def _x(self, value: float) -> float:
        low, high = self._ends
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        x: float = MARGIN + share * (self.width() - 2 * MARGIN)
        return x
