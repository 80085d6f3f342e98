"""A job within a job: events are changed or left out, the result comes through, and the job is closed."""

from __future__ import annotations

from synthscope.jobs.drain import drain
from synthscope.jobs.retelling import retold, scaled, titled
from synthscope.records.events import Event, Job, Noted, Progress


class Work:
    closed = False

    def job(self) -> Job[int]:
        try:
            yield Progress(1, 4, "read")
            yield Noted({})
            yield Progress(0, 2)
            yield Progress(2, 2, "made")
        finally:
            self.closed = True
        return 7


def test_events_are_changed_or_left_out_and_the_result_comes_through() -> None:
    work, heard = Work(), []

    def change(event: Event) -> Event | None:
        return Progress(event.done, event.total, titled("ours", event.text)) if isinstance(event, Progress) else None

    assert drain(retold(work.job(), change), heard.append) == 7
    assert [event.text for event in heard] == ["ours · read", "ours", "ours · made"]
    assert work.closed


def test_a_job_that_is_left_half_way_is_closed() -> None:
    work = Work()
    job = retold(work.job(), lambda event: event)
    next(job)
    job.close()
    assert work.closed


def test_a_share_of_the_whole_begins_where_it_is_said_to_and_never_goes_back() -> None:
    heard: list[Event] = []
    assert drain(scaled(Work().job(), 0.5, 0.25), heard.append) == 7
    assert [event.fraction for event in heard if isinstance(event, Progress)] == [0.5625, 0.5625, 0.75]
    assert sum(isinstance(event, Noted) for event in heard) == 1
