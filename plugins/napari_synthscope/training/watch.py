"""Keeps the view of a training true: that of the model that is looked at, live while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject

from napari_synthscope.session.folder_desk import OPEN_STATES
from napari_synthscope.training.training_view import TrainingView
from synthscope.qt.job_card import JobRow
from synthscope.records.events import Measured
from synthscope.services.curves import read_curves
from synthscope.services.models import ModelRow
from synthscope.services.training import can_resume

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from napari_synthscope.training.models_card import ModelsCard


class TrainWatch(QObject):
    """Joins the list of models, the trainings of a session and the view."""

    def __init__(self, session: Session, models: ModelsCard) -> None:
        super().__init__(models)
        self._session = session
        self._models = models
        self._folder: Path | None = None
        self.view = TrainingView()
        # connect
        trainings = session.trainings
        models.chosen.connect(self._look)
        trainings.measured.connect(self._on_measured)
        trainings.progressed.connect(self._on_progress)
        trainings.changed.connect(self.refresh)
        self.view.resume_pressed.connect(self._resume)

    def refresh(self) -> None:
        """Read the curves of the shown training again, off the window's thread."""
        folder = self._folder
        if folder is None:
            self.view.show_training("", ())
            return
        self._session.errands.run(
            lambda: read_curves(folder), lambda points: self._show(folder, points), self._session.said.emit
        )

    def _look(self, row: ModelRow | None) -> None:
        folder = None if row is None else row.folder
        if folder != self._folder:
            self._folder = folder
            self.refresh()

    def _show(self, folder: Path, points: tuple[Measured, ...]) -> None:
        if folder != self._folder:
            return
        job = self._session.trainings.job_of(folder)
        live = job is not None and job.state in OPEN_STATES
        waits = job is not None and not live and can_resume(folder)
        failure = job.error if job is not None and job.state == "failed" else ""
        self.view.show_training(folder.name, points, live=live, resumable=waits, failure=failure)

    def _on_measured(self, folder: Path, point: Measured) -> None:
        if folder == self._folder:
            self.view.add(point)

    def _on_progress(self, row: JobRow) -> None:
        running = self._session.work.job(row.id)
        if row.preview is not None and self._session.trainings.folder_of(running) == self._folder:
            self.view.show_samples(row.preview, row.caption)

    def _resume(self) -> None:
        job = None if self._folder is None else self._session.trainings.job_of(self._folder)
        if job is not None:
            self._session.trainings.resume(job)
