"""Marks, lines and the cross of the keyboard, seen on any grey: white on black."""

from __future__ import annotations

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QPainter, QPen

from synthscope.records.study_events import Mark

_DOT = 5.0
_CROSS = 9.0
_PENS = ((Qt.GlobalColor.black, 4), (Qt.GlobalColor.white, 2))


def paint_mark(painter: QPainter, mark: Mark, points: list[QPointF]) -> None:
    """Draw a mark at points in pixels of the screen."""
    for colour, width in _PENS:
        painter.setPen(QPen(colour, width))
        if mark.shape == "point" or len(points) == 1:
            painter.drawEllipse(points[0], _DOT, _DOT)
        elif mark.shape == "box":
            painter.drawRect(QRectF(points[0], points[1]).normalized())
        else:
            painter.drawPolyline(points)


def paint_cross(painter: QPainter, at: QPointF) -> None:
    """Draw the cross that the arrow keys move."""
    for colour, width in _PENS:
        painter.setPen(QPen(colour, width))
        painter.drawLine(at - QPointF(_CROSS, 0), at + QPointF(_CROSS, 0))
        painter.drawLine(at - QPointF(0, _CROSS), at + QPointF(0, _CROSS))
