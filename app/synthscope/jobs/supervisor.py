"""The window's side: keeps one worker process, gives it jobs, survives its death."""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
import uuid
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from synthscope.jobs.messages import (
    Cancel,
    CancelledSaid,
    Failed,
    Finished,
    Message,
    PreviewSaid,
    Quit,
    Ready,
    Submit,
)
from synthscope.jobs.previews import PreviewSweeper
from synthscope.jobs.process import LastWords, Process, describe_end, worker_command

_LOG = logging.getLogger(__name__)
GRACE_SECONDS = 5.0
WORDS_IN_DETAILS = 60


class WorkerProcess:
    """One worker at a time, started when the first job comes and again after it was lost.

    Nothing here blocks but `close`; all methods may be called from any thread.

    Parameters
    ----------
    command : sequence of str, optional
        What to start, to which ``--scratch FOLDER`` is added; the program's own worker by default.
    on_message : callable
        Called with each message of the worker, in order, on a thread of the worker's (a cancelled job that
        had not begun is told on the caller's). It may call every method but `close`.
    scratch : Path, optional
        Folder for previews, kept when this closes; a temporary one by default, removed then.
    """

    def __init__(
        self,
        command: Sequence[str] | None = None,
        on_message: Callable[[Message], None] = lambda _message: None,
        scratch: Path | None = None,
    ) -> None:
        self._own_scratch = scratch is None
        self.scratch = Path(tempfile.mkdtemp(prefix="synthscope-")) if scratch is None else Path(scratch)
        self.scratch.mkdir(parents=True, exist_ok=True)
        self._command = (*(command or worker_command()), "--scratch", str(self.scratch))
        self._on_message = on_message
        self._lock = threading.Lock()
        self._waiting: deque[Submit] = deque()
        self._running: Submit | None = None
        self._cancelled = False
        self._process: Process | None = None
        self._closed = False
        self._words = LastWords()
        self._sweeper = PreviewSweeper()
        self.broken = False
        """Whether the last process ended before it was ready: starting another will hardly help."""

    @property
    def capabilities(self) -> Mapping[str, Any] | None:
        """What the worker said of itself; None while there is none."""
        process = self._process
        return None if process is None or process.ready is None else process.ready.capabilities

    @property
    def pid(self) -> int | None:
        """The process that is there now."""
        process = self._process
        return None if process is None or process.ready is None else process.ready.pid

    def diagnostics(self) -> str:
        """Give the newest lines that workers wrote to standard error."""
        return self._words.text()

    def submit(self, kind: str, payload: Mapping[str, Any], job: str = "") -> str:
        """Have a job done after those that wait; gives its id (a new one unless told)."""
        submit = Submit(job or uuid.uuid4().hex, kind, payload)
        with self._lock:
            if not self._closed:
                self._waiting.append(submit)
                self._go_on()
        return submit.job

    def cancel(self, job: str, grace_seconds: float = GRACE_SECONDS) -> None:
        """Stop a job: at its next step, or by ending the process after the grace time.

        In both cases `CancelledSaid` follows, unless the job ended first. An unknown job is no error: it
        may have ended a moment ago.
        """
        with self._lock:
            waiting = next((s for s in self._waiting if s.job == job), None)
            if waiting is not None:
                self._waiting.remove(waiting)
            elif self._running is not None and self._running.job == job and self._process is not None:
                self._stop(self._process, self._running, grace_seconds)
        if waiting is not None:
            self._tell(CancelledSaid(job))

    def close(self, seconds: float = GRACE_SECONDS) -> None:
        """Stop what runs and end the process, by force after so many seconds; nothing is told any more."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            process = self._process
        if process is not None:
            process.send(Quit())
            process.hang_up()
            if not process.join(seconds):
                process.kill()
                process.join(seconds)
        self._sweeper.clear(self.scratch)
        if self._own_scratch:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def _stop(self, process: Process, running: Submit, grace_seconds: float) -> None:
        self._cancelled = True
        process.send(Cancel(running.job))
        timer = threading.Timer(grace_seconds, self._give_up, (process, running))
        timer.daemon = True
        timer.start()

    def _give_up(self, process: Process, submit: Submit) -> None:
        with self._lock:
            if self._running is submit and self._process is process:
                process.kill()

    def _go_on(self) -> None:
        """Give the next job to a worker that is free, or start one; the lock is held."""
        if self._running is not None or not self._waiting:
            return
        if self._process is None:
            self._process = Process(self._command, self._words, self._heard, self._ended)
            self._process.start()
        elif self._process.ready is not None and not self._process.doomed:
            self._running = self._waiting.popleft()
            self._cancelled = False
            self._process.send(self._running)

    def _heard(self, message: Message) -> None:
        if isinstance(message, PreviewSaid):
            self._sweeper.arrived(Path(message.path))
        self._tell(message)
        if not isinstance(message, Ready | Finished | Failed | CancelledSaid):
            return
        with self._lock:
            if self._running is not None and getattr(message, "job", "") == self._running.job:
                self._running = None
            self._go_on()

    def _ended(self, process: Process, status: int | None) -> None:
        with self._lock:
            lost, self._running = self._running, None
            if lost is None and process.ready is None and self._waiting:
                lost, self._cancelled = self._waiting.popleft(), False
        self.broken = process.ready is None
        self._sweeper.clear(self.scratch)
        if lost is not None:
            self._tell(self._obituary(lost, process, status))
        with self._lock:
            self._process = None
            self._go_on()

    def _obituary(self, lost: Submit, process: Process, status: int | None) -> Message:
        if self._cancelled:
            return CancelledSaid(lost.job)
        began = process.ready is not None
        error = "WorkerLost" if began else "Unavailable"
        sentence = describe_end(status, lost.kind)
        if not began and status is not None:
            sentence = (
                f"The worker process ended while it started (exit status {status}); see the details, and "
                "repair the installation."
            )
        return Failed(lost.job, sentence, self._words.text(WORDS_IN_DETAILS), error)

    def _tell(self, message: Message) -> None:
        if self._closed:
            return
        try:
            self._on_message(message)
        except Exception:  # noqa: BLE001 - a listener's fault must not leave the worker unheard
            _LOG.exception("A listener failed on %s", type(message).__name__)
