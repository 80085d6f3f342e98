"""A form made of a record: limits, units, choices and defaults come from the record's own fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from synthscope.errors import ParameterError
from synthscope.qt.buttons import Fold, IconButton
from synthscope.qt.field_editors import NOT_SET, FieldEditor, NumberField, field_editor
from synthscope.qt.slide_edit import SlideEdit
from synthscope.records.forms import FormField, form_fields, problems


class RecordForm(QWidget):
    """Edits one frozen record of plain values (see `synthscope.records.forms`).

    Fields marked `More` lie in a fold. A field out of range is coloured and its tooltip says why.

    Parameters
    ----------
    record_type : type
        A frozen dataclass with a default for every field.

    Signals
    -------
    value_changed(record)
        After each change that leaves every number readable, in range or not.
    problems_changed(dict)
        After each change of `problems`: field name to sentence, empty when all is well.
    """

    value_changed = Signal(object)
    problems_changed = Signal(object)

    def __init__(self, record_type: type, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record_type = record_type
        self._fields = form_fields(record_type)
        self._problems: dict[str, str] = {}
        self._quiet = False
        self._fold: Fold | None = None
        self._task = ""
        self._labels: dict[str, QLabel] = {}
        # create
        self._editors = {described.name: _named_editor(described) for described in self._fields}
        self._resets = {described.name: _reset_button(described) for described in self._fields}
        # lay out
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        self._lay_out(layout)
        layout.addStretch()
        # connect
        for described in self._fields:
            self._editors[described.name].watch(self._changed)
            self._resets[described.name].clicked.connect(lambda _=False, d=described: self._reset(d))
        self.set_value(record_type())

    def value(self) -> Any:
        """Give the record as it stands, in range or not.

        Raises
        ------
        ParameterError
            If what is typed in a number field is no number.
        """
        unreadable = self._unreadable()
        if unreadable:
            raise ParameterError(" ".join(unreadable.values()), problems=unreadable)
        return self._record_type(**self._values())

    def set_value(self, record: Any) -> None:
        """Show a record of the form's own type.

        Raises
        ------
        ParameterError
            If a choice holds a word that cannot be chosen, since the form has no way to show it.
        """
        strangers = {n: s for n, s in problems(record).items() if self._described(n).choices}
        if strangers:
            raise ParameterError(" ".join(strangers.values()), problems=strangers)
        self._quiet = True
        for name, editor in self._editors.items():
            editor.put(getattr(record, name))
        self._quiet = False
        self._changed()

    def show_for(self, task: str) -> None:
        """Show the fields that a task uses; the others keep what is typed, and count as their defaults."""
        self._task = task
        for described in self._fields:
            shown = described.serves(task)
            self._editors[described.name].widget.setVisible(shown)
            _keep_place(self._resets[described.name], kept=shown)
            if described.name in self._labels:
                self._labels[described.name].setVisible(shown)
        if self._fold is not None:
            self._fold.setVisible(any(d.more and d.serves(task) for d in self._fields))
        self._changed()

    def problems(self) -> dict[str, str]:
        """Say what is wrong: a sentence per field name, empty when all is well."""
        unreadable = self._unreadable()
        defaults = {described.name: described.default for described in self._fields}
        readable = {n: v for n, v in self._values().items() if n not in unreadable}
        return problems(self._record_type(**(defaults | readable))) | unreadable

    def reset(self) -> None:
        """Go back to the defaults."""
        self.set_value(self._record_type())

    def editor(self, name: str) -> QWidget:
        """Give the widget of a field, for the tab order and for tests."""
        return self._editors[name].widget

    def _changed(self) -> None:
        if self._quiet:
            return
        found = self.problems()
        for described in self._fields:
            self._show_state(described, found.get(described.name, ""))
        if self._fold is not None and any(d.more and d.name in found for d in self._fields):
            self._fold.set_open(True)  # what forbids the run must be seen
        if found != self._problems:
            self._problems = found
            self.problems_changed.emit(dict(found))
        if not self._unreadable():
            self.value_changed.emit(self.value())

    def _show_state(self, described: FormField, problem: str) -> None:
        editor = self._editors[described.name]
        editor.mark(bool(problem))
        _tell(editor, problem or described.help, described)
        differs = editor.get() != described.default
        self._resets[described.name].setVisible(differs and described.serves(self._task))

    def _reset(self, described: FormField) -> None:
        self._editors[described.name].put(described.default)

    def _values(self) -> dict[str, Any]:
        fields = ((described, self._editors[described.name]) for described in self._fields)
        return {d.name: editor.get() if d.serves(self._task) else d.default for d, editor in fields}

    def _unreadable(self) -> dict[str, str]:
        return {
            described.name: _unreadable_sentence(described, editor.number.text())
            for described in self._fields
            if described.serves(self._task)
            and isinstance(editor := self._editors[described.name], NumberField)
            and editor.unreadable
        }

    def _described(self, name: str) -> FormField:
        return next(described for described in self._fields if described.name == name)

    def _lay_out(self, layout: QVBoxLayout) -> None:
        layout.addLayout(self._grid(d for d in self._fields if not d.more))
        rest = [d for d in self._fields if d.more]
        if rest:
            inner = QWidget()
            grid = self._grid(rest)
            inner.setLayout(grid)
            self._fold = Fold("More", inner)
            layout.addWidget(self._fold)

    def _grid(self, described_fields: Iterable[FormField]) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for row, described in enumerate(described_fields):
            editor = self._editors[described.name].widget
            if described.kind is not bool:  # a switch carries its own words
                self._labels[described.name] = _label(described, editor)
                grid.addWidget(self._labels[described.name], row, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(editor, row, 1)
            grid.addWidget(self._resets[described.name], row, 2)
        return grid


def _named_editor(described: FormField) -> FieldEditor:
    editor = field_editor(described)
    _tell(editor, described.help, described)
    return editor


def _tell(editor: FieldEditor, sentence: str, described: FormField) -> None:
    told = [editor.widget]
    while (inner := told[-1].focusProxy()) is not None:
        told.append(inner)
    if isinstance(editor.widget, SlideEdit):
        told.append(editor.widget.slider)
    for widget in told:
        widget.setToolTip(sentence)
        widget.setAccessibleName(f"{described.title}, {described.unit}" if described.unit else described.title)
        widget.setAccessibleDescription(sentence)


def _label(described: FormField, editor: QWidget) -> QLabel:
    label = QLabel(described.title)
    label.setToolTip(described.help)
    label.setBuddy(editor)
    label.setWordWrap(True)
    label.setMinimumWidth(104)
    return label


def _reset_button(described: FormField) -> IconButton:
    default = described.default
    words = ("on" if default else "off") if isinstance(default, bool) else str(default)
    if default is None:
        words = NOT_SET
    unit = f" {described.unit}" if described.unit and default is not None else ""
    button = IconButton("restore", f"Back to {words}{unit}")
    _keep_place(button, kept=True)
    button.hide()
    return button


def _keep_place(button: IconButton, *, kept: bool) -> None:
    """Let a hidden button keep its place or not: fields keep their width when it comes and goes."""
    policy = button.sizePolicy()
    policy.setRetainSizeWhenHidden(kept)
    button.setSizePolicy(policy)


def _unreadable_sentence(described: FormField, text: str) -> str:
    wanted = "a whole number" if described.kind is int else "a number"
    hint = ", with a point for decimals" if "," in text else ""
    left_out = ", or leave it empty" if described.optional else ""
    return f"{described.title} is {text!r}; give {wanted}{hint}{left_out}."
