"""Work of the Open panel beside the window: looking at files, reading them, simulating samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from qtpy.QtCore import QObject, QRunnable, QThreadPool, Signal

from synthscope.errors import SynthscopeError
from synthscope.records.events import Job, Progress

T = TypeVar("T")


class OpeningThread(QObject):
    """Runs one piece of work at a time in a thread, and answers in the window's thread.

    Only the newest work answers: what was started before it is left to end unheard.

    Signals
    -------
    progressed(Progress)
        From work that is a job.
    done(object)
        The result.
    failed(SynthscopeError)
        The work could not be done; other errors go the way of all unforeseen errors.
    """

    progressed = Signal(object)
    done = Signal(object)
    failed = Signal(object)

    _said = Signal(int, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._then: Callable[[Any], None] | None = None
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._said.connect(self._hear)

    @property
    def busy(self) -> bool:
        """Whether work is under way whose answer is awaited."""
        return self._then is not None

    def start(self, work: Callable[[], T] | Callable[[], Job[T]], then: Callable[[T], None]) -> None:
        """Begin work; `then` is called with its result, in this thread.

        Parameters
        ----------
        work : callable
            Gives the result, or a job whose result it is.
        then : callable
            Takes the result.
        """
        self._number += 1
        self._then = then
        self._pool.start(_Task(self._number, work, self._said, self._is_current))

    def forget(self) -> None:
        """Let no work answer any more; a job stops at its next step."""
        self._number += 1
        self._then = None

    def finish(self) -> None:
        """Forget the work and wait until its thread has ended."""
        self.forget()
        self._pool.waitForDone()

    def _is_current(self, number: int) -> bool:
        return number == self._number

    def _hear(self, number: int, kind: str, value: object) -> None:
        if not self._is_current(number):
            return
        if kind == "progress":
            self.progressed.emit(value)
            return
        then, self._then = self._then, None
        if kind == "failed":
            self.failed.emit(value)
        elif kind == "broke":
            raise value  # type: ignore[misc]
        elif then is not None:
            then(value)
            self.done.emit(value)


class _Task(QRunnable):
    """One piece of work in the pool's thread."""

    def __init__(self, number: int, work: Callable[[], Any], said: Any, current: Callable[[int], bool]) -> None:
        super().__init__()
        self._number = number
        self._work = work
        self._said = said
        self._current = current

    def run(self) -> None:
        """Do the work and say how it ended."""
        try:
            result = self._work()
            if hasattr(result, "send"):
                result = self._drain(result)
            self._say("done", result)
        except SynthscopeError as error:
            self._say("failed", error)
        except Exception as error:  # noqa: BLE001 - handed to the window's thread, which raises it again
            self._say("broke", error)

    def _drain(self, job: Job[T]) -> T | None:
        while self._current(self._number):
            try:
                event = next(job)
            except StopIteration as stop:
                result: T = stop.value
                return result
            if isinstance(event, Progress):
                self._say("progress", event)
        job.close()
        return None

    def _say(self, kind: str, value: object) -> None:
        try:
            self._said.emit(self._number, kind, value)
        except RuntimeError:  # the window was closed meanwhile and its objects are gone
            return
