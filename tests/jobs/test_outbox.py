"""The worker's voice."""

from __future__ import annotations

import io

import pytest

from synthscope.jobs.messages import Finished, MadeSaid, ProgressSaid, decode
from synthscope.jobs.outbox import PER_SECOND, Outbox


class Clock:
    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def said(stream):
    return [decode(line) for line in stream.getvalue().splitlines()]


def test_flood_of_progress_becomes_its_first_and_its_last():
    stream = io.BytesIO()
    outbox = Outbox(stream, clock=Clock())
    for step in range(10_000):
        outbox.send(ProgressSaid("a", step, 10_000))
    outbox.send(Finished("a"))
    assert said(stream) == [ProgressSaid("a", 0, 10_000), ProgressSaid("a", 9_999, 10_000), Finished("a")]


def test_progress_keeps_its_rate_and_never_goes_back():
    stream, clock = io.BytesIO(), Clock()
    outbox = Outbox(stream, clock=clock)
    for step in range(1000):
        clock.seconds = step / 500
        outbox.send(ProgressSaid("a", step, 1000))
    done = [message.done for message in said(stream)]
    assert done == sorted(done)
    assert len(done) <= 2 * PER_SECOND + 1


def test_what_is_finished_comes_after_the_progress_before_it():
    stream = io.BytesIO()
    outbox = Outbox(stream, clock=Clock())
    sent = [ProgressSaid("a", 1, 3), ProgressSaid("a", 2, 3), MadeSaid("a", "candidate"), ProgressSaid("a", 3, 3)]
    for message in sent:
        outbox.send(message)
    assert said(stream) == sent[:3]
    outbox.flush()
    assert said(stream) == sent
    outbox.flush()
    assert said(stream) == sent


def test_broken_pipe_is_told_once_per_message_and_never_raised():
    class Broken(io.BytesIO):
        def write(self, _data):
            raise BrokenPipeError

    told = []
    Outbox(Broken(), on_broken=lambda: told.append(1)).send(Finished("a"))
    assert told == [1]


def test_message_without_json_is_refused_before_anything_is_written():
    stream = io.BytesIO()
    with pytest.raises(TypeError):
        Outbox(stream).send(Finished("a", object()))
    assert stream.getvalue() == b""
