"""Joins the durable queue and the worker: feeds jobs, writes what became of them, tells listeners."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from synthscope.errors import SynthscopeError
from synthscope.jobs.messages import CancelledSaid, Ending, Failed, Finished, Message
from synthscope.jobs.queue import JobQueue
from synthscope.jobs.rows import QueuedJob
from synthscope.jobs.supervisor import GRACE_SECONDS, WorkerProcess

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class QueueChanged:
    """The list looks different: read it again. `job` is the row concerned, empty for several."""

    job: str = ""


@dataclass(frozen=True)
class Held:
    """No job is begun until `Dispatcher.start` is called again; the sentence says why."""

    sentence: str


News: TypeAlias = Message | QueueChanged | Held
Listener: TypeAlias = Callable[[News], None]


class Dispatcher:
    """Gives the worker one queued job after the other.

    It owns the queue and the worker: `close` closes both. All methods may be called from any thread;
    listeners are called on any thread, and may call every method but `close` and `wait`.

    Parameters
    ----------
    queue : JobQueue
        What is to be done. Nothing is begun before `start`: first the program may ask about
        `interrupted` jobs.
    make_worker : callable
        Called with ``on_message=``; gives the worker.
    located : callable
        Gives the payload of a queued job as it is handed to the worker: the queue's folder may have moved
        since the job was written down.
    """

    def __init__(
        self,
        queue: JobQueue,
        make_worker: Callable[..., WorkerProcess] = WorkerProcess,
        located: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
    ) -> None:
        self.queue = queue
        self._located = located
        self.worker = make_worker(on_message=self._receive)
        self._lock = threading.RLock()
        self._settled = threading.Condition(self._lock)
        self._listeners: list[Listener] = []
        self._running = ""
        self._unwritten: Ending | None = None
        self._flowing = False

    @property
    def running(self) -> str:
        """Id of the job that runs now; empty for none."""
        return self._running

    @property
    def flowing(self) -> bool:
        """Whether waiting jobs are begun by themselves."""
        return self._flowing

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with all news from now on; calling what is returned ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            with suppress(ValueError):  # calling it twice is no fault
                self._listeners.remove(listener)

        return stop

    def start(self) -> None:
        """Begin waiting jobs from now on; also after `Held`."""
        held = None
        with self._lock:
            self._flowing = True
            unwritten, self._unwritten = self._unwritten, None
            if unwritten is not None:
                held = self._settle(unwritten)
        if held is not None:
            self._tell(held)
        elif unwritten is not None:
            self._tell(QueueChanged(unwritten.job))
        self._feed()

    def hold(self) -> None:
        """Begin no further job; one that runs goes on."""
        self._flowing = False

    def add(self, kind: str, payload: Mapping[str, Any], title: str = "") -> str:
        """Queue a job; gives its id."""
        job = self.queue.add(kind, payload, title)
        return self._changed(job)

    def ask(self, kind: str, payload: Mapping[str, Any] | None = None, *, idle: bool = False) -> str:
        """Have something small done that no list shows, with `idle` only if nothing queued is at work or next."""
        with self._lock:
            busy = idle and (self._running or (self._flowing and self.queue.next_waiting() is not None))
            return "" if busy else self.worker.submit(kind, payload or {})

    def cancel(self, job: str, grace_seconds: float = GRACE_SECONDS) -> None:
        """Stop a job that runs, or give up one that waits; one that has ended stays as it is."""
        with self._lock:
            states = {row.id: row.state for row in self.queue.list()}
            queued = job in states and job != self._running
            waits = queued and states[job] in ("waiting", "interrupted")
            if waits:
                self.queue.cancel(job)
        if waits:
            self._changed(job)
        elif not queued:
            self.worker.cancel(job, grace_seconds)

    def retry(self, job: str) -> None:
        """Let a failed, cancelled or interrupted job wait again, behind the others."""
        self.queue.retry(job)
        self._changed(job)

    def resume(self, job: str) -> None:
        """Let an interrupted job wait again, before the others."""
        self.queue.resume(job)
        self._changed(job)

    def discard(self, job: str) -> None:
        """Give an interrupted job up."""
        self.queue.discard(job)
        self._changed(job)

    def move_to(self, job: str, place: int) -> None:
        """Let a waiting job be the `place`-th of those that wait, 0 being next."""
        self.queue.move_to(job, place)
        self._changed(job)

    def move_up(self, job: str) -> None:
        """Let a waiting job come one place earlier."""
        self.queue.move_up(job)
        self._changed(job)

    def move_down(self, job: str) -> None:
        """Let a waiting job come one place later."""
        self.queue.move_down(job)
        self._changed(job)

    def remove_finished(self) -> int:
        """Forget the jobs that have ended; gives how many."""
        count = self.queue.remove_finished()
        self._changed("")
        return count

    def wait(self, job: str, seconds: float | None = None) -> QueuedJob:
        """Wait until a job has ended, or the time is over; gives its row as it then is."""
        with self._settled:
            self._settled.wait_for(lambda: self.queue.get(job).ended_already, seconds)
            return self.queue.get(job)

    def close(self, seconds: float = GRACE_SECONDS) -> None:
        """End worker and queue; a job that runs will be *interrupted* at the next opening."""
        self.hold()
        self.worker.close(seconds)
        with self._lock:
            self.queue.close()

    def _changed(self, job: str) -> str:
        self._tell(QueueChanged(job))
        self._feed()
        return job

    def _feed(self) -> None:
        """Begin the next job if the worker is free."""
        try:
            begun = self._begin_next()
        except SynthscopeError as error:
            self._tell(self._hold(error.sentence))
            return
        if begun:
            self._tell(QueueChanged(begun))

    def _begin_next(self) -> str:
        with self._lock:
            idle = self._flowing and not self._running
            waiting = self.queue.next_waiting() if idle else None
            if waiting is None:
                return ""
            self.queue.mark_running(waiting.id)
            self._running = waiting.id
            # Under the lock, so that a cancel cannot fall between the mark and the worker.
            return self.worker.submit(waiting.kind, self._located(waiting.payload), waiting.id)

    def _hold(self, sentence: str) -> Held:
        self._flowing = False
        return Held(sentence)

    def _receive(self, message: Message) -> None:
        """Take one message of the worker, on the worker's thread."""
        if not isinstance(message, Finished | Failed | CancelledSaid) or message.job != self._running:
            self._tell(message)
            return
        held = self._end(message)
        self._tell(message)
        self._tell(QueueChanged(message.job))
        if held is not None:
            self._tell(held)
        self._feed()

    def _end(self, ending: Ending) -> Held | None:
        with self._settled:
            self._running = ""
            held = self._settle(ending)
            # A worker that cannot even start would burn one job after the other.
            if held is None and isinstance(ending, Failed) and self.worker.broken:
                held = self._hold(ending.sentence)
            self._settled.notify_all()
            return held

    def _settle(self, ending: Ending) -> Held | None:
        """Write how a job ended; what cannot be written now is written at the next `start`."""
        try:
            if isinstance(ending, Finished):
                self.queue.mark_done(ending.job, ending.result)
            elif isinstance(ending, Failed):
                self.queue.mark_failed(ending.job, ending.sentence, ending.details)
            else:
                self.queue.mark_cancelled(ending.job)
        except SynthscopeError as error:
            self._unwritten = ending
            return self._hold(error.sentence)
        return None

    def _tell(self, news: News) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(news)
            except Exception:  # noqa: BLE001 - one listener's fault must not silence the others
                _LOG.exception("A listener failed on %s", type(news).__name__)
