"""How long something may take: a few good times to press, or minutes of one's own."""

from __future__ import annotations

import math

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QSizePolicy, QToolButton, QWidget

from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark

BUDGETS: tuple[tuple[float, str, str], ...] = (
    (2, "2 min", "A first look: enough to try everything, not for good images"),
    (10, "10 min", "The usual start on a computer without a graphics card"),
    (60, "1 h", "Finer structure; look at the held-out loss, whether it still falls"),
    (480, "Overnight", "Eight hours; it ends by itself when it begins to learn by heart"),
)
"""Minutes, words, and what to expect."""

SHORTEST, LONGEST = 0.1, 60.0 * 24 * 14


class TimeBudget(QWidget):
    """Edits a number of minutes.

    Signals
    -------
    value_changed(float or None)
        Another time is chosen; None while what is typed is none.
    """

    value_changed = Signal(object)

    def __init__(self, minutes: float = 10, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.minutes = NumberEdit(float, unit="min")
        self.buttons = {budget: _button(words, tip) for budget, words, tip in BUDGETS}
        # lay out
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        for column, button in enumerate(self.buttons.values()):
            grid.addWidget(button, 0, column)
        grid.addWidget(self.minutes, 1, 0, 1, len(self.buttons))
        # connect
        self.minutes.setAccessibleName("Minutes of training")
        self.minutes.line.setAccessibleName("Minutes of training")
        self.minutes.value_changed.connect(lambda _minutes: self._changed())
        for budget, button in self.buttons.items():
            button.clicked.connect(lambda _=False, m=budget: self._press(m))
        self.set_value(minutes)

    def value(self) -> float | None:
        """Give the minutes; None while `problem` has something to say."""
        minutes = self.minutes.value()
        return None if minutes is None or self.problem() else float(minutes)

    def set_value(self, minutes: float) -> None:
        """Show a time."""
        self.minutes.set_value(minutes)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        minutes = self.minutes.value()
        if minutes is not None and math.isfinite(minutes) and SHORTEST <= minutes <= LONGEST:
            return ""
        return f"Time is {self.minutes.text()!r}; give {SHORTEST:g} to {LONGEST:.0f} minutes."

    def _press(self, minutes: float) -> None:
        self.minutes.set_value(minutes)
        self._changed()  # the button of the same time was pressed again: it stays down

    def _changed(self) -> None:
        problem, minutes = self.problem(), self.value()
        for budget, button in self.buttons.items():
            button.setChecked(minutes == budget)
        set_mark(self.minutes.line, "invalid", bool(problem))
        self.minutes.line.setToolTip(problem or "Minutes of your own; longer learns finer structure")
        self.value_changed.emit(minutes)


def _button(words: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setToolTip(tip)
    button.setCheckable(True)
    button.setProperty("role", "scale")
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
