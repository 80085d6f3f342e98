"""Runs a job in place: for the command line, for tests, and inside the worker."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from synthscope.errors import Cancelled
from synthscope.records.events import Event, Job

T = TypeVar("T")


def drain(
    job: Job[T],
    on_event: Callable[[Event], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> T:
    """Run a job to its end and give its result.

    Parameters
    ----------
    job : generator
        Closed in every case before this returns or raises, so that its ``finally`` blocks have run.
    on_event : callable, optional
        Called with each event; what it raises ends the job.
    cancelled : callable, optional
        Asked before the first step and after each event.

    Raises
    ------
    Cancelled
        If `cancelled` said so.
    """
    with closing(job):
        while not (cancelled is not None and cancelled()):
            try:
                event = next(job)
            except StopIteration as end:
                result: T = end.value
                return result
            if on_event is not None:
                on_event(event)
    raise Cancelled("The work was stopped; what was finished is kept.")
