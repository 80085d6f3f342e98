"""The work of one project as the window sees it: jobs, their progress, what they make."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from qtpy.QtCore import QObject, Signal

from synthscope.jobs.dispatcher import Dispatcher, Held, News, QueueChanged
from synthscope.jobs.messages import Ending, Finished, ProgressSaid, Started
from synthscope.jobs.queue import JobQueue
from synthscope.jobs.rows import QueuedJob
from synthscope.jobs.supervisor import GRACE_SECONDS
from synthscope.qt.job_card import JobRow
from synthscope.qt.worker_bridge import WorkerBridge
from synthscope.records.device import Device, devices_of

ESTIMATED_FROM = 0.02
"""The part of a job that must be done before its remaining time is told."""


PARTS = ("runs", "models", "reports", "studies", "families", "lineups", "found-masks")
"""Of a project: where the folder that a job fills may lie."""


class WorkDesk(QObject):
    """The durable queue and the worker process, heard on the window's thread.

    Work that an earlier end of the program interrupted is not begun again by itself: it is listed,
    and everything waits until somebody resumes or discards it, or asks for something new.

    Signals
    -------
    changed()
        A job came, went or stands elsewhere.
    progressed(JobRow)
        The running job is further.
    made(MadeSaid)
        A job has put something finished on the disk.
    measured(MeasuredSaid)
        A training has another point of its curves.
    ended(QueuedJob)
        A job is done, failed or cancelled.
    held(str)
        No job is begun any more; the sentence says why, and `start` tries again.
    devices_told(dict)
        The answer to `ask_devices`.
    pictured(str, ndarray)
        A job, also one that was only asked, and a picture of its work.
    answered(Ending)
        How something ended that was only asked.
    """

    changed = Signal()
    progressed = Signal(object)
    made = Signal(object)
    measured = Signal(object)
    ended = Signal(object)
    held = Signal(str)
    devices_told = Signal(object)
    pictured = Signal(str, object)
    answered = Signal(object)

    _news = Signal(object)

    def __init__(self, queue_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._dispatcher = Dispatcher(JobQueue(queue_path), located=partial(in_project, queue_path.parent))
        self._bridge = WorkerBridge(parent=self)
        self._begun = 0.0
        self._row: JobRow | None = None
        self._dismissed: set[str] = set()
        self._asked = ""
        self._devices: tuple[Device, ...] = ()
        self._connect()
        self._dispatcher.listen(self._hear)
        if not self._dispatcher.queue.interrupted():
            self._dispatcher.start()

    @property
    def worker_pid(self) -> int | None:
        """The worker process, while there is one."""
        return self._dispatcher.worker.pid

    @property
    def running(self) -> str:
        """Id of the job that runs now; empty for none."""
        return self._dispatcher.running

    @property
    def scratch(self) -> Path:
        """The folder for what the worker is to see and nobody is to keep; it goes with the work."""
        return self._dispatcher.worker.scratch

    @property
    def remark(self) -> str:
        """A sentence about the queue's file, where it had to be mended."""
        return self._dispatcher.queue.remark

    def add(self, kind: str, payload: Mapping[str, Any], title: str) -> str:
        """Put work behind what waits and give its id."""
        job = self._dispatcher.add(kind, payload, title)
        self._dispatcher.start()
        return job

    def job(self, job: str) -> QueuedJob:
        """Give a job of the queue."""
        return self._dispatcher.queue.get(job)

    def jobs(self) -> tuple[QueuedJob, ...]:
        """Give all jobs in their order."""
        return self._dispatcher.queue.list()

    def rows(self) -> tuple[JobRow, ...]:
        """Give all jobs as a job list shows them."""
        return tuple(self._row_of(job) for job in self.jobs() if job.id not in self._dismissed)

    @property
    def devices(self) -> tuple[Device, ...]:
        """What this computer can compute on, as the worker told last; empty before it was asked."""
        return self._devices

    def ask_devices(self) -> None:
        """Ask the worker, started now if need be, what this computer can compute on."""
        self._asked = self._dispatcher.ask("devices")

    def learn_devices(self) -> tuple[Device, ...]:
        """Give the devices; where none are known and nobody asked yet, the worker is asked: `devices_told` follows."""
        if not self._devices and not self._asked:
            self.ask_devices()
        return self._devices

    def ask(self, kind: str, payload: Mapping[str, Any]) -> str:
        """Have something small done that no list shows, if no job is at work; gives its id, or nothing."""
        return self._dispatcher.ask(kind, payload, idle=True)

    def start(self) -> None:
        """Begin waiting jobs, also after `held`."""
        self._dispatcher.start()

    def cancel(self, job: str, grace_seconds: float = GRACE_SECONDS) -> None:
        """Stop a job, by ending the worker under it after the grace time; what it has finished is kept."""
        self._dispatcher.cancel(job, grace_seconds)

    def retry(self, job: str) -> None:
        """Let an ended job wait again; a run makes only the candidates that are missing."""
        self._dismissed.discard(job)
        self._dispatcher.retry(job)
        self._dispatcher.start()

    def resume(self, *jobs: str) -> None:
        """Take interrupted jobs up again, before all others and in the order given."""
        self._dispatcher.hold()
        try:
            for job in reversed(jobs):
                self._dispatcher.resume(job)
        finally:
            self._dispatcher.start()

    def discard(self, *jobs: str) -> None:
        """Give interrupted jobs up; what they have finished is kept."""
        for job in jobs:
            self._dispatcher.discard(job)
        if not self._dispatcher.queue.interrupted():
            self._dispatcher.start()

    def move(self, job: str, by: int) -> None:
        """Let a waiting job come earlier (-1) or later (+1)."""
        (self._dispatcher.move_up if by < 0 else self._dispatcher.move_down)(job)

    def dismiss(self, job: str) -> None:
        """Take an ended job off the list; the queue forgets them once none is left to be seen."""
        self._dismissed.add(job)
        ended = {one.id for one in self.jobs() if one.ended_already}
        if ended <= self._dismissed:
            self._dispatcher.remove_finished()
        self.changed.emit()

    def close(self) -> None:
        """End the worker; a job that runs is interrupted and can be resumed at the next opening."""
        for speaker in (self, self._bridge):
            speaker.blockSignals(True)  # what is still on its way finds nobody
        self._dispatcher.close(2.0)

    def _connect(self) -> None:
        self._news.connect(self._on_news)
        self._bridge.started.connect(self._on_started)
        self._bridge.progressed.connect(self._on_progress)
        self._bridge.previewed.connect(self._on_preview)
        self._bridge.made.connect(self.made)
        self._bridge.measured.connect(self.measured)
        self._bridge.finished.connect(self._on_finished)
        for signal in (self._bridge.finished, self._bridge.failed, self._bridge.cancelled):
            signal.connect(self._on_ending)

    def _hear(self, news: News) -> None:
        """Take news on any thread."""
        if isinstance(news, QueueChanged | Held):
            self._news.emit(news)
        else:
            self._bridge.receive(news)

    def _on_news(self, news: QueueChanged | Held) -> None:
        if isinstance(news, Held):
            self.held.emit(news.sentence)
        else:
            self.changed.emit()

    def _on_started(self, message: Started) -> None:
        self._begun = time.monotonic()
        title = next((job.title for job in self.jobs() if job.id == message.job), "")
        self._row = JobRow(message.job, title, "running") if title else None
        if title:
            self.changed.emit()

    def _on_progress(self, message: ProgressSaid) -> None:
        if self._row is not None and message.job == self._row.id:
            left = remaining(time.monotonic() - self._begun, message.fraction)
            self._row = replace(self._row, fraction=message.fraction or None, text=message.text, remaining=left)
            self.progressed.emit(self._row)

    def _on_preview(self, job: str, pixels: np.ndarray, caption: str) -> None:
        self.pictured.emit(job, pixels)
        if self._row is not None and job == self._row.id:
            self._row = replace(self._row, preview=middle_plane(pixels), caption=caption)
            self.progressed.emit(self._row)

    def _on_ending(self, message: Ending) -> None:
        if self._row is not None and message.job == self._row.id:
            self._row = None
        if message.job == self._asked:
            self._asked = ""
        found = [job for job in self.jobs() if job.id == message.job]
        for job in found:
            self.ended.emit(job)
        (self.changed.emit if found else partial(self.answered.emit, message))()

    def _on_finished(self, message: Finished) -> None:
        if message.job == self._asked:
            self._devices = devices_of(message.result)
            self.devices_told.emit(message.result)

    def _row_of(self, job: QueuedJob) -> JobRow:
        if self._row is not None and job.id == self._row.id and job.state == "running":
            return self._row
        return JobRow(job.id, job.title, job.state, error=job.error, details=job.details)


def in_project(folder: Path, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Give a payload as it is meant in a project that was moved or copied to `folder`.

    What was queued in one project must never be done in the one that it was copied from.
    """
    found, old = dict(payload), str(payload.get("project") or "")
    if not old or Path(old) == folder:
        return found
    for name, part in (("run", "runs"), ("folder", "models")):
        if name in found:
            above, _, last = str(found[name]).replace("\\", "/").rpartition("/")
            within = above.rpartition("/")[2] if name == "folder" else part
            found[name] = str(folder / (within if within in PARTS else part) / last)
    return found | {"project": str(folder)}


def remaining(spent: float, share: float) -> float | None:
    """Estimate the seconds that are left after `spent` seconds for a `share` of the work."""
    return spent * (1 - share) / share if share > ESTIMATED_FROM and spent > 1 else None


def middle_plane(pixels: np.ndarray) -> np.ndarray:
    """Take the middle slice of a preview (Z, Y, X, C) or (Y, X, C), as grey (Y, X) or colours (Y, X, 3)."""
    plane: np.ndarray = pixels if pixels.ndim == 3 else pixels[pixels.shape[0] // 2]
    return plane if plane.shape[-1] == 3 else plane[..., 0]
