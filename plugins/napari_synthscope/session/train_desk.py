"""The trainings of a session: begun from a recipe, followed while they run, found again afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_synthscope.session.model_lines import title_of
from napari_synthscope.session.run_desk import as_seen
from napari_synthscope.session.work_desk import in_project
from synthscope.errors import SynthscopeError
from synthscope.imaging.regions import whole
from synthscope.io.models import read_card
from synthscope.jobs.messages import MadeSaid, MeasuredSaid
from synthscope.jobs.rows import QueuedJob
from synthscope.qt.job_card import JobRow
from synthscope.records.events import Measured
from synthscope.records.image import Image
from synthscope.records.model import ModelCard
from synthscope.records.training import TrainingRecipe
from synthscope.services.models import MODELS

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

KIND = "train"
OPEN_STATES = ("waiting", "running")


class TrainDesk(QObject):
    """Begins trainings and says what becomes of them; each is known by the folder of its model.

    Signals
    -------
    began(Path)
        A training was written down and queued.
    measured(Path, Measured)
        Another point of its curves.
    progressed(JobRow)
        The running one is further, or has another picture of samples.
    made(Path)
        There is a first model in the folder, or a better one.
    ended(Path, QueuedJob)
        It has ended, well or not.
    ready(Path)
        Its model can be used, and is the one that Generate uses from now on.
    looked_at(Path)
        Somebody wants to see the training of the model in a folder.
    changed()
        One began, waits, runs or ended.
    failed(SynthscopeError)
        One could not be begun.
    """

    began = Signal(object)
    measured = Signal(object, object)
    progressed = Signal(object)
    made = Signal(object)
    ended = Signal(object, object)
    ready = Signal(object)
    looked_at = Signal(object)
    changed = Signal()
    failed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._heard: object = None
        self._folders: dict[str, Path] = {}

    def listen(self) -> None:
        """Hear of the work of the open project, also of trainings that were begun before."""
        work = self._session.work
        if self._heard is not work:
            self._heard = work
            self._folders = {}
            work.measured.connect(self._on_measured)
            work.progressed.connect(self._on_progress)
            work.made.connect(self._on_made)
            work.ended.connect(self._on_ended)
            work.changed.connect(self.changed)

    def begin(self, recipe: TrainingRecipe, images: Sequence[Image]) -> None:
        """Write a training down and have it done; `began` follows, or `failed`.

        Voxels that no file holds as they are seen are kept in the project, on another thread.
        """
        session = self._session
        project = session.project
        self.listen()

        def write() -> Path:
            from synthscope.services.training import begin_training

            seen = [as_seen(image, whole(image.shape)) for image in images]
            inputs = tuple(project.add_source(image) for image in seen)
            folder = project.models_folder / recipe.name
            begin_training(folder, replace(recipe, images=inputs), seen)
            return folder

        session.errands.run(write, lambda folder: self._queue(folder, recipe), self.failed.emit)

    def job_of(self, folder: Path) -> QueuedJob | None:
        """Give the newest job that trains the model in a folder, while the list has it."""
        found = [job for job in self._jobs() if self.folder_of(job) == folder]
        return found[-1] if found else None

    def open_jobs(self) -> tuple[QueuedJob, ...]:
        """Give the trainings that wait or run, the running one first."""
        found = [job for job in self._jobs() if job.state in OPEN_STATES]
        return tuple(sorted(found, key=lambda job: job.state != "running"))

    def row(self) -> JobRow | None:
        """Give how far the running training is, or that it waits for its turn."""
        jobs = self.open_jobs()
        if not jobs:
            return None
        return next((row for row in self._session.work.rows() if row.id == jobs[0].id), None)

    def folder_of(self, job: QueuedJob) -> Path:
        """Give the folder of the model that a job trains, in the project as it lies now."""
        return Path(str(in_project(self._session.project.folder, job.payload).get("folder", "")))

    def look_at(self, folder: Path) -> None:
        """Show the training of the model in a folder, where trainings are shown."""
        self.looked_at.emit(folder)

    def keep(self) -> None:
        """End the training that runs or waits: the model so far is kept."""
        jobs = self.open_jobs()
        if jobs:
            self._session.work.cancel(jobs[0].id)

    def resume(self, job: QueuedJob) -> None:
        """Go on with a training that was interrupted, stopped or has failed."""
        work = self._session.work
        (work.resume if job.state == "interrupted" else work.retry)(job.id)

    def _queue(self, folder: Path, recipe: TrainingRecipe) -> None:
        session = self._session
        payload = {"folder": str(folder), "project": str(session.project.folder)}
        try:
            session.work.add(KIND, payload, f"Train {title_of(recipe.generator)}: {recipe.name}")
        except SynthscopeError as error:
            self.failed.emit(error)
            return
        self.began.emit(folder)

    def _jobs(self) -> list[QueuedJob]:
        if not self._session.has_project:
            return []
        return [job for job in self._session.work.jobs() if job.kind == KIND]

    def _folder(self, job: str) -> Path | None:
        """Find the folder that a job trains; news come often, and the queue is asked once per job."""
        if job not in self._folders:
            self._folders |= {one.id: self.folder_of(one) for one in self._jobs()}
        return self._folders.get(job)

    def _on_measured(self, message: MeasuredSaid) -> None:
        folder = self._folder(message.job)
        if folder is not None:
            self.measured.emit(folder, Measured(message.step, message.values))

    def _on_progress(self, row: JobRow) -> None:
        if self._folder(row.id) is not None:
            self.progressed.emit(row)

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
        self._session.models.want(card.generator, f"{MODELS}/{folder.name}")
        self.ready.emit(folder)

    def _say_none(self, _error: SynthscopeError) -> None:
        self._session.said.emit("The training was stopped before there was a model; go on with it to get one.")


def ready_words(name: str) -> str:
    """Say that a model can be used."""
    return f"Model {name!r} is ready, and chosen in Generate."
