"""Step 5, Train: let a generator learn from one's own images, and watch it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.parts.dressing import dress
from napari_synthscope.parts.panel_door import PanelDoor
from napari_synthscope.parts.scrolled import scrolled
from napari_synthscope.session.model_lines import free_name, model_id, short_name
from napari_synthscope.session.session import Session
from napari_synthscope.session.train_desk import ready_words
from napari_synthscope.training.families_card import FamiliesCard
from napari_synthscope.training.foot import TrainFoot
from napari_synthscope.training.models_card import ModelsCard
from napari_synthscope.training.settings import TrainSettings
from napari_synthscope.training.source import TrainSource
from napari_synthscope.training.watch import TrainWatch
from napari_synthscope.training.words import estimate_words, split_words, step_words
from synthscope.errors import InputError, SynthscopeError
from synthscope.qt.sentence import Said, said_of
from synthscope.records.image import Image
from synthscope.records.model import ModelCard
from synthscope.records.training import TrainingRecipe
from synthscope.services.label_maps import check_labels
from synthscope.services.models import ModelRow, checked_name
from synthscope.services.training_data import Parts, check_images, split_images
from synthscope.services.training_memory import memory_problem

DEBOUNCE = 120
PANEL_WIDTH = 340
GENERATE = "synthscope.panel.generate"


class TrainPanel(QWidget):
    """Trains models on the images of a viewer, and shows those that there are.

    Signals
    -------
    step_changed()
        What `step_state` or `shell_actions` would say may be another.
    """

    step_changed = Signal()

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = Session.of(napari_viewer)
        self.door = PanelDoor(napari_viewer)
        # create
        self.source = TrainSource(self.session)
        self.settings = TrainSettings(self.session)
        self.models = ModelsCard(self.session)
        self.watch = TrainWatch(self.session, self.models)
        self.families = FamiliesCard(self.session, self.settings, self._images)
        self.foot = TrainFoot()
        self._timer = QTimer(self)
        # lay out
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._area = scrolled(self.source, self.settings, self.watch.view, self.models, self.families)
        outer.addWidget(self._area, 1)
        outer.addWidget(self.foot)  # the one button stays in sight
        self.setMinimumWidth(PANEL_WIDTH)
        dress(self, napari_viewer)
        # connect
        self._connect()
        self.hear_work()
        self.session.models.ask()
        self._timer.start()

    def step_state(self) -> tuple[bool, str]:
        """Tell whether the project has a model; a training is wanted by nobody who has not asked for one."""
        return any(row.place == "project" and row.card for row in self.session.models.rows), ""

    def shell_actions(self) -> Mapping[str, Callable[[], Any]]:
        """Give what can be done at this moment, by the words of the shell's list of actions."""
        offers: dict[str, Callable[[], Any]] = {}
        if self.foot.train.isEnabled():
            offers["train"] = self.train
        if self.session.has_project and self.session.trainings.open_jobs():
            offers["keep"] = self.session.trainings.keep
        if self.session.source is not None:
            offers["families"] = self.show_families
        return offers

    def take_opener(self, opener: Callable[[str], Any]) -> None:
        """Open other panels through the shell that holds this one."""
        self.door.lead_through(opener)

    def hear_work(self) -> None:
        """Hear of the trainings of the project that is open now; none is opened for it."""
        if self.session.has_project:
            self.session.trainings.listen()
            unique = Qt.ConnectionType.UniqueConnection
            self.session.work.devices_told.connect(self._on_devices, unique)
        self._show_job()

    def train(self) -> None:
        """Begin a training of the settings as they are now: what is changed later does not touch it."""
        self.foot.sentence.set_value(None)
        try:
            recipe, images, _parts = self._plan()
            maps = self.settings.more.shown.label_maps(images)
        except SynthscopeError as error:
            self.foot.sentence.set_value(said_of(error))
            return
        self.session.trainings.begin(recipe, images, maps)
        self.settings.name.clear()

    def show_families(self) -> None:
        """Bring the comparison of families in sight, open."""
        self.families.fold.set_open(True)
        QTimer.singleShot(0, self.families, lambda: self._area.ensureWidgetVisible(self.families))  # after the layout

    def refresh(self) -> None:
        """Work out again what a training would do."""
        reason, estimate = "", ""
        try:
            recipe, images, parts = self._plan()
            estimate = estimate_words(recipe, images, parts) + self._step_words()
            devices = self.session.work.devices if self.session.has_project else ()
            reason = memory_problem(recipe, images, parts, devices)
        except SynthscopeError as error:
            reason = error.sentence
        self.foot.show_plan(reason, estimate)
        self.step_changed.emit()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Read the models again: a command line may have made some."""
        super().showEvent(event)
        self.session.models.refresh()
        self._timer.start()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Let go of the viewer's events."""
        self._timer.stop()
        self.source.close_card()
        self.families.close_card()
        self.settings.more.close_edit()
        super().closeEvent(event)

    def _plan(self) -> tuple[TrainingRecipe, tuple[Image, ...], tuple[Parts, ...]]:
        images = self._images()
        self.settings.suggest_name(free_name(self.session.models.rows, short_name(images[0])))
        problem, recipe = self.settings.problem(), self.settings.value()
        if problem or recipe is None:
            raise InputError(problem)
        self.settings.more.say_split("")
        check_images([image.with_(synthetic=None) for image in images], recipe)  # counting those takes its time
        for labels, image in zip(self.settings.more.shown.label_maps(images), images, strict=False):
            check_labels(labels, image)
        parts = split_images(images, recipe, self.settings.generator.parameters())
        self.settings.more.say_split(split_words(images, parts))
        name = checked_name(recipe.name)
        if name.casefold() in {row.name.casefold() for row in self.session.models.rows if row.place == "project"}:
            raise InputError(f"This project has a model {name!r} already; give another name.")
        return replace(recipe, name=name), images, parts

    def _images(self) -> tuple[Image, ...]:
        """Give what is learned from: the source first."""
        from napari_synthscope.canvas.layers import image_of

        source = self.session.source_image()
        return (source, *(image_of(layer) for layer in self.settings.more.images.value()))

    def _step_words(self) -> str:
        """Say what a step takes that goes through a large pretrained model."""
        base = self.settings.base.card()
        return "" if base is None else step_words(base, self.settings.generator.parameters())

    def _show_job(self) -> None:
        self.foot.show_job(self.session.trainings.row() if self.session.has_project else None)
        self.step_changed.emit()

    def _on_began(self, folder: Path) -> None:
        self.hear_work()  # the first training may have opened the project
        self.models.look_at(folder)
        self.session.models.refresh()

    def _show_training(self) -> None:
        """Bring the training that runs in sight: its samples, and its curves where there is room."""
        self._area.ensureWidgetVisible(self.watch.view, 0, self._area.height() // 2)

    def _on_ended(self, _folder: Path, job: Any) -> None:
        self._show_job()
        if job.state == "failed":
            self.foot.sentence.set_value(Said(job.error, "error", job.details))

    def _on_ready(self, folder: Path, card: ModelCard) -> None:
        """Lead to where the model is used from now on."""
        self.foot.sentence.set_value(Said(ready_words(folder.name, card), action="Open Generate"))

    def _use(self, row: ModelRow) -> None:
        if row.card is not None:
            self.session.models.use(row.card, model_id(row))
            self.door.open(GENERATE)

    def _on_devices(self, told: Mapping[str, Any]) -> None:
        found = {str(one["id"]).split(":")[0]: str(one["name"]) for one in told.get("devices", ())}
        self.settings.more.know_devices(tuple((kind, name) for kind, name in found.items() if kind != "cpu"))
        self._timer.start()

    def _connect(self) -> None:
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.refresh)
        session, trainings = self.session, self.session.trainings
        for signal in (session.source_changed, session.models.changed, self.settings.value_changed):
            signal.connect(self._timer.start)
        session.project_changed.connect(self.hear_work)
        session.said.connect(self._on_said)
        reveal = QTimer(self)  # after the layout; gone with the panel
        reveal.setSingleShot(True)
        reveal.timeout.connect(self._show_training)
        self.watch.view.appeared.connect(reveal.start)
        trainings.began.connect(self._on_began)
        trainings.ended.connect(self._on_ended)
        trainings.looked_at.connect(self.models.look_at)
        trainings.ready.connect(self._on_ready)
        trainings.retried.connect(lambda: self.foot.sentence.set_value(None))
        trainings.failed.connect(self._say)
        trainings.changed.connect(self._show_job)
        trainings.progressed.connect(self.foot.show_job)
        self.models.use_pressed.connect(self._use)
        self.foot.train_pressed.connect(self.train)
        self.foot.keep_pressed.connect(trainings.keep)
        self.foot.sentence.acted.connect(lambda: self.door.open(GENERATE))

    def _on_said(self, said: object) -> None:
        if not self.door.held:
            self._say(said)

    def _say(self, said: object) -> None:
        self.foot.sentence.set_value(said_of(said) if isinstance(said, SynthscopeError) else Said(str(said)))
