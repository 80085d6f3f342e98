"""The evaluations of a session: begun from a recipe, followed while they run, found again afterwards."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_synthscope.session.report_lines import ReportLine, list_reports
from napari_synthscope.session.work_desk import in_project
from synthscope.errors import DocumentError, FileError, SynthscopeError
from synthscope.io.faults import writing_faults
from synthscope.jobs.messages import MadeSaid
from synthscope.jobs.rows import QueuedJob
from synthscope.qt.job_card import JobRow
from synthscope.records.documents import digest, from_json
from synthscope.records.evaluation import EvaluationRecipe, Report, Score
from synthscope.records.request import Input

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from synthscope.services.project import Project

KIND = "evaluate"
REPORTS = "reports"
OPEN_STATES = ("waiting", "running")
Draft = Callable[["Project"], tuple[EvaluationRecipe, Sequence[tuple[Input, Any]]]]
"""Makes a recipe beside the window, and says which layer each of its images came from."""


class EvaluateDesk(QObject):
    """Begins evaluations and says what becomes of them; each is known by the folder of its report.

    Signals
    -------
    began(Path)
        An evaluation was written down and queued.
    scored(Path, Score)
        Another number is known.
    progressed(JobRow)
        The running one is further.
    ended(Path, QueuedJob)
        It has ended, well or not.
    ready(Path, Report)
        A report was read.
    looked_at(Path)
        Somebody wants to see the report in a folder.
    listed()
        The list of reports is another.
    changed()
        One began, waits, runs or ended.
    failed(SynthscopeError)
        One could not be begun.
    """

    began = Signal(object)
    scored = Signal(object, object)
    progressed = Signal(object)
    ended = Signal(object, object)
    ready = Signal(object, object)
    looked_at = Signal(object)
    listed = Signal()
    changed = Signal()
    failed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._heard: object = None
        self._folders: dict[str, Path] = {}
        self._layers: dict[str, weakref.ref[Any]] = {}
        self._lines: tuple[ReportLine, ...] = ()
        self._known: dict[Path, list[Score]] = {}

    @property
    def lines(self) -> tuple[ReportLine, ...]:
        """The reports as they were listed last, newest first."""
        return self._lines

    def listen(self) -> None:
        """Hear of the work of the open project, also of evaluations that were begun before."""
        work = self._session.work
        if self._heard is not work:
            self._heard = work
            self._folders = {}
            work.progressed.connect(self._on_progress)
            work.made.connect(self._on_made)
            work.ended.connect(self._on_ended)
            work.changed.connect(self.changed)

    def begin(self, draft: Draft, title: str) -> None:
        """Write an evaluation down and have it done; `began` follows, or `failed`.

        Parameters
        ----------
        draft : callable
            Called on another thread: voxels that no file holds are kept in the project there.
        """
        session = self._session
        project = session.project
        self.listen()

        def write() -> tuple[Path, Sequence[tuple[Input, Any]]]:
            from synthscope.services.evaluation.evaluating import begin_evaluation

            recipe, layers = draft(project)
            folder = _new_folder(project.folder / REPORTS, recipe)
            begin_evaluation(folder, recipe)
            return folder, layers

        session.errands.run(write, lambda made: self._queue(made[0], made[1], title), self.failed.emit)

    def read(self, folder: Path) -> None:
        """Read a report, off the window's thread; `ready` follows."""

        def work() -> Report:
            from synthscope.services.reporting.document import read_report

            return read_report(folder)

        self._session.errands.run(work, lambda report: self.ready.emit(folder, report), self._session.said.emit)

    def refresh(self) -> None:
        """List the reports of the project again, off the window's thread; `listed` follows."""
        if not self._session.has_project:
            self._list(())
            return
        folder = self._session.project.folder / REPORTS
        self._session.errands.run(lambda: list_reports(folder), self._list, self._session.said.emit)

    def scores_of(self, folder: Path) -> tuple[Score, ...]:
        """Give the numbers that are known of an evaluation that runs."""
        return tuple(self._known.get(folder, ()))

    def layer_of(self, source: Input) -> Any | None:
        """Give the layer that an image of a recipe came from, if it is still there."""
        held = self._layers.get(digest(source))
        layer = held() if held is not None else None
        return layer if layer is not None and layer in self._session.viewer.layers else None

    def hold(self, source: Input, layer: Any) -> None:
        """Remember which layer shows an image of a recipe."""
        self._layers[digest(source)] = weakref.ref(layer)

    def open_jobs(self) -> tuple[QueuedJob, ...]:
        """Give the evaluations that wait or run, the running one first."""
        found = [job for job in self._jobs() if job.state in OPEN_STATES]
        return tuple(sorted(found, key=lambda job: job.state != "running"))

    def row(self) -> JobRow | None:
        """Give how far the running evaluation is, or that it waits for its turn."""
        jobs = self.open_jobs()
        if not jobs:
            return None
        return next((row for row in self._session.work.rows() if row.id == jobs[0].id), None)

    def folder_of(self, job: QueuedJob) -> Path:
        """Give the folder of the report that a job makes, in the project as it lies now."""
        return Path(str(in_project(self._session.project.folder, job.payload).get("folder", "")))

    def look_at(self, folder: Path) -> None:
        """Show the report in a folder, where reports are shown."""
        self.looked_at.emit(folder)

    def cancel(self) -> None:
        """End the evaluation that runs or waits; the numbers that are known stay in sight."""
        jobs = self.open_jobs()
        if jobs:
            self._session.work.cancel(jobs[0].id)

    def _queue(self, folder: Path, layers: Sequence[tuple[Input, Any]], title: str) -> None:
        for source, layer in layers:
            if layer is not None:
                self.hold(source, layer)
        session = self._session
        payload = {"folder": str(folder), "project": str(session.project.folder)}
        try:
            session.work.add(KIND, payload, title)
        except SynthscopeError as error:
            self.failed.emit(error)
            return
        self.began.emit(folder)

    def _jobs(self) -> list[QueuedJob]:
        if not self._session.has_project:
            return []
        return [job for job in self._session.work.jobs() if job.kind == KIND]

    def _folder(self, job: str) -> Path | None:
        """Find the folder that a job fills; news come often, and the queue is asked once per job."""
        if job not in self._folders:
            self._folders |= {one.id: self.folder_of(one) for one in self._jobs()}
        return self._folders.get(job)

    def _list(self, lines: tuple[ReportLine, ...]) -> None:
        if lines != self._lines:
            self._lines = lines
            self.listed.emit()

    def _on_progress(self, row: JobRow) -> None:
        if self._folder(row.id) is not None:
            self.progressed.emit(row)

    def _on_made(self, message: MadeSaid) -> None:
        folder = self._folder(message.job) if message.kind == "score" else None
        score = None if folder is None else _score(message.document)
        if folder is not None and score is not None:
            self._known.setdefault(folder, []).append(score)
            self.scored.emit(folder, score)

    def _on_ended(self, job: Any) -> None:
        if job.kind == KIND:
            folder = self.folder_of(job)
            self.ended.emit(folder, job)
            self._known.pop(folder, None)
            self.refresh()


def _score(document: Mapping[str, Any]) -> Score | None:
    """Read a number that came while the work goes on; one that cannot be read is in the report all the same."""
    try:
        return from_json(Score, dict(document))
    except DocumentError:
        return None


def _new_folder(parent: Path, recipe: EvaluationRecipe) -> Path:
    """Make the folder of a report, named by the time and by what is asked for."""
    stem = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{digest(recipe)[:6]}"
    for number in range(1, 1000):
        folder = parent / (stem if number == 1 else f"{stem}-{number}")
        with writing_faults(folder):
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
        return folder
    raise FileError(f"{parent} holds a thousand reports named {stem}; clear some.")
