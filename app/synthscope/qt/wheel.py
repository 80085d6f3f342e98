"""Keeps the mouse wheel from changing a value that somebody only scrolls past."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtWidgets import QWidget


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()  # so that the panel scrolls
            return True
        handled: bool = super().eventFilter(watched, event)
        return handled


def guard_wheel(widget: QWidget) -> None:
    """Let the wheel change a box or slider only after it was clicked or tabbed to."""
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(_WheelGuard(widget))
