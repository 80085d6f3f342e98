"""One form per generator, made when it is first shown; what is typed in one is there when it comes back."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from synthscope.qt.record_form import RecordForm


class FormStack(QStackedWidget):
    """Shows the form of one record type at a time.

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

    def form(self) -> RecordForm | None:
        """Give the form that is shown; None for none."""
        return self._forms.get(self._key)

    def show_form(self, key: str, record_type: type | None) -> None:
        """Show the form of a key, made now if need be; none without a type."""
        self._key = key if record_type is not None else ""
        if record_type is not None and key not in self._forms:
            self._forms[key] = self._make(record_type)
        form = self.form()
        if form is not None:
            self.setCurrentWidget(form)
        for other in self._forms.values():  # a hidden page must not claim its height
            policy = other.sizePolicy()
            size = QSizePolicy.Policy.Preferred if other is form else QSizePolicy.Policy.Ignored
            policy.setVerticalPolicy(size)
            other.setSizePolicy(policy)
        self.setVisible(form is not None)

    def _make(self, record_type: type) -> RecordForm:
        form = RecordForm(record_type)
        form.value_changed.connect(lambda _record: self.value_changed.emit())
        form.problems_changed.connect(lambda _problems: self.value_changed.emit())
        self.addWidget(form)
        return form
