"""Everything that is chosen before a run: generator, context, size, candidates, seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.generating.adapters_edit import AdaptersEdit
from napari_synthscope.generating.conditions_edit import ConditionsEdit
from napari_synthscope.generating.context_edit import ContextEdit
from napari_synthscope.generating.feather_edit import FeatherEdit
from napari_synthscope.generating.mask_use import MaskUse
from napari_synthscope.generating.restore_edit import RestoreEdit
from napari_synthscope.generating.size_edit import SizeEdit
from napari_synthscope.parts.generator_choice import GeneratorChoice
from napari_synthscope.parts.model_slot import ModelSlot
from napari_synthscope.parts.seed_edit import SeedEdit
from napari_synthscope.parts.words_edit import WordsEdit
from napari_synthscope.session.mask_told import origins_of
from napari_synthscope.session.model_desk import Joining
from synthscope.errors import SynthscopeError
from synthscope.generators.registry import find_spec, generator_ids
from synthscope.records.control import EDGES, Lead, lead_of
from synthscope.records.documents import from_json
from synthscope.records.image import Image
from synthscope.records.project import SessionDocument
from synthscope.records.request import Region, Task
from synthscope.services.choosing import Choice

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

WITHOUT_BORDER: tuple[Task, ...] = ("synthesize", "restore")
"""Tasks in which nothing that is made must fit known surroundings: a mask only says where."""

class RunSettings(QWidget):
    """Edits a `Choice`; the part of the image it works on comes from the session.

    Signals
    -------
    value_changed()
    """

    value_changed = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        # create
        self.generator = GeneratorChoice()
        self.model = ModelSlot(session)
        self.adapters = AdaptersEdit(session)
        self.words = WordsEdit(session)
        self.conditions = ConditionsEdit(session)
        self.seeds = SeedEdit()
        self.context = ContextEdit()
        self.inside = MaskUse()
        self.feather = FeatherEdit(session)
        self.size_edit = SizeEdit()
        self.restore_edit = RestoreEdit()
        # lay out
        self._lay_out()
        # connect
        for edit in (
            self.generator, self.model, self.adapters, self.words, self.conditions, self.context, self.seeds,
            self.feather, self.size_edit, self.restore_edit,
        ):  # fmt: skip
            edit.value_changed.connect(self._changed)
        self.inside.toggled.connect(lambda _on: self._changed())
        session.mask_changed.connect(self._on_mask)
        session.source_changed.connect(self.fit_source)
        session.models.wanted.connect(self.use_model)
        session.models.joining.connect(self.join)
        self.fit_source()
        self.use_model(*session.models.wish)
        if session.models.wish_beside is not None:
            self.join(session.models.wish_beside)

    @property
    def uses_mask(self) -> bool:
        """Whether the run is confined to what is marked."""
        task = self.generator.task
        return task == "inpaint" or (self.inside.isChecked() and self._session.painted is not None)

    @property
    def _has_border(self) -> bool:
        """Whether what is made must fit known surroundings."""
        return self.uses_mask and self.generator.task not in WITHOUT_BORDER

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        feather = self.feather.problem() if self._has_border else ""
        model = self.model.problem() or self.adapters.problem(self.model.card())
        generator = self.generator.problem() or model or self.words.problem() or self.conditions.problem()
        problem = generator or self.context.problem() or self._task_problem()
        return problem or self.seeds.problem() or feather

    def lead(self) -> Lead | None:
        """Give how a picture leads the generator that is chosen; None where none does, or that is unclear."""
        try:
            lead = None if self.generator.problem() else lead_of(self.generator.parameters())
        except SynthscopeError:
            return None
        in_hole = lead is not None and lead.control == EDGES and self.generator.task == "inpaint"
        return None if in_hole else lead

    def control_image(self) -> Image | None:
        """Give the second image; None for none, and for one that cannot be taken."""
        return None if self.conditions.problem() else self.conditions.second_image()

    def value(self) -> Choice | None:
        """Give the choice; None while `problem` has something to say."""
        if self.problem():
            return None
        count, seed = self.seeds.value() or (1, 0)
        spec, task = self.generator.spec, self.generator.task
        assert spec is not None, "a problem otherwise"
        return Choice(
            task=task,
            generator=spec.id,
            parameters=self.generator.parameters(),
            count=count,
            seed=seed,
            context=self.context.value(),
            size=self._size() if task == "synthesize" else (),
            region=_box(self._session) if task in WITHOUT_BORDER and self.uses_mask else None,
            feather=(self.feather.value() or 0.0) if self._has_border else 0.0,
            model=self.model.value(),
            prompts=self.words.value(),
            adapters=self.adapters.value(),
            restoration=self.restore_edit.value() if task == "restore" else None,
            label=self.conditions.class_name(),
            labels=self.conditions.pixels(None if task == "synthesize" else self._session.image),
            reference=self.conditions.second_image(),
            mask_origins=origins_of(self._session.mask) if self.uses_mask else (),
        )

    def set_value(self, choice: Choice) -> None:
        """Show a choice again."""
        self.generator.set_value(choice.task, choice.generator, choice.parameters)
        self.model.set_value(choice.model)
        self.words.set_read(choice.prompts, find_spec(choice.generator))
        self.adapters.set_value(choice.adapters)
        self.conditions.show_for(self.model.card(), self.generator.task, self.generator.spec)
        self.conditions.set_class(choice.label)
        self.context.set_value(choice.context)
        self.feather.set_value(choice.feather)
        self.seeds.count.set_value(choice.count)
        self.seeds.use(choice.seed)
        self.size_edit.set_value(choice.size)
        self.restore_edit.set_value(choice.restoration)

    def recall(self, document: SessionDocument) -> None:
        """Show what was chosen when a project was left; a generator that has gone is passed over.

        Raises
        ------
        SynthscopeError
            If its parameters cannot be read.
        """
        if document.generator in generator_ids():
            spec = find_spec(document.generator)
            task = self.generator.task if self.generator.task in spec.tasks else spec.tasks[0]
            parameters: object = from_json(spec.parameters, dict(document.parameters))
            self.generator.set_value(task, spec.id, parameters)
            self.model.set_value(document.model)
            self.conditions.show_for(self.model.card(), self.generator.task, self.generator.spec)
            self.conditions.set_class(document.label)
        self.words.set_value(document.prompts)
        self.adapters.set_value(document.adapters)
        self.seeds.count.set_value(document.count)
        self.seeds.seed.set_value(document.seed)
        self.feather.set_value(document.feather)

    def use_model(self, generator: str, model: str) -> None:
        """Choose a generator and its model; the task stays where the generator can do it."""
        if generator in generator_ids():
            self.generator.prefer(find_spec(generator))
            self.model.set_value(model)

    def join(self, adapter: Joining) -> None:
        """Join an adapter, and call it by its words where nothing was written yet."""
        self.adapters.join(adapter.id, adapter.part)
        words = self.words.whole_value()
        if adapter.words and not words.prompt:
            self.words.set_value(replace(words, prompt=adapter.words))

    def fit_source(self) -> None:
        """Suggest a size for new images: that of the source, where it is not large."""
        self.size_edit.fit(self._session.image)
        self.restore_edit.fit(self._session.image)
        self._changed()

    def _changed(self) -> None:
        task = self.generator.task
        self._on_mask()
        self.context.setVisible(self._has_border)
        self.feather.setVisible(self._has_border)
        self.conditions.show_for(self.model.card(), task, self.generator.spec)
        self.size_edit.setVisible(task == "synthesize" and self.conditions.layer() is None)
        self.restore_edit.setVisible(task == "restore")
        self.restore_edit.show_for(self.generator.spec)
        self.model.show_for(self.generator.spec)
        self.adapters.show_for(self.generator.spec)
        self.words.show_for(self.generator.spec)
        self.value_changed.emit()

    def _on_mask(self) -> None:
        self.inside.show_for(self.generator.spec, self.generator.task, self._session.painted is not None)

    def _task_problem(self) -> str:
        edits: dict[Task, SizeEdit | RestoreEdit] = {"synthesize": self.size_edit, "restore": self.restore_edit}
        asked = edits.get(self.generator.task)
        if asked is self.size_edit and self.conditions.layer() is not None:
            return ""  # the label map has a size
        return asked.problem() if asked is not None else ""

    def _size(self) -> tuple[int, ...]:
        """Give the size of a new image: that of the label map, where one leads."""
        labels = self.conditions.pixels(None)
        return self.size_edit.value() if labels is None else tuple(labels.shape)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.generator)
        for edit in (self.model, self.adapters, self.words):
            self.generator.set_below(edit)
        column.addWidget(self.conditions)
        column.addWidget(self.context)
        column.addWidget(self.size_edit)
        column.addWidget(self.restore_edit)
        column.addWidget(self.inside)
        column.addWidget(self.seeds)
        column.addWidget(self.feather)


def _box(session: Session) -> Region | None:
    """Give the box round the mask, in the axes of the image."""
    from synthscope.imaging.regions import mask_to_image

    try:
        image, fitted = session.source_image(), session.mask_pixels()
    except SynthscopeError:
        return None
    return None if fitted.box is None else mask_to_image(fitted.box, image.space, image.shape)
