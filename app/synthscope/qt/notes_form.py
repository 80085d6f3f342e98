"""An expert's open note on a candidate: two scales, reasons, words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from synthscope.qt.buttons import TextButton
from synthscope.qt.flow import Flow
from synthscope.records.run import Note

REASONS = (
    "visible seam",
    "wrong texture",
    "blurred",
    "wrong grey values",
    "copied structure",
    "impossible structure",
    "phase missing",
    "slices do not join",
)
"""Reasons that can be marked with a click."""

REALISM = ("clearly artificial", "rather artificial", "undecided", "rather real", "could be real")
USABILITY = ("unusable", "hardly usable", "for display only", "with care", "fully usable")


class ScaleEdit(QWidget):
    """Edits a mark from 1 to 5, 0 where none is given; the keys 1 to 5 and 0 do it too.

    Signals
    -------
    value_changed(int)
        After each change.
    """

    value_changed = Signal(int)

    def __init__(self, question: str, words: tuple[str, ...], *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = words
        # create
        self._question = QLabel(question)
        self._meaning = QLabel()
        self._buttons = [_scale_button(question, mark, word) for mark, word in enumerate(words, start=1)]
        self._group = QButtonGroup(self)
        # lay out
        self._lay_out()
        # connect
        for mark, button in enumerate(self._buttons, start=1):
            self._group.addButton(button, mark)
            button.clicked.connect(lambda _=False, m=mark: self._press(m))
        self._value = 0
        self._show()

    def value(self) -> int:
        """Give the mark; 0 where none is given."""
        return self._value

    def set_value(self, mark: int) -> None:
        """Show a mark."""
        if mark != self._value:
            self._value = mark
            self._show()
            self.value_changed.emit(mark)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let digits choose."""
        text = event.text()
        if text.isdecimal() and int(text) <= len(self._buttons):
            self.set_value(int(text))
            return
        super().keyPressEvent(event)

    def _press(self, mark: int) -> None:
        # A second press on the same mark takes it away.
        self.set_value(0 if mark == self._value else mark)
        self._show()

    def _show(self) -> None:
        self._group.setExclusive(False)
        for mark, button in enumerate(self._buttons, start=1):
            button.setChecked(mark == self._value)
        self._group.setExclusive(self._value > 0)
        self._meaning.setText(self._words[self._value - 1] if self._value else "not given")

    def _lay_out(self) -> None:
        self._meaning.setProperty("role", "muted")
        scale = QHBoxLayout()
        scale.setSpacing(4)
        for button in self._buttons:
            scale.addWidget(button)
        scale.addSpacing(8)
        scale.addWidget(self._meaning, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._question)
        layout.addLayout(scale)


class NotesForm(QWidget):
    """Edits one `Note`; candidate, mark and time of the note pass through unchanged.

    Signals
    -------
    value_changed(Note)
        After each change.
    mark_wanted()
        Somebody wants to mark on the picture what looks wrong.
    """

    value_changed = Signal(object)
    mark_wanted = Signal()

    def __init__(self, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._note = Note("")
        self._quiet = False
        # create
        self._realism = ScaleEdit("How real does it look?", REALISM)
        self._usability = ScaleEdit("How usable is it for your science?", USABILITY)
        self._tags: dict[str, QToolButton] = {}
        self._tag_row = Flow()
        self._text = QPlainTextEdit()
        self._mark = TextButton("Mark what looks wrong", name="vector-rectangle", role="quiet")
        # lay out
        self._lay_out()
        # connect
        self._realism.value_changed.connect(lambda mark: self._change(realism=mark))
        self._usability.value_changed.connect(lambda mark: self._change(usability=mark))
        self._text.textChanged.connect(lambda: self._change(text=self._text.toPlainText()))
        self._mark.clicked.connect(self.mark_wanted)
        for reason in REASONS:
            self._add_tag(reason)

    def value(self) -> Note:
        """Give the note."""
        return self._note

    def set_value(self, note: Note) -> None:
        """Show a note; reasons of its own become tags too."""
        for reason in note.reasons:
            if reason not in self._tags:
                self._add_tag(reason)
        self._quiet = True
        self._realism.set_value(note.realism)
        self._usability.set_value(note.usability)
        for reason, tag in self._tags.items():
            tag.setChecked(reason in note.reasons)
        if self._text.toPlainText() != note.text:
            self._text.setPlainText(note.text)
        self._mark.setText("Mark what looks wrong" if note.mark is None else "Marked; mark anew")
        self._quiet = False
        changed, self._note = note != self._note, note
        if changed:
            self.value_changed.emit(note)

    def _change(self, **changes: Any) -> None:
        if self._quiet:
            return
        self._note = replace(self._note, **changes)
        self.value_changed.emit(self._note)

    def _pick_reasons(self) -> None:
        self._change(reasons=tuple(reason for reason, tag in self._tags.items() if tag.isChecked()))

    def _add_tag(self, reason: str) -> None:
        tag = QToolButton()
        tag.setText(reason)
        tag.setCheckable(True)
        tag.setProperty("role", "tag")
        tag.setToolTip("A reason for the marks above; press again to take it away")
        tag.setAccessibleName(f"Reason: {reason}")
        tag.toggled.connect(lambda _on: self._pick_reasons())
        self._tags[reason] = tag
        self._tag_row.add(tag)

    def _lay_out(self) -> None:
        self._text.setPlaceholderText("What did you see, and what would you need?")
        self._text.setAccessibleName("Note")
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(64)
        self._text.setMaximumHeight(120)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._realism)
        layout.addWidget(self._usability)
        layout.addWidget(self._tag_row)
        layout.addWidget(self._text)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()


def _scale_button(question: str, mark: int, word: str) -> QToolButton:
    button = QToolButton()
    button.setText(str(mark))
    button.setCheckable(True)
    button.setProperty("role", "scale")
    button.setToolTip(f"{word} ({mark})")
    button.setAccessibleName(f"{question} {mark}: {word}")
    return button
