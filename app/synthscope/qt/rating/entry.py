"""The line in which a rater types: a comment, a number, a text."""

from __future__ import annotations

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QLineEdit, QWidget

_EDITING = (
    Qt.Key.Key_Backspace, Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End,
)  # fmt: skip
"""Keys that change what was typed; with nothing typed they go on to the window."""


class Entry(QLineEdit):
    """Hidden until it is opened; Enter tells what was typed, keys held with Ctrl go on to the window."""

    entered = Signal(str)
    """What was typed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._digits = False
        self.setStyleSheet("background: white; color: black; border: 1px solid black; padding: 6px;")
        self.setMaxLength(2000)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.hide()

    def open(self, *, digits: bool = False) -> None:
        """Show it empty, and take the keys; with `digits`, those of digits alone."""
        if self.isHidden() or digits != self._digits:
            self._digits = digits
            self.clear()
            self.show()
            self.setFocus()

    def shut(self) -> None:
        """Hide it, and give the keys back to the window."""
        if not self.isHidden():
            self.hide()
            self.window().setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Type; tell the text at Enter. What is not typed goes on to the window."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            self.entered.emit(self.text().strip())
        elif self._is_typed(event):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _is_typed(self, event: QKeyEvent) -> bool:
        if event.key() in _EDITING:
            return bool(self.text())
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier)
        words = event.text()
        return bool(words.isprintable() and words and not held and (not self._digits or words in "0123456789"))
