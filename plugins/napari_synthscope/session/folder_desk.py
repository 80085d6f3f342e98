"""Work of a session that fills a folder of its project: queued, followed while it runs, found again afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_synthscope.session.work_desk import in_project
from synthscope.errors import SynthscopeError
from synthscope.jobs.rows import QueuedJob
from synthscope.qt.job_card import JobRow

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

OPEN_STATES = ("waiting", "running")


class FolderDesk(QObject):
    """Queues work of one kind and says what becomes of it; each piece is known by the folder that it fills.

    Signals
    -------
    began(Path)
        A piece was written down and queued.
    progressed(JobRow)
        The running one is further.
    ended(Path, QueuedJob)
        It has ended, well or not.
    looked_at(Path)
        Somebody wants to see what is in a folder.
    changed()
        One began, waits, runs or ended.
    failed(SynthscopeError)
        One could not be begun.
    retried()
        One that had failed waits or runs again: what was said of its failure holds no more.
    """

    began = Signal(object)
    progressed = Signal(object)
    ended = Signal(object, object)
    looked_at = Signal(object)
    changed = Signal()
    failed = Signal(object)
    retried = Signal()

    def __init__(self, session: Session, kind: str) -> None:
        super().__init__(session)
        self._session = session
        self._kind = kind
        self._heard: object = None
        self._folders: dict[str, Path] = {}
        self._fallen: set[str] = set()

    def listen(self) -> None:
        """Hear of the work of the open project, also of what was begun before."""
        work = self._session.work
        if self._heard is not work:
            self._heard = work
            self._folders, self._fallen = {}, set()
            work.progressed.connect(self._on_progress)
            work.made.connect(self._on_made)
            work.ended.connect(self._on_ended)
            work.changed.connect(self.changed)
            work.changed.connect(self._look_for_retried)
            self._listen_more(work)

    def open_jobs(self) -> tuple[QueuedJob, ...]:
        """Give what waits or runs, the running one first."""
        found = [job for job in self._jobs() if job.state in OPEN_STATES]
        return tuple(sorted(found, key=lambda job: job.state != "running"))

    def running(self) -> set[Path]:
        """Give the folders of what waits or runs."""
        return {self.folder_of(job) for job in self.open_jobs()}

    def row(self) -> JobRow | None:
        """Give how far the running one is, or that it waits for its turn."""
        jobs = self.open_jobs()
        if not jobs:
            return None
        return next((row for row in self._session.work.rows() if row.id == jobs[0].id), None)

    def folder_of(self, job: QueuedJob) -> Path:
        """Give the folder that a job fills, in the project as it lies now."""
        return Path(str(in_project(self._session.project.folder, job.payload).get("folder", "")))

    def job_of(self, folder: Path) -> QueuedJob | None:
        """Give the newest job that fills a folder, while the list has it."""
        found = [job for job in self._jobs() if self.folder_of(job) == folder]
        return found[-1] if found else None

    def look_at(self, folder: Path) -> None:
        """Show what is in a folder, where such things are shown."""
        self.looked_at.emit(folder)

    def _cancel(self) -> None:
        """End the one that runs or waits."""
        jobs = self.open_jobs()
        if jobs:
            self._session.work.cancel(jobs[0].id)

    def _add(self, folder: Path, title: str) -> None:
        """Have the work of a folder done; `began` follows, or `failed`."""
        session = self._session
        payload = {"folder": str(folder), "project": str(session.project.folder)}
        try:
            session.work.add(self._kind, payload, title)
        except SynthscopeError as error:
            self.failed.emit(error)
            return
        self.began.emit(folder)

    def _jobs(self) -> list[QueuedJob]:
        if not self._session.has_project:
            return []
        return [job for job in self._session.work.jobs() if job.kind == self._kind]

    def _folder(self, job: str) -> Path | None:
        """Find the folder that a job fills; news come often, and the queue is asked once per job."""
        if job not in self._folders:
            self._folders |= {one.id: self.folder_of(one) for one in self._jobs()}
        return self._folders.get(job)

    def _look_for_retried(self) -> None:
        failed = {job.id for job in self._jobs() if job.state == "failed"}
        again = self._fallen - failed
        self._fallen = failed
        if again & {job.id for job in self.open_jobs()}:
            self.retried.emit()

    def _on_progress(self, row: JobRow) -> None:
        if self._folder(row.id) is not None:
            self.progressed.emit(row)

    def _listen_more(self, work: Any) -> None:
        """Connect what only this kind of work tells."""

    def _on_made(self, message: Any) -> None:
        """Take what the work made."""

    def _on_ended(self, job: Any) -> None:
        """Take that a job, of any kind, has ended."""
