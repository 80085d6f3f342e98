"""Everything that is chosen before a training, but for the source image itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.training.base_slot import BaseSlot
from napari_synthscope.training.more import TrainMore
from napari_synthscope.training.trainable_choice import TrainableChoice
from synthscope.qt.buttons import Fold
from synthscope.qt.time_budget import TimeBudget
from synthscope.records.documents import to_json
from synthscope.records.training import TrainingRecipe

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


class TrainSettings(QWidget):
    """Edits a `TrainingRecipe` whose images come from the session.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.generator = TrainableChoice()
        self.base = BaseSlot(session)
        self.budget = TimeBudget()
        self.name = QLineEdit()
        self.more = TrainMore(session)
        self._fold = Fold("More", self.more)
        # lay out
        self._lay_out()
        # connect
        self.generator.value_changed.connect(self._generator_changed)
        self.base.value_changed.connect(self.value_changed)
        self.budget.value_changed.connect(lambda _minutes: self.value_changed.emit())
        self.name.textChanged.connect(lambda _text: self.value_changed.emit())
        self.more.value_changed.connect(self._more_changed)
        self.more.show_for(self.generator.spec)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        return self.generator.problem() or self.base.problem() or self.budget.problem() or self.more.problem()

    def value(self) -> TrainingRecipe | None:
        """Give the recipe, without its images; None while `problem` has something to say."""
        spec, minutes = self.generator.spec, self.budget.value()
        if self.problem() or spec is None or minutes is None:
            return None
        return TrainingRecipe(
            generator=spec.id,
            parameters=to_json(self.generator.parameters()),
            images=(),
            name=self.model_name(),
            minutes=minutes,
            seed=int(self.more.seed.value() or 0),
            held_out=self.more.part(),
            split_axis=self.more.split_axis(),
            device=str(self.more.device.currentData()),
            licence=self.more.licence.text().strip(),
            labels=self.more.class_names(),
            base=self.base.value(),
        )

    def model_name(self) -> str:
        """Give the name of the model: what was typed, or else what is suggested."""
        name: str = self.name.text().strip() or self.name.placeholderText()
        return name

    def suggest_name(self, name: str) -> None:
        """Suggest a name where nobody has typed one."""
        self.name.setPlaceholderText(name)

    def _generator_changed(self) -> None:
        self.more.show_for(self.generator.spec)
        self.base.show_for(self.generator.spec)
        self.value_changed.emit()

    def _more_changed(self) -> None:
        if self.more.problem():
            self._fold.set_open(True)  # what forbids the training must be seen
        self.value_changed.emit()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        time_tip = "How long it learns; longer learns finer structure"
        grid.addWidget(field_label("How long it learns", time_tip, self.budget), 0, 0, 1, 2)
        grid.addWidget(self.budget, 1, 0, 1, 2)  # four words need the whole width of a narrow panel
        grid.addWidget(field_label("Name", "What the model is called in the lists", self.name), 2, 0)
        grid.addWidget(self.name, 2, 1)
        column.addWidget(self.generator)
        self.generator.set_below(self.base)
        column.addLayout(grid)
        column.addWidget(self._fold)
