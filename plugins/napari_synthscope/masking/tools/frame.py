"""How a selection meets the mask, and in which slices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from napari_synthscope.masking.tools.ground import Extent, Where
from synthscope.imaging.masks.holes import Combination
from synthscope.qt.flow import Flow
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark

HOWS: tuple[tuple[str, str, str], ...] = (
    ("add", "Add", "What you select is added to the mask (hold Shift)"),
    ("subtract", "Take away", "What you select is taken out of the mask (hold Alt)"),
    ("replace", "Replace", "What you select takes the place of what was painted in these slices"),
)


class Choice(Flow):
    """One of a few words.

    Signals
    -------
    value_changed(str)
        Another one was pressed.
    """

    value_changed = Signal(str)

    def __init__(self, words: Sequence[tuple[str, str, str]], parent: QWidget | None = None) -> None:
        super().__init__(spacing=4, parent=parent)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        for key, word, tip in words:
            button = QToolButton()
            button.setText(word)
            button.setToolTip(tip)
            button.setCheckable(True)
            button.setProperty("role", "tag")
            button.setAccessibleName(word)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._group.addButton(button)
            self._buttons[key] = button
            self.add(button)
            button.clicked.connect(lambda _=False, chosen=key: self.value_changed.emit(chosen))
        self.set_value(words[0][0])

    def value(self) -> str:
        """Give the key of the chosen word."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def set_value(self, key: str) -> None:
        """Choose a word."""
        self._buttons[key].setChecked(True)

    def button(self, key: str) -> QToolButton:
        """Give the button of a word."""
        return self._buttons[key]


class SelectionFrame(QWidget):
    """Edits how a selection meets the mask, and which slices it is for.

    Signals
    -------
    value_changed()
        After each change.
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._depth = 0
        # create
        self.how = Choice(HOWS)
        self.extent = Choice(
            (
                ("slice", "This slice", "Only the slice that is shown"),
                ("range", "Slices…", "From one slice to another"),
                ("all", "All", "Every slice of the stack"),
            )
        )
        self._how_words = QLabel("It")
        self._where_words = QLabel("In")
        self._range = QWidget()
        self.first = NumberEdit(int)
        self.last = NumberEdit(int)
        # lay out
        self._lay_out()
        # connect
        self.how.value_changed.connect(lambda _: self.value_changed.emit())
        self.extent.value_changed.connect(self._on_extent)
        for number in (self.first, self.last):
            number.value_changed.connect(lambda _: self._on_range())

    def value(self) -> Combination:
        """Give how a selection meets the mask."""
        return cast("Combination", self.how.value())

    def where(self) -> Where:
        """Give the slices that are meant."""
        first, last = self.first.value(), self.last.value()
        ends = [-1 if number is None else int(number) for number in (first, last)]
        return Where(cast("Extent", self.extent.value()), *ends)

    def set_depth(self, depth: int, shown: int) -> None:
        """Fit to a stack of so many slices; a plane is not asked about."""
        for widget in (self._where_words, self.extent):
            widget.setVisible(depth > 1)
        self.extent.button("all").setText(f"All {depth}")
        if depth != self._depth:
            self._depth = depth
            self.first.set_value(max(0, shown - 1))
            self.last.set_value(min(depth - 1, shown + 1))
        self._range.setVisible(depth > 1 and self.extent.value() == "range")
        self._on_range(silent=True)

    def show_how(self, shown: bool) -> None:
        """Ask how the selection meets the mask, or do not."""
        self.how.setVisible(shown)
        self._how_words.setVisible(shown)

    def _on_extent(self, extent: str) -> None:
        self._range.setVisible(extent == "range")
        self.value_changed.emit()

    def _on_range(self, *, silent: bool = False) -> None:
        where = self.where()
        wrong = not 0 <= where.first <= where.last
        for number in (self.first, self.last):
            set_mark(number.line, "invalid", wrong)
        if not silent:
            self.value_changed.emit()

    def _lay_out(self) -> None:
        self.first.line.setAccessibleName("First slice")
        self.last.line.setAccessibleName("Last slice")
        line = QHBoxLayout(self._range)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.first)
        line.addWidget(QLabel("to"))
        line.addWidget(self.last)
        self._range.setToolTip("Slices as the slider under the picture counts them; both ends belong to it")
        self._range.hide()
        self._how_words.setText("Mode")
        for words in (self._how_words, self._where_words):
            words.setContentsMargins(0, 6, 0, 0)  # on the line of the words in the buttons
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._how_words, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.how, 0, 1)
        grid.addWidget(self._where_words, 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.extent, 1, 1)
        grid.addWidget(self._range, 2, 1)
