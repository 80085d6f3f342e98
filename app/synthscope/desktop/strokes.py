"""A hand on the mouse: clicks and strokes on a widget, as a person would make them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QApplication, QWidget

MOVE_MS = 25
"""Between two moves: vispy drops moves within 10 ms, napari within 5 ms."""


def click(widget: QWidget, point: QPoint | None = None) -> None:
    """Press and release the left button, in the middle unless told."""
    place = point or widget.rect().center()
    _send(widget, QEvent.Type.MouseButtonPress, place, held=True)
    _send(widget, QEvent.Type.MouseButtonRelease, place, held=False)


def stroke(viewer: Any, canvas: Any, world: Sequence[Sequence[float]]) -> Iterator[int]:
    """Drag along points given in world coordinates (row, column).

    Yields
    ------
    int
        Milliseconds to wait before going on.
    """
    widget = canvas.native
    places = [canvas_point(canvas, point) for point in world]
    _send(widget, QEvent.Type.MouseMove, places[0], held=False)
    yield MOVE_MS
    _send(widget, QEvent.Type.MouseButtonPress, places[0], held=True)
    for place in places[1:]:
        yield MOVE_MS
        _send(widget, QEvent.Type.MouseMove, place, held=True)
    yield MOVE_MS
    _send(widget, QEvent.Type.MouseButtonRelease, places[-1], held=False)
    yield MOVE_MS
    viewer.cursor.events.position()


def move_away(widget: QWidget) -> None:
    """Leave the widget: no cursor shall lie over what is looked at."""
    _send(widget, QEvent.Type.MouseMove, QPoint(2, 2), held=False)
    QApplication.sendEvent(widget, QEvent(QEvent.Type.Leave))


def canvas_point(canvas: Any, world: Sequence[float]) -> QPoint:
    """Find the pixel of the canvas over a world point (row, column)."""
    row, column = world[-2:]
    mapped = canvas.view.scene.transform.map([column, row, 0, 1])
    x, y = np.asarray(mapped[:2]) / mapped[3] + np.asarray(canvas.view.pos)
    return QPoint(round(float(x)), round(float(y)))


def _send(widget: QWidget, kind: QEvent.Type, place: QPoint, *, held: bool) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    event = QMouseEvent(
        kind,
        QPointF(place),
        QPointF(widget.mapToGlobal(place)),
        button,
        left if held else none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)
