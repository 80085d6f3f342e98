"""A line for one number with its unit: anything can be typed, and what is wrong is said."""

from __future__ import annotations

import math

from qtpy.QtCore import QEvent, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

_STEPS = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: 10,
    Qt.Key.Key_PageDown: -10,
}


def number_text(number: float) -> str:
    """Write a number so that reading it gives the same number, without a needless ``.0``."""
    text = repr(number)
    return text.removesuffix(".0") if "e" not in text else text


def read_number(text: str, kind: type) -> float | int | None:
    """Read a number of `kind` (int or float), or give None where the text is none."""
    try:
        number: float | int = kind(text.strip().replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return None
    return number


def step_of(number: float, kind: type) -> float:
    """Give the step of the arrow keys: 1 for whole numbers, else a tenth of the leading digit's size."""
    if kind is int:
        return 1
    size = abs(number)
    return 0.1 if size == 0 or not math.isfinite(size) else 10.0 ** (math.floor(math.log10(size)) - 1)


class NumberEdit(QWidget):
    """Edits one number.

    `value` is None while the text is not a number. Up and Down change the number by a small step,
    Page Up and Page Down by ten of them.
    """

    value_changed = Signal(object)

    def __init__(self, kind: type, *, unit: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        # create
        self.line = QLineEdit()
        self._unit = QLabel(unit)
        self._unit.setProperty("role", "muted")
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.line.setMinimumWidth(72)
        self.line.installEventFilter(self)
        self.setFocusProxy(self.line)
        # lay out
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.line)
        self._lay_out_unit()
        # connect
        self.line.textChanged.connect(lambda _text: self.value_changed.emit(self.value()))

    def set_unit(self, unit: str) -> None:
        """Name another unit; the number stays."""
        self._unit.setText(unit)
        self._make_room()

    def _lay_out_unit(self) -> None:
        # The unit stands inside the line, so that lines with and without one end alike.
        inside = QHBoxLayout(self.line)
        inside.setContentsMargins(0, 0, 9, 0)
        inside.addStretch()
        inside.addWidget(self._unit)
        self._make_room()

    def _make_room(self) -> None:
        room = self._unit.sizeHint().width() + 8 if self._unit.text() else 0
        self.line.setTextMargins(0, 0, room, 0)

    def value(self) -> float | int | None:
        """Give the number, or None where the text is none."""
        return read_number(self.line.text(), self._kind)

    def set_value(self, number: float) -> None:
        """Show a number; a text that already means it stays as it was typed."""
        if self.value() != number or not self.line.text():
            self.line.setText(number_text(number))
            self.line.setCursorPosition(0)

    def text(self) -> str:
        """Give what is typed."""
        typed: str = self.line.text()
        return typed

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let the arrow keys count."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _STEPS:
            self._count(_STEPS[event.key()])
            return True
        handled: bool = super().eventFilter(watched, event)
        return handled

    def _count(self, steps: int) -> None:
        number = self.value()
        if number is None or not math.isfinite(number):
            return
        step = step_of(number, self._kind)
        moved = number + steps * step
        # A step of 0.1 added to 0.2 must read 0.3.
        digits = max(0, 1 - math.floor(math.log10(step)))
        self.set_value(self._kind(round(moved, digits)))
