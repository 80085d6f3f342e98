"""The frame of every question: title, editor, and one primary button with the reason beside it."""

from __future__ import annotations

from typing import Any, Protocol

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel


class Editor(Protocol):
    """A widget that edits one record."""

    value_changed: Any

    def value(self) -> Any:
        """Give the record."""
        ...

    def problem(self) -> str:
        """Say in a sentence why the record cannot be used yet; empty when it can."""
        ...


class AskDialog(QDialog):
    """Asks for one record; the window stays usable behind it.

    Use `open()` (not `exec()`) and listen to `answered`.

    Parameters
    ----------
    editor : QWidget and Editor
        Edits the record.
    title : str
        The question.
    verb : str
        Words of the primary button, such as ``Open``.
    about : str
        What the question is about, such as a file name.

    Signals
    -------
    answered(record)
        The primary button was pressed.
    """

    answered = Signal(object)

    def __init__(
        self, editor: Any, *, title: str, verb: str = "Open", about: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        # create
        self._title = WrappingLabel(title, role="title")
        self._about = WrappingLabel(about, role="muted")
        self._reason = WrappingLabel(role="warning")
        self._cancel = TextButton("Cancel", role="quiet")
        self._go = TextButton(verb, role="primary")
        # lay out
        self._lay_out()
        # connect
        editor.value_changed.connect(lambda _value: self._show_reason())
        self._cancel.clicked.connect(self.reject)
        self._go.clicked.connect(self.accept)
        self.accepted.connect(lambda: self.answered.emit(self._editor.value()))
        activated = getattr(editor, "activated", None)  # a double click on what is wanted is an answer
        if activated is not None:
            activated.connect(lambda _value: self.accept())
        self._show_reason()

    def value(self) -> Any:
        """Give the record as it stands."""
        return self._editor.value()

    def accept(self) -> None:
        """Answer, unless something is missing."""
        if not self._editor.problem():
            super().accept()

    def _show_reason(self) -> None:
        problem = self._editor.problem()
        self._reason.setText(problem)
        self._go.setEnabled(not problem)
        self._go.setToolTip(problem)

    def _lay_out(self) -> None:
        self.setWindowTitle(self._title.text())
        self._about.setVisible(bool(self._about.text()))
        self._go.setDefault(True)
        self._cancel.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._reason, 1)
        foot.addWidget(self._cancel)
        foot.addWidget(self._go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self._title)
        layout.addWidget(self._about)
        layout.addWidget(self._editor, 1)
        layout.addLayout(foot)
        self.setMinimumWidth(420)
