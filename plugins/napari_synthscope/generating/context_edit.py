"""How much of the surroundings of the mask a generator may see."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark, set_role

CONTEXT, MAX_CONTEXT = 64, 4096
TIP = "How much of the surroundings the generator may see round the mask; more fits better and takes longer"


class ContextEdit(QWidget):
    """Edits the width of the context, in pixels, and whether its region is drawn on the canvas.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.width_edit = NumberEdit(int, unit="px")
        self.shown = QCheckBox("Show")
        self._words = QLabel()
        # lay out
        self._lay_out()
        # connect
        self.width_edit.set_value(CONTEXT)
        self.width_edit.value_changed.connect(lambda _value: self._changed())
        self.shown.toggled.connect(lambda _on: self._changed())

    def value(self) -> float:
        """Give the width; 0 while `problem` has something to say."""
        return 0.0 if self.problem() else float(self.width_edit.value() or 0)

    def set_value(self, width: float) -> None:
        """Show a width."""
        self.width_edit.set_value(round(width))

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        width = self.width_edit.value()
        if width is not None and 0 <= width <= MAX_CONTEXT:
            return ""
        return f"Context is {self.width_edit.text()!r}; give 0 to {MAX_CONTEXT} px."

    def say(self, words: str) -> None:
        """Say beside the width how large the region of context becomes."""
        self._words.setText(words)
        self._words.setVisible(bool(words))

    def _changed(self) -> None:
        set_mark(self.width_edit.line, "invalid", bool(self.problem()))
        self.value_changed.emit()

    def _lay_out(self) -> None:
        label = QLabel("Context")
        label.setMinimumWidth(88)
        label.setBuddy(self.width_edit)
        label.setToolTip(TIP)
        self.width_edit.setToolTip(TIP)
        self.width_edit.setAccessibleName("Context")
        self.shown.setChecked(True)
        self.shown.setToolTip("Draw the region of context on the canvas")
        self._words.setWordWrap(True)
        set_role(self._words, "muted")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.width_edit, 0, 1)
        grid.addWidget(self.shown, 0, 2)
        grid.addWidget(self._words, 1, 1, 1, 2)
