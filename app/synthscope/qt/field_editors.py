"""One editor per kind of field: number, choice, switch, text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from magicgui.widgets import CheckBox, ComboBox, LineEdit
from qtpy.QtWidgets import QComboBox, QSizePolicy, QWidget

from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.slide_edit import SlideEdit
from synthscope.qt.theme import set_mark
from synthscope.qt.wheel import guard_wheel
from synthscope.records.forms import FormField

NOT_SET = "not set"
"""Stands in an optional number's empty line."""


class FieldEditor(Protocol):
    """Edits the value of one field."""

    widget: QWidget

    def get(self) -> Any:
        """Give the value; for an unreadable number, the text as typed."""
        ...

    def put(self, value: Any) -> None:
        """Show a value."""
        ...

    def watch(self, told: Callable[[], None]) -> None:
        """Call `told` after each change."""
        ...

    def mark(self, invalid: bool) -> None:
        """Colour the field."""
        ...


class NumberField:
    """A number with its unit, and a slider where the record asks for one and both limits are known.

    An optional one may be left empty: None.
    """

    def __init__(self, described: FormField) -> None:
        low, high = described.low, described.high
        slid = None
        if described.slide and low is not None and high is not None:
            slid = SlideEdit(described.kind, low, high, unit=described.unit)
        self.number = slid.number if slid is not None else NumberEdit(described.kind, unit=described.unit)
        self.widget: QWidget = slid or self.number
        self._optional = described.optional
        if described.optional:
            self.number.line.setPlaceholderText(NOT_SET)

    @property
    def unreadable(self) -> bool:
        """Whether what is typed is no number and may not be left so."""
        return self.number.value() is None and not self._is_left_out

    @property
    def _is_left_out(self) -> bool:
        return self._optional and not self.number.text().strip()

    def get(self) -> Any:
        """Give the number, or the text where it is none; None where it is not set."""
        number = self.number.value()
        if number is None:
            return None if self._is_left_out else self.number.text()
        return number

    def put(self, value: Any) -> None:
        """Show a number, or nothing for None."""
        if value is None:
            self.number.line.clear()
        else:
            self.number.set_value(value)

    def watch(self, told: Callable[[], None]) -> None:
        """Call `told` after each key."""
        self.number.value_changed.connect(lambda _number: told())

    def mark(self, invalid: bool) -> None:
        """Colour the line."""
        set_mark(self.number.line, "invalid", invalid)


class PlainField:
    """A choice, a switch or a text, edited by a magicgui widget."""

    def __init__(self, described: FormField) -> None:
        self._magic = _magic_widget(described)
        self.widget: QWidget = self._magic.native
        if isinstance(self.widget, QComboBox):
            self.widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            # long words must not widen a panel
            self.widget.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            self.widget.setMinimumContentsLength(8)
            guard_wheel(self.widget)

    def get(self) -> Any:
        """Give the value."""
        return self._magic.value

    def put(self, value: Any) -> None:
        """Show a value; a word that is no choice is refused by `RecordForm` before."""
        self._magic.value = value

    def watch(self, told: Callable[[], None]) -> None:
        """Call `told` after each change."""
        self._magic.changed.connect(lambda _value: told())

    def mark(self, invalid: bool) -> None:
        """Colour the field."""
        set_mark(self.widget, "invalid", invalid)


def field_editor(described: FormField) -> FieldEditor:
    """Make the editor that fits a field."""
    is_number = described.kind in (int, float) and not described.choices
    return NumberField(described) if is_number else PlainField(described)


def _magic_widget(described: FormField) -> Any:
    if described.choices:
        # magicgui wants (words, value) pairs; the words shown are the field's own.
        pairs = [(str(choice).replace("_", " "), choice) for choice in described.choices]
        return ComboBox(choices=pairs, value=described.default, name=described.name)
    if described.kind is bool:
        return CheckBox(value=described.default, name=described.name, text=described.title)
    return LineEdit(value=described.default, name=described.name)
