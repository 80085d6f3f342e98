"""The steps of a design, one at a time, with what is still missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from napari_synthscope.parts.scrolled import scrolled
from synthscope.qt.buttons import IconButton, TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role


class Step(Protocol):
    """What every step has."""

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        ...


@dataclass(frozen=True)
class Named:
    """A step and what it is called."""

    title: str
    widget: QWidget


class Steps(QWidget):
    """Shows one step at a time; any earlier one can be gone back to, the next only when this one is complete.

    Signals
    -------
    left()
        Back was pressed on the first step.
    shown(int)
        Another step is shown.
    """

    left = Signal()
    shown = Signal(int)

    def __init__(self, steps: Sequence[Named], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps = tuple(steps)
        # create
        self.back = IconButton("arrow-left", "Back")
        self.title = QLabel()
        self.following = TextButton("Next", name="arrow-right", role="primary", tip="Go on to the next step")
        self.reason = WrappingLabel(role="warning")
        self.pages = QStackedWidget()
        # lay out
        for step in self._steps:
            self.pages.addWidget(scrolled(step.widget))
        set_role(self.title, "title")
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 0)
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(8)
        foot.addWidget(self.following)
        foot.addWidget(self.reason)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)
        # connect
        self.back.clicked.connect(self.go_back)
        self.following.clicked.connect(self.go_on)
        self.go_to(0)

    @property
    def index(self) -> int:
        """Which step is shown, from 0."""
        number: int = self.pages.currentIndex()
        return number

    def go_to(self, index: int) -> None:
        """Show a step."""
        self.pages.setCurrentIndex(index)
        self.title.setText(f"{index + 1} of {len(self._steps)} · {self._steps[index].title}")
        self.refresh()
        self.shown.emit(index)

    def go_on(self) -> None:
        """Show the next step, where this one is complete."""
        if self.following.isEnabled() and self.index + 1 < len(self._steps):
            self.go_to(self.index + 1)

    def go_back(self) -> None:
        """Show the step before, or leave."""
        if self.index:
            self.go_to(self.index - 1)
        else:
            self.left.emit()

    def refresh(self) -> None:
        """Look again whether the step that is shown is complete."""
        problem = self._steps[self.index].widget.problem()
        last = self.index + 1 == len(self._steps)
        self.following.setVisible(not last)
        self.following.setEnabled(not problem)
        self.reason.setText("" if last else problem)
        self.reason.setVisible(bool(self.reason.text()))
