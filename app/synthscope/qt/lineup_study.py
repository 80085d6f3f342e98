"""Which generators of a line-up go into a blinded study, beside real windows."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from synthscope.qt.buttons import Fold, TextButton, clear_layout
from synthscope.qt.labels import WrappingLabel

TITLE = "Make a study of it…"
ABOUT = (
    "Experts say of each window whether it is real, without knowing. Real windows are always among them. Raters see "
    "neither names nor order; what else could tell, the leak gate of the study looks for."
)
TIP = "The study opens in the Study panel with its images filled in; nothing is shown to anybody before it is frozen"


class LineupStudy(QWidget):
    """Edits which contenders take part.

    Signals
    -------
    asked(tuple of str)
        A study of these is wanted.
    """

    asked = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        # create
        self.ticks: list[QCheckBox] = []
        self.make = TextButton("Make the study", name="eye-off-outline", tip=TIP)
        inside = QWidget()
        self._column = QVBoxLayout()
        # lay out
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(WrappingLabel(ABOUT, role="muted"))
        column.addLayout(self._column)
        row = QHBoxLayout()
        row.addWidget(self.make)
        row.addStretch(1)
        column.addLayout(row)
        self.fold = Fold(TITLE, inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self.fold)
        # connect
        self.make.clicked.connect(lambda: self.asked.emit(self.value()))

    def value(self) -> tuple[str, ...]:
        """Give the names of those that are ticked."""
        return tuple(name for name, tick in zip(self._names, self.ticks, strict=True) if tick.isChecked())

    def set_value(self, names: tuple[str, ...]) -> None:
        """Offer contenders, all of them ticked; those that are offered already stay as they are."""
        self.setVisible(bool(names))
        if names == self._names:
            return
        self._names = names
        clear_layout(self._column)
        self.ticks = [QCheckBox(name) for name in names]
        for tick in self.ticks:
            tick.setChecked(True)
            tick.toggled.connect(lambda _on: self._show())
            self._column.addWidget(tick)
        self._show()

    def _show(self) -> None:
        self.make.setEnabled(bool(self.value()))
