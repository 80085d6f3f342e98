"""Brings the worker's messages from their thread to the window's, and never floods it."""

from __future__ import annotations

import threading
from typing import Any

from qtpy.QtCore import QObject, Qt, QTimer, Signal

from synthscope.jobs.messages import (
    CancelledSaid,
    Failed,
    Finished,
    MadeSaid,
    MeasuredSaid,
    Message,
    PreviewSaid,
    ProgressSaid,
    Ready,
    Started,
)
from synthscope.jobs.previews import read_preview

PER_SECOND = 20
"""Progress and pictures that a job may show per second; only the newest of each is kept."""


class WorkerBridge(QObject):
    """Turns messages into signals of the thread it was made in.

    Hand `receive` to whoever speaks from another thread::

        bridge = WorkerBridge()
        worker = WorkerProcess(on_message=bridge.receive)
        bridge.finished.connect(...)

    Order is kept per job: progress that is held back goes before any other message of the same job.

    Signals
    -------
    ready(Ready), started(Started), made(MadeSaid), measured(MeasuredSaid), finished(Finished), failed(Failed),
    cancelled(CancelledSaid)
        Each message, in order.
    progressed(ProgressSaid)
        The newest of each job, at most `PER_SECOND` times a second.
    previewed(str, ndarray, str)
        A job and the newest picture of its work, read from its file, and what it shows.
    ended(str)
        A job that finished, failed or was cancelled, after the signal that says which.
    """

    ready = Signal(object)
    started = Signal(object)
    progressed = Signal(object)
    previewed = Signal(str, object, str)
    made = Signal(object)
    measured = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal(object)
    ended = Signal(str)

    _arrived = Signal()

    def __init__(self, *, parent: QObject | None = None) -> None:
        super().__init__(parent)
        # create
        self._lock = threading.Lock()
        self._inbox: list[Message] = []
        self._held: dict[tuple[str, type], Message] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(1000 // PER_SECOND)
        # connect
        self._timer.timeout.connect(self._release_all)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def receive(self, message: Message) -> None:
        """Take a message from any thread."""
        with self._lock:
            first = not self._inbox
            self._inbox.append(message)
        # One wake-up serves all that comes before the window gets round to it.
        if first:
            self._arrived.emit()

    def _take(self) -> None:
        with self._lock:
            arrived, self._inbox = self._inbox, []
        for message in arrived:
            self._sort(message)

    def _sort(self, message: Message) -> None:
        if isinstance(message, ProgressSaid | PreviewSaid):
            self._held[message.job, type(message)] = message
            if not self._timer.isActive():
                self._timer.start()
            return
        job = getattr(message, "job", "")
        self._release(job)
        for kind, signal in self._signals().items():
            if isinstance(message, kind):
                signal.emit(message)
        if isinstance(message, Finished | Failed | CancelledSaid):
            self.ended.emit(job)

    def _signals(self) -> dict[type, Any]:
        return {
            Ready: self.ready,
            Started: self.started,
            MadeSaid: self.made,
            MeasuredSaid: self.measured,
            Finished: self.finished,
            Failed: self.failed,
            CancelledSaid: self.cancelled,
        }

    def _release_all(self) -> None:
        for job in {job for job, _kind in self._held}:
            self._release(job)

    def _release(self, job: str) -> None:
        for kind in (PreviewSaid, ProgressSaid):
            message = self._held.pop((job, kind), None)
            if isinstance(message, ProgressSaid):
                self.progressed.emit(message)
            elif isinstance(message, PreviewSaid):
                pixels = read_preview(message.path)
                if pixels is not None:
                    self.previewed.emit(job, pixels, message.text)
