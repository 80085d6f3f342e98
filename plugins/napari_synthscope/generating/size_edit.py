"""The size of a new image: slices, rows, columns."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QWidget

from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark
from synthscope.records.image import Image

NEW_SIDE = 128
"""Longest side of a new image where nobody has said."""


class SizeEdit(QWidget):
    """Edits (D, H, W), or (H, W) where the source has no slices.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.edits = tuple(NumberEdit(int) for _ in range(3))
        # lay out
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(QLabel("Size"))
        for edit, letter, words in zip(self.edits, "zyx", ("Slices", "Rows", "Columns"), strict=True):
            edit.setToolTip(f"{words} of the new image")
            edit.setAccessibleName(words)
            edit.line.setPlaceholderText(letter)
            row.addWidget(edit, 1)
        # connect
        for edit in self.edits:
            edit.value_changed.connect(lambda _value: self._changed())

    def value(self) -> tuple[int, ...]:
        """Give the size, in the axes that show."""
        return tuple(int(edit.value() or 1) for edit in self.edits if not edit.isHidden())

    def set_value(self, size: tuple[int, ...]) -> None:
        """Show a size; an axis that it does not have stays as it is."""
        for edit, n in zip(reversed(self.edits), reversed(size), strict=False):
            edit.set_value(n)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        wrong = [edit.text() for edit in self.edits if not edit.isHidden() and (edit.value() or 0) < 1]
        return f"Size is {wrong[0]!r}; give whole numbers of at least 1." if wrong else ""

    def fit(self, image: Image | None) -> None:
        """Suggest the size of an image, up to `NEW_SIDE`; slices show only where it has some."""
        axes = "" if image is None else image.space.axes
        for edit, letter in zip(self.edits, "zyx", strict=True):
            n = image.shape[axes.index(letter)] if image is not None and letter in axes else 0
            edit.setVisible(letter != "z" or n > 1)
            edit.set_value(min(n, NEW_SIDE) if n else (1 if letter == "z" else NEW_SIDE))

    def _changed(self) -> None:
        for edit in self.edits:
            set_mark(edit.line, "invalid", (edit.value() or 0) < 1)
        self.value_changed.emit()
