"""The line in which a rater types: a comment, a number, a text."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QLineEdit, QWidget


class Entry(QLineEdit):
    """Hidden until it is opened; Enter tells what was typed, Esc goes on to the window."""

    entered = Signal(str)
    """What was typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setStyleSheet("background: white; color: black; border: 1px solid black; padding: 6px;")
        self.setMaxLength(2000)
        self.hide()

    def open(self) -> None:
        """Show it empty, and take the keys."""
        if self.isHidden():
            self.clear()
            self.show()
            self.setFocus()

    def shut(self) -> None:
        """Hide it, and give the keys back to the window."""
        if not self.isHidden():
            self.hide()
            self.window().setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Type; tell the text at Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self.entered.emit(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)
