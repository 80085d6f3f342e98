"""The durable queue."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from synthscope.errors import FileError, InputError, Unavailable
from synthscope.jobs.queue import JobQueue


@pytest.fixture
def queue(tmp_path):
    opened = JobQueue(tmp_path / "queue.sqlite")
    yield opened
    opened.close()


def reopened(queue):
    queue.close()
    return JobQueue(queue.path)


def ids(queue):
    return [job.id for job in queue.list()]


def test_job_survives_closing_as_it_was(tmp_path):
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    queue = JobQueue(tmp_path / "Schlange µ.sqlite", lambda: now)
    payload = {"path": "a/ß\udce4.tif", "n": [1, 2.5, None], "deep": {"x": True}}
    job = queue.add("run", payload, "Fill 4 × exemplar")
    before = queue.get(job)
    queue = reopened(queue)
    assert queue.get(job) == before
    assert before.payload == payload
    assert before.created == "2026-01-02T03:04:05.000+00:00"
    assert (before.state, before.title, before.attempts) == ("waiting", "Fill 4 × exemplar", 0)
    queue.close()


def test_jobs_are_done_in_the_order_they_were_added(queue):
    jobs = [queue.add("run", {}) for _ in range(3)]
    assert ids(queue) == jobs
    done = []
    while (job := queue.next_waiting()) is not None:
        queue.mark_running(job.id)
        queue.mark_done(job.id, {"n": len(done)})
        done.append(job.id)
    assert done == jobs
    assert [job.result for job in queue.list()] == [{"n": 0}, {"n": 1}, {"n": 2}]


@pytest.mark.parametrize(
    ("move", "order"),
    [
        (lambda q, j: q.move_up(j[2]), "acbd"),
        (lambda q, j: q.move_down(j[0]), "bacd"),
        (lambda q, j: q.move_up(j[0]), "abcd"),
        (lambda q, j: q.move_down(j[3]), "abcd"),
        (lambda q, j: q.move_to(j[3], 0), "dabc"),
        (lambda q, j: q.move_to(j[0], 99), "bcda"),
        (lambda q, j: q.move_to(j[1], -5), "bacd"),
    ],
)
def test_waiting_jobs_can_be_put_in_another_order(queue, move, order):
    jobs = [queue.add("run", {}, title) for title in "abcd"]
    move(queue, jobs)
    assert "".join(job.title for job in queue.list()) == order


def test_moving_never_passes_over_jobs_that_do_not_wait(queue):
    a, b, c = (queue.add("run", {}, title) for title in "abc")
    queue.mark_running(a)
    queue.move_up(c)
    assert ids(queue) == [a, c, b]
    with pytest.raises(InputError, match="'a' is running and cannot be moved"):
        queue.move_to(a, 2)


def test_failed_job_keeps_its_sentence_until_it_is_begun_again(queue):
    job, other = queue.add("run", {}), queue.add("run", {})
    queue.mark_running(job)
    queue.mark_failed(job, "The disk is full.", "Traceback \udcff")
    assert (queue.get(job).error, queue.get(job).details) == ("The disk is full.", "Traceback \\udcff")
    queue.retry(job)
    assert ids(queue) == [other, job]
    queue.mark_running(job)
    assert (queue.get(job).attempts, queue.get(job).error) == (2, "")


def test_running_job_is_interrupted_at_the_next_opening_and_resumed_first(queue):
    a, b, c = (queue.add("run", {}, title) for title in "abc")
    for job in (a, b):
        queue.mark_running(job)
    queue = reopened(queue)
    assert [job.id for job in queue.interrupted()] == [a, b]
    assert queue.next_waiting().id == c
    queue = reopened(queue)
    assert [job.id for job in queue.interrupted()] == [a, b]  # until it is answered
    queue.resume(b)
    queue.discard(a)
    assert queue.next_waiting().id == b
    assert queue.get(a).state == "cancelled"
    assert queue.interrupted() == ()
    queue.close()


def test_finished_jobs_are_forgotten_on_request_only(queue):
    done, failed, cancelled, waiting = (queue.add("run", {}) for _ in range(4))
    for job in (done, failed):
        queue.mark_running(job)
    queue.mark_done(done)
    queue.mark_failed(failed, "No.")
    queue.cancel(cancelled)
    assert queue.remove_finished() == 3
    assert ids(queue) == [waiting]


@pytest.mark.parametrize("verb", ["mark_done", "retry", "resume", "discard"])
def test_what_cannot_be_is_refused_with_a_sentence_and_changes_nothing(queue, verb):
    job = queue.add("run", {}, "Fill")
    before = queue.get(job)
    with pytest.raises(InputError, match="'Fill' is waiting and cannot be"):
        getattr(queue, verb)(job)
    assert queue.get(job) == before


@pytest.mark.parametrize("verb", ["get", "cancel", "retry", "move_up", "mark_running"])
def test_unknown_job_is_a_sentence(queue, verb):
    with pytest.raises(InputError, match="no job 'nothing'"):
        getattr(queue, verb)("nothing")


def test_second_program_is_told_that_the_project_is_open(queue):
    queue.add("run", {})
    script = (
        "import sys; from pathlib import Path; from synthscope.jobs.queue import JobQueue\n"
        "from synthscope.errors import Unavailable\n"
        "try: JobQueue(Path(sys.argv[1]))\n"
        "except Unavailable as error: sys.exit(error.sentence)\n"
    )
    command = [sys.executable, "-c", script, str(queue.path)]
    other = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "open in another program" in other.stderr
    with pytest.raises(Unavailable):
        JobQueue(queue.path)


def test_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(FileError, match=r"queue\.sqlite cannot be used"):
        JobQueue(tmp_path / "missing" / "queue.sqlite")


def test_closed_queue_is_a_sentence_and_can_be_closed_again(queue):
    queue.close()
    queue.close()
    with pytest.raises(FileError):
        queue.add("run", {})


def test_payload_without_json_is_refused_and_nothing_is_added(queue):
    with pytest.raises(TypeError):
        queue.add("run", {"x": object()})
    assert queue.list() == ()
