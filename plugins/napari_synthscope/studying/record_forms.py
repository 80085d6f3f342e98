"""Plain records of a design, a form for each: trials, pictures, the analysis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from synthscope.qt.record_form import RecordForm
from synthscope.qt.theme import set_role
from synthscope.records.study import StudyDesign


class RecordForms(QWidget):
    """Edits some of the records of a design.

    Parameters
    ----------
    *parts : tuple of (str, str, type)
        Of each: its title, the field of `StudyDesign`, the type of the record.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, *parts: tuple[str, str, type], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.forms: dict[str, RecordForm] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for words, name, kind in parts:
            title = QLabel(words)
            set_role(title, "title")
            form = RecordForm(kind)
            self.forms[name] = form
            column.addWidget(title)
            column.addWidget(form)
            form.value_changed.connect(lambda _record: self.value_changed.emit())
            form.problems_changed.connect(lambda _problems: self.value_changed.emit())

    def apply(self, design: StudyDesign) -> StudyDesign:
        """Give a design with what is typed here; what cannot be read stays as it was."""
        read: dict[str, Any] = {name: form.value() for name, form in self.forms.items() if not form.problems()}
        return replace(design, **read)

    def set_value(self, design: StudyDesign) -> None:
        """Show a design; forms that show it already are left as they are typed."""
        for name, form in self.forms.items():
            wanted = getattr(design, name)
            if form.problems() or form.value() != wanted:
                form.set_value(wanted)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        return next((words for form in self.forms.values() for words in form.problems().values()), "")
