"""The work of one project: its queue, the worker process, and what the window sees of both."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qtpy.QtCore import QObject, Signal

from synthscope.jobs.messages import CancelledSaid, Failed, Finished, ProgressSaid, Started
from synthscope.jobs.queue import JobQueue
from synthscope.jobs.rows import QueuedJob
from synthscope.jobs.supervisor import WorkerProcess
from synthscope.qt.job_card import JobRow
from synthscope.qt.worker_bridge import WorkerBridge


class WorkDesk(QObject):
    """Gives the worker one job of the queue after the other and keeps the queue true.

    Signals
    -------
    changed()
        A job came, went or stands elsewhere.
    progressed(JobRow)
        The running job is further.
    made(MadeSaid)
        A job has put something finished on the disk.
    ended(QueuedJob)
        A job is done, failed or cancelled.
    """

    changed = Signal()
    progressed = Signal(object)
    made = Signal(object)
    ended = Signal(object)

    def __init__(self, queue_path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = JobQueue(queue_path)
        self._bridge = WorkerBridge(parent=self)
        self._worker = WorkerProcess(on_message=self._bridge.receive)
        self._running = ""
        self._begun = 0.0
        self._row: JobRow | None = None
        self._connect()

    @property
    def bridge(self) -> WorkerBridge:
        """The worker's messages as signals."""
        return self._bridge

    @property
    def worker_pid(self) -> int | None:
        """The worker process, while there is one."""
        return self._worker.pid

    @property
    def remark(self) -> str:
        """A sentence about the queue's file, where it had to be mended."""
        return self._queue.remark

    def add(self, kind: str, payload: Mapping[str, Any], title: str) -> str:
        """Put work behind what waits and give its id."""
        job = self._queue.add(kind, payload, title)
        self._go_on()
        return job

    def job(self, job: str) -> QueuedJob:
        """Give a job of the queue."""
        return self._queue.get(job)

    def jobs(self) -> tuple[QueuedJob, ...]:
        """Give all jobs in their order."""
        return self._queue.list()

    def rows(self) -> tuple[JobRow, ...]:
        """Give all jobs as a job list shows them."""
        return tuple(self._row_of(job) for job in self._queue.list())

    def cancel(self, job: str) -> None:
        """Stop a job; what it has finished is kept."""
        if job == self._running:
            self._worker.cancel(job)
        else:
            self._queue.cancel(job)
            self.ended.emit(self._queue.get(job))
            self.changed.emit()

    def retry(self, job: str) -> None:
        """Let an ended job wait again; a run makes only the candidates that are missing."""
        self._queue.retry(job)
        self._go_on()

    def resume(self, job: str) -> None:
        """Take an interrupted job up again."""
        self._queue.resume(job)
        self._go_on()

    def discard(self, job: str) -> None:
        """Give an interrupted job up."""
        self._queue.discard(job)
        self.changed.emit()

    def move(self, job: str, by: int) -> None:
        """Let a waiting job come earlier (-1) or later (+1)."""
        (self._queue.move_up if by < 0 else self._queue.move_down)(job)
        self.changed.emit()

    def clear(self) -> None:
        """Take ended jobs off the list."""
        self._queue.remove_finished()
        self.changed.emit()

    def close(self) -> None:
        """End the worker; a job that runs is interrupted and can be resumed at the next opening."""
        self._worker.close()
        self._queue.close()

    def _connect(self) -> None:
        self._bridge.started.connect(self._on_started)
        self._bridge.progressed.connect(self._on_progress)
        self._bridge.previewed.connect(self._on_preview)
        self._bridge.made.connect(self.made)
        self._bridge.finished.connect(self._on_finished)
        self._bridge.failed.connect(self._on_failed)
        self._bridge.cancelled.connect(self._on_cancelled)

    def _go_on(self) -> None:
        following = None if self._running else self._queue.next_waiting()
        if following is not None:
            self._queue.mark_running(following.id)
            self._running, self._begun = following.id, time.monotonic()
            self._row = JobRow(following.id, following.title, "running", text="starting")
            self._worker.submit(following.kind, following.payload, following.id)
        self.changed.emit()

    def _on_started(self, message: Started) -> None:
        self._begun = time.monotonic()
        del message

    def _on_progress(self, message: ProgressSaid) -> None:
        if self._row is not None and message.job == self._running:
            spent = time.monotonic() - self._begun
            share = message.fraction
            left = spent * (1 - share) / share if share > 0.02 and spent > 1 else None
            self._row = replace(self._row, fraction=share or None, text=message.text, remaining=left)
            self.progressed.emit(self._row)

    def _on_preview(self, job: str, pixels: Any) -> None:
        if self._row is not None and job == self._running:
            self._row = replace(self._row, preview=_plane(pixels))
            self.progressed.emit(self._row)

    def _on_finished(self, message: Finished) -> None:
        self._queue.mark_done(message.job, message.result)
        self._end(message.job)

    def _on_failed(self, message: Failed) -> None:
        self._queue.mark_failed(message.job, message.sentence, message.details)
        self._end(message.job)

    def _on_cancelled(self, message: CancelledSaid) -> None:
        self._queue.mark_cancelled(message.job)
        self._end(message.job)

    def _end(self, job: str) -> None:
        if job == self._running:
            self._running, self._row = "", None
        self.ended.emit(self._queue.get(job))
        self._go_on()

    def _row_of(self, job: QueuedJob) -> JobRow:
        if self._row is not None and job.id == self._running:
            return self._row
        return JobRow(job.id, job.title, job.state, error=job.error, details=job.details)


def _plane(pixels: Any) -> Any:
    """Take one slice of a preview (Z, Y, X, C) or (Y, X, C), as grey or colours."""
    block = pixels if pixels.ndim == 3 else pixels[pixels.shape[0] // 2]
    return block if block.shape[-1] in (3, 4) else block[..., 0]
