"""A job within a job: its events are passed on in the words, and at the scale, of the whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from synthscope.records.events import Event, Job, Progress

T = TypeVar("T")


def retold(job: Job[T], change: Callable[[Event], Event | None]) -> Job[T]:
    """Pass on a job's events as `change` gives them, and leave out those that it gives nothing for.

    Returns
    -------
    What the job gives; it is closed in every case.
    """
    with closing(job):
        while True:
            try:
                event = next(job)
            except StopIteration as end:
                result: T = end.value
                return result
            told = change(event)
            if told is not None:
                yield told


def scaled(job: Job[T], start: float, share: float) -> Job[T]:
    """Pass a job's events on as those of a share of the whole, which begins at `start` (both 0 to 1).

    What was done stays done: the bar never goes back.
    """
    furthest = 0.0

    def change(event: Event) -> Event:
        nonlocal furthest
        if not isinstance(event, Progress):
            return event
        furthest = max(furthest, event.fraction)
        return Progress(start + share * furthest, 1, event.text)

    return retold(job, change)


def titled(title: str, text: str) -> str:
    """Put a title before words, where there are any."""
    return f"{title} · {text}" if text else title
