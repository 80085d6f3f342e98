"""Running a job in place."""

from __future__ import annotations

import pytest

from synthscope.errors import Cancelled
from synthscope.jobs.drain import drain
from synthscope.records.events import Progress


def steps(n, log):
    try:
        for step in range(n):
            yield Progress(step, n)
        return "result"
    finally:
        log.append("closed")


def test_drain_gives_the_result_and_every_event():
    log, events = [], []
    assert drain(steps(3, log), events.append) == "result"
    assert [event.done for event in events] == [0, 1, 2]
    assert log == ["closed"]


def test_cancelling_closes_the_generator_after_the_event_that_was_under_way():
    log, events = [], []
    with pytest.raises(Cancelled):
        drain(steps(10, log), events.append, lambda: len(events) == 2)
    assert len(events) == 2
    assert log == ["closed"]


def test_job_cancelled_before_it_began_does_nothing():
    log = []
    with pytest.raises(Cancelled):
        drain(steps(10, log), None, lambda: True)
    assert log == []


def test_error_of_a_listener_closes_the_generator():
    log = []
    with pytest.raises(ZeroDivisionError):
        drain(steps(10, log), lambda event: 1 / 0)
    assert log == ["closed"]


def test_error_of_the_job_passes_through():
    def job():
        yield Progress(0, 1)
        raise KeyError("x")

    with pytest.raises(KeyError):
        drain(job())
