"""What is asked before a mask is found by two prompts: generator, model, words, parameters, seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from napari_synthscope.parts.field_label import field_label
from napari_synthscope.parts.form_stack import FormStack
from napari_synthscope.parts.model_slot import ModelSlot
from napari_synthscope.parts.seed_edit import MAX_SEED
from napari_synthscope.parts.words_edit import WordsEdit
from synthscope.qt.number_edit import NumberEdit
from synthscope.qt.theme import set_mark
from synthscope.records.generator import FINDING, GeneratorSpec
from synthscope.records.request import Region
from synthscope.services.choosing import Choice
from synthscope.services.finding_masks import finders

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

SEED_TIP = "Of the noises under which both prompts are compared; the same seed finds the same mask again"


class PromptsAsk(QWidget):
    """Edits a `Choice` of a generator that finds masks; of its words it asks for the two that are told apart.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._specs = {spec.id: replace(spec, prompts=spec.needs_prompts) for spec in finders()}
        # create
        self.generator = QComboBox()
        self.model = ModelSlot(session)
        self.words = WordsEdit(session)
        self.form = FormStack()
        self.seed = NumberEdit(int)
        # lay out
        self._lay_out()
        # connect
        self.generator.currentIndexChanged.connect(lambda _index: self._on_generator())
        for edit in (self.model, self.words, self.form):
            edit.value_changed.connect(self.value_changed)
        self.seed.value_changed.connect(lambda _seed: self._on_seed())
        self.seed.set_value(0)

    @property
    def spec(self) -> GeneratorSpec | None:
        """The generator that is asked; None where none that is here finds masks."""
        return self._specs.get(self.generator.currentData() or "")

    def begin(self) -> None:
        """Read the models, once the tool is in hand."""
        self._on_generator()

    def threshold(self) -> float | None:
        """Give the threshold; None while it is none."""
        form = self.form.form()
        if form is None or form.problems():
            return None
        return float(form.value().threshold)

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        form = self.form.form()
        if form is None:
            return "No generator that is here finds masks by two prompts; install one."
        words = self.words.problem() or " ".join(form.problems().values())
        return self.model.problem() or words or self._seed_problem()

    def value(self, region: Region) -> Choice | None:
        """Give the choice for a region of the image; None while `problem` has something to say."""
        spec, form, seed = self.spec, self.form.form(), self.seed.value()
        if spec is None or form is None or seed is None or self.problem():
            return None
        return Choice(
            "vary", spec.id, form.value(), seed=int(seed), model=self.model.value(), prompts=self.words.value(),
            region=region,
        )  # fmt: skip

    def _seed_problem(self) -> str:
        seed = self.seed.value()
        fits = seed is not None and 0 <= seed <= MAX_SEED
        return "" if fits else f"Seed is {self.seed.text()!r}; give a whole number from 0 to {MAX_SEED}."

    def _on_seed(self) -> None:
        set_mark(self.seed.line, "invalid", bool(self._seed_problem()))
        self.value_changed.emit()

    def _on_generator(self) -> None:
        spec = self.spec
        self.model.show_for(spec)
        self.words.show_for(spec)
        self.form.show_form(spec.id if spec else "", spec.parameters if spec else None, FINDING)
        self.value_changed.emit()

    def _lay_out(self) -> None:
        self.generator.setAccessibleName("Generator")
        for spec in self._specs.values():
            self.generator.addItem(spec.title, spec.id)
            self.generator.setItemData(self.generator.count() - 1, spec.citation, 3)  # its tooltip
        self.generator.setVisible(len(self._specs) > 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field_label("Seed", SEED_TIP, self.seed))
        row.addWidget(self.seed, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.generator, self.model, self.words, self.form):
            column.addWidget(part)
        column.addLayout(row)
