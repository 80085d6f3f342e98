"""One model of a list: what it is called, what it learned from, and why it cannot be used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QStandardItem, QStandardItemModel
from qtpy.QtWidgets import QComboBox, QVBoxLayout, QWidget

from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_mark
from synthscope.qt.wheel import guard_wheel


@dataclass(frozen=True)
class ModelLine:
    """What the list shows of one model.

    Parameters
    ----------
    id : str
        What `ModelPick.value` gives: the folder or the name by which a run is given the model.
    generator : str
        Title of the generator that it belongs to.
    learned_from, voxel_size, made, state : str
        In words, for the line below the list.
    problem : str
        Why it cannot be used (damaged, of other channels); the row is greyed. Empty when it can.
    remark : str
        What is to be known before it is used here: another voxel size.
    tip : str
        More of its card, for the tooltip.
    """

    id: str
    name: str
    generator: str = ""
    learned_from: str = ""
    voxel_size: str = ""
    made: str = ""
    state: str = ""
    problem: str = ""
    remark: str = ""
    tip: str = ""


def row_words(row: ModelLine) -> str:
    """Say in one line what a model is."""
    learned = f"learned from {row.learned_from}" if row.learned_from else ""
    parts = (row.generator, learned, row.voxel_size, row.made, row.state)
    return " · ".join(part for part in parts if part)


class ModelPick(QWidget):
    """Shows `ModelLine`s and edits which one is chosen.

    A model that cannot be used stays in the list, greyed, with the reason as its tooltip. One that was
    chosen before it was listed is chosen as soon as it is.

    Signals
    -------
    value_changed(str)
        Another model is chosen; empty for none.
    """

    value_changed = Signal(str)

    def __init__(
        self, *, empty: str = "no model yet", all_choosable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._rows: tuple[ModelLine, ...] = ()
        self._wanted = ""
        self._said = ""
        self._words_when_empty = empty
        self._all_choosable = all_choosable  # to look at, rename and delete, also damaged ones
        # create
        self.combo = QComboBox()
        self.words = WrappingLabel(role="muted")
        self.remark = WrappingLabel(role="warning")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (self.combo, self.words, self.remark):
            column.addWidget(widget)
        self.combo.setAccessibleName("Model")
        self.combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.combo.setMinimumContentsLength(8)
        guard_wheel(self.combo)
        # connect
        self.combo.activated.connect(lambda _: self.set_value(self.combo.currentData() or ""))
        self.set_rows(())

    def rows(self) -> tuple[ModelLine, ...]:
        """Give the models that are listed."""
        return self._rows

    def set_rows(self, rows: Iterable[ModelLine]) -> None:
        """List models, the best choice first; the chosen one stays chosen."""
        self._rows = tuple(rows)
        self._fill()

    def value(self) -> str:
        """Give the id of the chosen model; empty where there is none that can be used."""
        row = self.row()
        return row.id if row is not None and self._choosable(row) else ""

    def set_value(self, model: str) -> None:
        """Choose a model by its id or name; with an empty one the first that can be used."""
        self._wanted = model
        self._fill()

    def row(self) -> ModelLine | None:
        """Give the chosen row, also one that cannot be used."""
        return next((row for row in self._rows if row.id == self.combo.currentData()), None)

    def _choosable(self, row: ModelLine) -> bool:
        return self._all_choosable or not row.problem

    def _fill(self) -> None:
        model = QStandardItemModel(self.combo)
        for row in self._rows:
            model.appendRow(_item(row, self._choosable(row)))
        if not self._rows:
            model.appendRow(QStandardItem(self._words_when_empty))
        self.combo.setModel(model)
        self.combo.setEnabled(bool(self._rows))
        self.combo.setCurrentIndex(self._first())
        self._show()

    def _first(self) -> int:
        """Find the row to show: the wanted one, else the first that can be used, else the first."""
        for known in ([row.id for row in self._rows], [row.name for row in self._rows]):
            if self._wanted in known:
                return known.index(self._wanted)
        return next((i for i, row in enumerate(self._rows) if self._choosable(row)), 0)

    def _show(self) -> None:
        row = self.row()
        self.words.setText(row_words(row) if row is not None else "")
        self.words.setVisible(row is not None and bool(self.words.text()))
        remark = (row.problem or row.remark) if row is not None else ""
        self.remark.setText(remark)
        self.remark.setVisible(bool(remark))
        self.combo.setToolTip(_tip(row) if row is not None else "")
        set_mark(self.combo, "invalid", row is not None and not self._choosable(row))
        if self.value() != self._said:
            self._said = self.value()
            self.value_changed.emit(self._said)


def _item(row: ModelLine, choosable: bool) -> QStandardItem:
    item = QStandardItem(row.name if choosable else f"{row.name} (cannot be used)")
    item.setData(row.id, Qt.ItemDataRole.UserRole)
    item.setToolTip(_tip(row))
    item.setEnabled(choosable)
    return item


def _tip(row: ModelLine) -> str:
    return "\n".join(part for part in (row.problem or row.remark, row_words(row), row.tip) if part)
