"""One form per generator, made when it is first shown; what is typed in one is there when it comes back."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from synthscope.qt.record_form import RecordForm


class FormStack(QWidget):
    """Shows the form of one record type at a time; the others claim no room.

    Signals
    -------
    value_changed()
        A field of the shown form is another, or has become wrong or right.
    """

    value_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._forms: dict[str, RecordForm] = {}
        self._key = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)

    def form(self) -> RecordForm | None:
        """Give the form that is shown; None for none."""
        return self._forms.get(self._key)

    def form_of(self, key: str) -> RecordForm | None:
        """Give the form of a key; None where it was never shown."""
        return self._forms.get(key)

    def show_form(self, key: str, record_type: type | None, task: str = "") -> None:
        """Show the form of a key, made now if need be, with the fields that a task uses; none without a type."""
        self._key = key if record_type is not None else ""
        if record_type is not None and key not in self._forms:
            self._forms[key] = self._make(record_type)
        for other, form in self._forms.items():
            form.setVisible(other == self._key)
        self.setVisible(bool(self._key))
        shown = self.form()
        if shown is not None:
            shown.show_for(task)

    def _make(self, record_type: type) -> RecordForm:
        form = RecordForm(record_type)
        form.value_changed.connect(lambda _record: self.value_changed.emit())
        form.problems_changed.connect(lambda _problems: self.value_changed.emit())
        self.layout().addWidget(form)
        return form
