"""The worker's side: reads requests, runs one job at a time, says what happens."""

from __future__ import annotations

import gc
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from synthscope.errors import Cancelled, DocumentError, InputError
from synthscope.jobs.drain import drain
from synthscope.jobs.failures import failed
from synthscope.jobs.messages import (
    Cancel,
    CancelledSaid,
    Ending,
    Finished,
    MadeSaid,
    MeasuredSaid,
    PreviewSaid,
    ProgressSaid,
    Quit,
    Ready,
    Started,
    Submit,
    decode,
    encode,
)
from synthscope.jobs.outbox import Outbox
from synthscope.jobs.previews import PreviewWriter
from synthscope.records.documents import to_json
from synthscope.records.events import Event, Job, Made, Measured, Preview, Progress

Kind: TypeAlias = Callable[[Mapping[str, Any], Any], Job[Any]]
"""Makes a job from its payload and the resolver of generators."""

GRACE_SECONDS = 5.0


class Inbox:
    """The requests, read by a thread of its own so that *cancel* is heard while a job runs."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Submit | None] = queue.SimpleQueue()
        self._cancelled: set[str] = set()
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[Submit]:
        """Give one job after the other, waiting for each, until `close`."""
        while (submit := self._waiting.get()) is not None and not self._closed.is_set():
            yield submit
            self._cancelled.discard(submit.job)

    def put(self, request: Any) -> None:
        """Take one request."""
        if isinstance(request, Submit):
            self._waiting.put(request)
        elif isinstance(request, Cancel):
            self._cancelled.add(request.job)
        elif isinstance(request, Quit):
            self.close()

    def close(self) -> None:
        """Stop what runs and take nothing more."""
        self._closed.set()
        self._waiting.put(None)

    def is_cancelled(self, job: str) -> bool:
        """Whether that job shall stop."""
        return self._closed.is_set() or job in self._cancelled


class Workbench:
    """Runs one job: events go out as messages, and whatever happens ends in one message."""

    def __init__(
        self,
        load_kinds: Callable[[], Mapping[str, Kind]],
        resolver: Any,
        outbox: Outbox,
        previews: PreviewWriter,
    ) -> None:
        self._load_kinds = load_kinds
        self._resolver = resolver
        self._outbox = outbox
        self._previews = previews

    def run(self, submit: Submit, cancelled: Callable[[], bool]) -> None:
        """Run a job to its end, whatever that is."""
        self._outbox.send(Started(submit.job))
        self._outbox.send(self._ending(submit, cancelled))
        gc.collect()  # a failed job's frames hold its arrays in cycles; the next one needs the room

    def _ending(self, submit: Submit, cancelled: Callable[[], bool]) -> Ending:
        try:
            job = self._begin(submit)
            result = drain(job, lambda event: self._tell(submit.job, event), cancelled)
            finished = Finished(submit.job, to_json(result))
            encode(finished)  # a result that JSON has no word for is this job's failure, not the worker's
        except Cancelled:
            return CancelledSaid(submit.job)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - one job's fault must not end the worker
            return failed(submit.job, error, submit.kind)
        return finished

    def _begin(self, submit: Submit) -> Job[Any]:
        kinds = self._load_kinds()
        if submit.kind not in kinds:
            known = ", ".join(sorted(kinds))
            raise InputError(f"The worker does not know the work {submit.kind!r}; it knows {known}.")
        return kinds[submit.kind](submit.payload, self._resolver)

    def _tell(self, job: str, event: Event) -> None:
        if isinstance(event, Progress):
            self._outbox.send(ProgressSaid(job, float(event.done), float(event.total), event.text))
        elif isinstance(event, Made):
            self._outbox.send(MadeSaid(job, event.kind, str(event.path), event.document))
        elif isinstance(event, Measured):
            self._outbox.send(MeasuredSaid(job, event.step, event.values))
        elif isinstance(event, Preview):
            path = self._previews.write(event.pixels, last=event.last)
            if path is not None:
                self._outbox.send(PreviewSaid(job, str(path), event.text))


def serve(
    load_kinds: Callable[[], Mapping[str, Kind]],
    resolver: Any,
    scratch: Path,
    capabilities: Mapping[str, Any] | None = None,
    grace_seconds: float = GRACE_SECONDS,
) -> None:
    """Serve requests from standard input until it ends.

    Parameters
    ----------
    load_kinds : callable
        Gives what can be done; called at the first job, so that the worker is there at once.
    resolver : callable
        Handed to every kind.
    scratch : Path
        An existing folder for previews, owned by the caller on the other side.
    capabilities : mapping, optional
        Said once, in `Ready`.
    grace_seconds : float
        How long a running job may tidy up after the window has gone.

    Notes
    -----
    When standard input ends (the window has gone, even by a kill) the running job is cancelled; if it
    does not stop in `grace_seconds` the process ends under it.
    """
    requests, answers = claim_streams()
    inbox = Inbox()
    outbox = Outbox(answers, on_broken=inbox.close)
    outbox.start_flushing()
    finished = threading.Event()
    listening = (requests, inbox, outbox, finished, grace_seconds)
    threading.Thread(target=_listen, args=listening, name="requests", daemon=True).start()
    outbox.send(Ready(os.getpid(), capabilities or {}))
    bench = Workbench(load_kinds, resolver, outbox, PreviewWriter(scratch))
    for submit in inbox:
        bench.run(submit, partial(inbox.is_cancelled, submit.job))
    finished.set()


def claim_streams() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output for the protocol alone.

    The streams are duplicated; then descriptor 0 is pointed to nothing and descriptor 1 to standard
    error, so that neither a library's ``print`` nor its C code can break a message or eat a request.
    """
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, answers


def _listen(requests: BinaryIO, inbox: Inbox, outbox: Outbox, finished: threading.Event, grace_seconds: float) -> None:
    for line in requests:
        try:
            inbox.put(decode(line))
        except DocumentError as error:
            outbox.send(failed("", error))
    inbox.close()
    if not finished.wait(grace_seconds):
        os._exit(1)  # the job does not listen and nobody waits for it any more
