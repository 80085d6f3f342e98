"""The trainings of a session: begun from a recipe, followed while they run, found again afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import Signal

from napari_synthscope.session.folder_desk import FolderDesk
from napari_synthscope.session.model_lines import title_of
from napari_synthscope.session.run_desk import as_seen
from synthscope.errors import SynthscopeError
from synthscope.imaging.regions import whole
from synthscope.io.models import read_card
from synthscope.jobs.messages import MadeSaid, MeasuredSaid
from synthscope.jobs.rows import QueuedJob
from synthscope.records.events import Measured
from synthscope.records.image import Image, PixelArray
from synthscope.records.model import ModelCard
from synthscope.records.training import TrainingRecipe
from synthscope.services.models import MODELS

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

KIND = "train"


class TrainDesk(FolderDesk):
    """Begins trainings and says what becomes of them; each is known by the folder of its model.

    Signals
    -------
    measured(Path, Measured)
        Another point of its curves.
    made(Path)
        There is a first model in the folder, or a better one.
    ready(Path, ModelCard)
        Its model can be used, and is the one that Generate uses from now on.
    """

    measured = Signal(object, object)
    made = Signal(object)
    ready = Signal(object, object)

    def __init__(self, session: Session) -> None:
        super().__init__(session, KIND)

    def begin(self, recipe: TrainingRecipe, images: Sequence[Image], label_maps: Sequence[Image] = ()) -> None:
        """Write a training down and have it done; `began` follows, or `failed`.

        Voxels that no file holds as they are seen are kept in the project, on another thread; label maps as they are
        now, since a person may go on painting.
        """
        session = self._session
        project = session.project
        maps = [labels.with_(pixels=_copied(labels.pixels)) for labels in label_maps]
        self.listen()

        def write() -> Path:
            from synthscope.services.label_maps import check_labels
            from synthscope.services.training import begin_training

            seen = [as_seen(image, whole(image.shape)) for image in images]
            inputs = tuple(project.add_source(image) for image in seen)
            folder = project.models_folder / recipe.name
            checked = [check_labels(labels, image) for labels, image in zip(maps, seen, strict=False)]
            told = tuple(project.add_source(labels) for labels in checked)
            whole_recipe = replace(recipe, images=inputs, label_maps=told)
            begin_training(folder, whole_recipe, seen, checked, project=project.folder)
            return folder

        session.errands.run(write, lambda folder: self._queue(folder, recipe), self.failed.emit)

    def keep(self) -> None:
        """End the training that runs or waits: the model so far is kept."""
        self._cancel()

    def resume(self, job: QueuedJob) -> None:
        """Go on with a training that was interrupted, stopped or has failed."""
        work = self._session.work
        (work.resume if job.state == "interrupted" else work.retry)(job.id)

    def _queue(self, folder: Path, recipe: TrainingRecipe) -> None:
        self._add(folder, f"Train {title_of(recipe.generator)}: {recipe.name}")

    def _listen_more(self, work: Any) -> None:
        work.measured.connect(self._on_measured)

    def _on_measured(self, message: MeasuredSaid) -> None:
        folder = self._folder(message.job)
        if folder is not None:
            self.measured.emit(folder, Measured(message.step, message.values))

    def _on_made(self, message: MadeSaid) -> None:
        folder = self._folder(message.job)
        if folder is not None:
            self._session.models.refresh()
            self.made.emit(folder)

    def _on_ended(self, job: Any) -> None:
        if job.kind != KIND:
            return
        folder = self.folder_of(job)
        self.ended.emit(folder, job)
        self._session.models.refresh()
        if job.state in ("done", "cancelled"):
            self._session.errands.run(
                lambda: read_card(folder), lambda card: self._hand_over(folder, card), self._say_none
            )

    def _hand_over(self, folder: Path, card: ModelCard) -> None:
        """Let the model that was just trained be the one that is used."""
        self._session.models.use(card, f"{MODELS}/{folder.name}")
        self.ready.emit(folder, card)

    def _say_none(self, _error: SynthscopeError) -> None:
        self._session.said.emit("The training was stopped before there was a model; go on with it to get one.")


def _copied(pixels: PixelArray) -> PixelArray:
    """Copy what is in memory; what is read piece by piece is nothing that is painted on."""
    return np.array(pixels) if isinstance(pixels, np.ndarray) else pixels


def ready_words(name: str, card: ModelCard) -> str:
    """Say that a model can be used."""
    if card.part:
        words = card.training.get("prompt", "")
        return f"Adapter {name!r} is ready, and joined in Generate; its words are {words!r}."
    return f"Model {name!r} is ready, and chosen in Generate."
