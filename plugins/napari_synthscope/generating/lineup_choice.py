"""Who is lined up: the generators of the task, each with its model and its settings; those that cannot, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.generating.contender_row import ContenderRow
from napari_synthscope.session.model_lines import usable_lines
from synthscope.generators.registry import list_generators
from synthscope.qt.buttons import Fold
from synthscope.records.documents import to_json
from synthscope.records.forms import used_by
from synthscope.records.generator import GeneratorSpec
from synthscope.records.image import Image
from synthscope.records.lineup import Contender
from synthscope.records.listing import Listing
from synthscope.records.request import Task

if TYPE_CHECKING:
    from napari_synthscope.generating.run_settings import RunSettings
    from napari_synthscope.session.session import Session

CANNOT = "Cannot take part now"


class LineupChoice(QWidget):
    """Edits which generators are lined up.

    One that cannot take part stands greyed in a fold of its own with the reason; one that is ticked stays in sight with
    it.

    Parameters
    ----------
    settings : RunSettings
        Of the form above: its task, its generator with model and adapters, and what was typed for the others.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(
        self, session: Session, settings: RunSettings, listings: tuple[Listing[GeneratorSpec], ...] | None = None,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._task: Task | None = None
        self._begun: set[Task] = set()
        self._followed = ("", "")
        # create
        found = list_generators() if listings is None else listings
        self.rows = {one.id: ContenderRow(one) for one in found}
        inside = QWidget()
        self._cannot = QVBoxLayout(inside)
        self._can = QVBoxLayout()
        self.fold = Fold(CANNOT, inside)
        # lay out
        for box in (self._can, self._cannot):
            box.setContentsMargins(0, 0, 0, 0)
            box.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._can)
        column.addWidget(self.fold)
        # connect
        for row in self.rows.values():
            row.value_changed.connect(self._changed)
            self._cannot.addWidget(row)

    def show_for(self, image: Image | None) -> None:
        """Show the generators of the form's task, with the models that fit an image."""
        spec, task = self._settings.generator.spec, self._settings.generator.task
        for row in self._listed():
            if row.needs_model:
                self._session.models.ask()
                row.set_models(usable_lines(self._session.models.rows, row.id, image))
        if task != self._task:
            self._task = task
            self._begin(task)
        chosen = ("" if spec is None else spec.id, self._settings.model.value())
        if all(chosen) and chosen != self._followed and chosen[0] in self.rows:
            self._followed = chosen
            self.rows[chosen[0]].model.set_value(chosen[1])
        self._place()

    def generators(self) -> tuple[str, ...]:
        """Give the ids of those that are ticked."""
        return tuple(row.id for row in self._listed() if row.tick.isChecked())

    def set_generators(self, ids: tuple[str, ...]) -> None:
        """Tick generators by their ids, and no others."""
        for row in self.rows.values():
            row.tick.setChecked(row.id in ids)

    def contenders(self, *, ticked: bool) -> tuple[Contender, ...]:
        """Give those that are ticked, or all that can be planned.

        Raises
        ------
        ParameterError
            If what is typed in a field of one of them is no number.
        """
        rows = [row for row in self._listed() if row.can_be_asked() and (row.tick.isChecked() or not ticked)]
        return tuple(self._contender(row) for row in rows)

    def missing(self) -> str:
        """Say what a ticked one lacks, in a sentence; empty for nothing."""
        found = ((row.tick.text(), row.problem()) for row in self._listed() if row.tick.isChecked())
        return next((f"{title}: {problem}" for title, problem in found if problem), "")

    def tell(self, problems: Mapping[str, str]) -> None:
        """Say of generators, by their ids, why they cannot take part; of others nothing is known."""
        for row in self._listed():
            row.tell(problems.get(row.id, ""))
        self._place()

    def _contender(self, row: ContenderRow) -> Contender:
        spec, settings = row.spec, self._settings
        assert spec is not None, "it can be planned"
        chosen = settings.generator.spec is not None and settings.generator.spec.id == row.id
        adapters = settings.adapters.value() if chosen else ()
        return Contender(row.id, row.model.value() if row.needs_model else "", adapters, self._typed(spec), row.id)

    def _typed(self, spec: GeneratorSpec) -> Mapping[str, Any]:
        """Give the parameters that differ from the generator's own, as they were typed in the form."""
        record = self._settings.generator.typed(spec.id)
        if record is None:
            return {}
        own, told = to_json(spec.parameters()), to_json(used_by(self._settings.generator.task, record))
        return {name: value for name, value in told.items() if value != own[name]}

    def _listed(self) -> list[ContenderRow]:
        """Give those of the task, and broken ones."""
        task = self._settings.generator.task
        return [row for row in self.rows.values() if row.spec is None or task in row.spec.tasks]

    def _begin(self, task: Task) -> None:
        """Tick what learned nothing and the form's own generator, the first time that a task is looked at."""
        if task in self._begun:
            return
        self._begun.add(task)
        chosen = self._settings.generator.spec
        for row in self._listed():
            classical = row.spec is not None and row.spec.family == "classical"
            if classical or (chosen is not None and chosen.id == row.id):
                row.tick.setChecked(True)

    def _place(self) -> None:
        """Put each into its column, in the order of their titles as they are listed."""
        listed = self._listed()
        cannot = [row for row in listed if row.problem() and not row.tick.isChecked()]
        for row in self.rows.values():
            row.setVisible(row in listed)
        for box, rows in ((self._can, [row for row in listed if row not in cannot]), (self._cannot, cannot)):
            if [box.itemAt(i).widget() for i in range(box.count())] != rows:
                for row in rows:
                    box.addWidget(row)
        self.fold.setVisible(bool(cannot))

    def _changed(self) -> None:
        self._place()
        self.value_changed.emit()
