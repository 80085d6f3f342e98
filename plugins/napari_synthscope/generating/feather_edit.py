"""How wide a strip inside the border of a fill is evened out; the Mask panel's Feather sets it too."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QLabel, QWidget

from synthscope.errors import SynthscopeError
from synthscope.qt.buttons import Fold
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark, set_role

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

TIP = (
    "Within this width inside the mask, what the fill gets wrong at its border is evened out; "
    "0 leaves it as it was made, wider fades more slowly"
)


class FeatherEdit(QWidget):
    """Edits the width of feathering, in the unit of the source.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        # create
        self.width_edit = NumberEdit(float)
        self._unit = QLabel()
        self._inner = QWidget()
        self._fold = Fold("More", self._inner)
        # lay out
        self._lay_out()
        # connect
        self.width_edit.value_changed.connect(lambda _value: self._changed())
        session.source_changed.connect(self._fit_source)
        session.feather_wanted.connect(self.set_value)
        self.set_value(session.feather)
        self._fit_source()

    def value(self) -> float | None:
        """Give the width; None while `problem` has something to say."""
        width = self.width_edit.value()
        return None if self.problem() or width is None else float(width)

    def set_value(self, width: float) -> None:
        """Show a width; one above zero is shown open."""
        self.width_edit.set_value(width)
        if width:
            self._fold.set_open(True)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        width = self.width_edit.value()
        if width is not None and 0 <= width < math.inf:
            return ""
        return f"Feather is {self.width_edit.text()!r}; give 0 or a width in {self._unit.text()}."

    def is_open(self) -> bool:
        """Whether the width shows."""
        return self._fold.is_open()

    def _changed(self) -> None:
        set_mark(self.width_edit.line, "invalid", bool(self.problem()))
        if self.problem():
            self._fold.set_open(True)  # what forbids the run must be seen
        self.value_changed.emit()

    def _fit_source(self) -> None:
        """Name the unit of the image; a width in another unit means nothing any more."""
        try:
            unit = self._session.source_image().space.unit
        except SynthscopeError:
            return
        words = "px" if unit == "pixel" else unit
        if self._unit.text() not in ("", words):
            self.set_value(0.0)
        self._unit.setText(words)

    def _lay_out(self) -> None:
        label = QLabel("Feather")
        label.setMinimumWidth(88)
        label.setBuddy(self.width_edit)
        for widget in (label, self.width_edit):
            widget.setToolTip(TIP)
        self.width_edit.setAccessibleName("Feather")
        set_role(self._unit, "muted")
        grid = QGridLayout(self._inner)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.width_edit, 0, 1)
        grid.addWidget(self._unit, 0, 2)
        outer = QGridLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._fold, 0, 0)
