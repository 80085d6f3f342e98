"""A flat mask on a stack: for this slice, for some, or for all."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QRadioButton, QVBoxLayout, QWidget

from synthscope.errors import InputError
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark

Slices = tuple[int, int]
"""First slice and the one after the last, counted from 0."""


class SlicesEditor(QWidget):
    """Edits which slices a flat mask is for, as (start, stop); people count from 1.

    Parameters
    ----------
    count : int
        Slices of the stack.
    current : int
        The slice that is shown, from 0.

    Signals
    -------
    value_changed((int, int) or None)
        After each change; None while the range is none.
    """

    value_changed = Signal(object)

    def __init__(self, count: int, current: int, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if not 0 <= current < count:
            raise InputError(f"Slice {current} is not one of {count}.")
        self._count = count
        self._current = current
        # create
        self._this = QRadioButton(f"This slice only (slice {current + 1} of {count})")
        self._all = QRadioButton(f"All {count} slices")
        self._some = QRadioButton("Slices")
        self._first = NumberEdit(int)
        self._last = NumberEdit(int)
        # lay out
        self._lay_out()
        # connect
        for button in (self._this, self._all, self._some):
            button.toggled.connect(lambda on: self._changed() if on else None)
        for number in (self._first, self._last):
            number.value_changed.connect(lambda _number: self._changed())
        self.set_value((current, current + 1))

    def value(self) -> Slices | None:
        """Give (start, stop); None while the range is none."""
        if self._this.isChecked():
            return self._current, self._current + 1
        if self._all.isChecked():
            return 0, self._count
        first, last = self._first.value(), self._last.value()
        if first is None or last is None or not 1 <= first <= last <= self._count:
            return None
        return int(first) - 1, int(last)

    def set_value(self, slices: Slices) -> None:
        """Show a range, in the simplest words for it."""
        self._first.set_value(slices[0] + 1)
        self._last.set_value(slices[1])
        if slices == (self._current, self._current + 1):
            self._this.setChecked(True)
        elif slices == (0, self._count):
            self._all.setChecked(True)
        else:
            self._some.setChecked(True)

    def problem(self) -> str:
        """Say what is wrong; empty when nothing is."""
        return "" if self.value() else f"Give two slices from 1 to {self._count}, the smaller one first."

    def _changed(self) -> None:
        for number in (self._first, self._last):
            number.setEnabled(self._some.isChecked())
            set_mark(number.line, "invalid", self.value() is None)
        self.value_changed.emit(self.value())

    def _lay_out(self) -> None:
        self._first.line.setAccessibleName("First slice")
        self._last.line.setAccessibleName("Last slice")
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._some)
        line.addWidget(self._first)
        line.addWidget(QLabel("to"))
        line.addWidget(self._last)
        line.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._this)
        layout.addWidget(self._all)
        layout.addLayout(line)
