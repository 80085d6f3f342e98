"""What is compared: which generators and controls, how long each, how often, how many images of which size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QGridLayout, QListWidgetItem, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from synthscope.qt.fitted_list import FittedList
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark
from synthscope.records.documents import to_json
from synthscope.records.families import Contender, FamiliesRecipe
from synthscope.records.training import TrainingRecipe
from synthscope.services.families.contenders import CONTROLS, Entrant, entrants

ROWS = 8
LEFT_OUT = frozenset({"latent-prior"})
"""Learns in two halves, so that a short budget is hardly enough for one: not ticked at first."""


@dataclass(frozen=True)
class Count:
    """One whole number that is chosen: its words, its first value, and what it may be."""

    title: str
    tip: str
    first: int
    low: int
    high: int
    unit: str = ""


COUNTS: Mapping[str, Count] = {
    "seeds": Count("Seeds", "How often each one is trained and sampled anew: the spread comes from these", 3, 1, 20),
    "count": Count("Images", "Of each generator and seed; more make intervals narrower", 64, 8, 1000),
    "size": Count("Size", "Side of the images that are made and compared", 64, 32, 512, "px"),
}


class FamiliesChoice(QWidget):
    """Edits a `FamiliesRecipe`; images, held-out part and device are those of the training beside it.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, found: tuple[Entrant, ...] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entrants = entrants() if found is None else found
        # create
        self.list = FittedList(ROWS)
        self.minutes = NumberEdit(float, unit="min")
        self.counts = {name: NumberEdit(int, unit=one.unit) for name, one in COUNTS.items()}
        # lay out
        self._fill()
        self._lay_out()
        # connect
        self.minutes.set_value(10)
        for name, edit in self.counts.items():
            edit.set_value(COUNTS[name].first)
        self.list.itemChanged.connect(lambda _item: self.value_changed.emit())
        for edit in (self.minutes, *self.counts.values()):
            edit.value_changed.connect(self._changed)

    def generators(self) -> tuple[str, ...]:
        """Give the ids of those that are ticked."""
        items = [self.list.item(i) for i in range(self.list.count())]
        return tuple(one.data(Qt.ItemDataRole.UserRole) for one in items if one.checkState() == Qt.CheckState.Checked)

    def set_generators(self, ids: tuple[str, ...]) -> None:
        """Tick generators by their ids, and no others."""
        for i in range(self.list.count()):
            item = self.list.item(i)
            ticked = item.data(Qt.ItemDataRole.UserRole) in ids
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        if not self.generators():
            return "Nothing is ticked; tick the generators to compare."
        return next(filter(None, (self._minutes_problem(), *map(self._count_problem, COUNTS))), "")

    def value(self, training: TrainingRecipe, settings: Any = None) -> FamiliesRecipe | None:
        """Give the recipe, without its images; None while `problem` has something to say.

        Parameters
        ----------
        training : TrainingRecipe
            What is held out, on which device, from which seed on; its generator is compared by its settings.
        settings : record, optional
            The training record of that generator.
        """
        if self.problem():
            return None
        seeds, count, size = (int(self.counts[name].value() or 0) for name in ("seeds", "count", "size"))
        told = {training.generator: to_json(settings)} if settings is not None else {}
        return FamiliesRecipe(
            (), tuple(Contender(one, told.get(one, {})) for one in self.generators()), name=training.name,
            minutes=float(self.minutes.value() or 0), seed=training.seed, held_out=training.held_out,
            split_axis=training.split_axis, device=training.device, licence=training.licence,
            seeds=seeds, count=count, size=size,
        )  # fmt: skip

    def _fill(self) -> None:
        self.list.setAccessibleName("Generators to compare")
        for one in self._entrants:
            item = QListWidgetItem(one.spec.title if one.learns else f"{one.spec.title} (control)")
            item.setData(Qt.ItemDataRole.UserRole, one.spec.id)
            item.setToolTip(one.spec.summary)
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            first = one.spec.id in CONTROLS or (one.learns and one.spec.id not in LEFT_OUT)
            item.setCheckState(Qt.CheckState.Checked if first else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.fit()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.list)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        rows = [("Time each", "Of training, for each generator that learns and each seed", self.minutes)]
        rows += [(one.title, one.tip, self.counts[name]) for name, one in COUNTS.items()]
        for row, (words, tip, widget) in enumerate(rows):
            grid.addWidget(field_label(words, tip, widget), row, 0)
            grid.addWidget(widget, row, 1)
        column.addLayout(grid)

    def _minutes_problem(self) -> str:
        value = self.minutes.value()
        if value is not None and 0 < value <= 60 * 24 * 14:
            return ""
        return f"Time each is {self.minutes.text()!r}; give minutes above 0."

    def _count_problem(self, name: str) -> str:
        one, edit = COUNTS[name], self.counts[name]
        value = edit.value()
        if value is not None and one.low <= value <= one.high:
            return ""
        return f"{one.title} is {edit.text()!r}; give a whole number from {one.low} to {one.high}."

    def _changed(self, *_: object) -> None:
        set_mark(self.minutes.line, "invalid", bool(self._minutes_problem()))
        for name, edit in self.counts.items():
            set_mark(edit.line, "invalid", bool(self._count_problem(name)))
        self.value_changed.emit()
