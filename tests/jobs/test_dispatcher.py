"""Queue and worker together, without a screen."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from functools import partial

import pytest

from synthscope.errors import FileError
from synthscope.jobs.dispatcher import Dispatcher, Held, QueueChanged
from synthscope.jobs.messages import CancelledSaid, Failed, Finished, ProgressSaid, Started
from synthscope.jobs.queue import JobQueue
from synthscope.jobs.supervisor import WorkerProcess


@pytest.fixture
def make(tmp_path, trial_command, ear):
    made = []

    def begin(command=trial_command, start=True):
        worker = partial(WorkerProcess, command, scratch=tmp_path / "scratch")
        dispatcher = Dispatcher(JobQueue(tmp_path / "queue.sqlite"), worker)
        dispatcher.listen(ear)
        made.append(dispatcher)
        if start:
            dispatcher.start()
        return dispatcher

    yield begin
    for dispatcher in made:
        dispatcher.close()


def states(dispatcher):
    return [row.state for row in dispatcher.queue.list()]


def test_jobs_are_fed_in_order_and_their_results_are_written(make, ear):
    dispatcher = make()
    jobs = [dispatcher.add("count", {"steps": n}) for n in (1, 2, 3)]
    rows = [dispatcher.wait(job, 60) for job in jobs]
    assert [row.state for row in rows] == ["done"] * 3
    assert [row.result["steps"] for row in rows] == [1, 2, 3]
    ear.first(Finished, jobs[-1])
    assert [m.job for m in ear.all(Started)] == jobs
    assert ear.all(ProgressSaid)
    assert {m.job for m in ear.all(QueueChanged)} == set(jobs)


def test_a_payload_is_located_when_its_job_begins_and_stays_as_it_was_in_the_queue(tmp_path, trial_command):
    worker = partial(WorkerProcess, trial_command, scratch=tmp_path / "scratch")
    queue = JobQueue(tmp_path / "queue.sqlite")
    dispatcher = Dispatcher(queue, worker, located=lambda payload: {**payload, "steps": 2})
    job = dispatcher.add("count", {"steps": 5})
    dispatcher.start()
    row = dispatcher.wait(job, 60)
    dispatcher.close()
    assert row.result["steps"] == 2
    assert row.payload == {"steps": 5}


def test_nothing_begins_before_start_so_that_the_program_can_ask(make):
    dispatcher = make(start=False)
    first, second = dispatcher.add("count", {"steps": 1}), dispatcher.add("count", {"steps": 1})
    dispatcher.move_up(second)
    assert states(dispatcher) == ["waiting", "waiting"]
    assert dispatcher.worker.pid is None
    dispatcher.start()
    assert dispatcher.wait(first, 60).started >= dispatcher.wait(second, 60).ended


def test_running_waiting_and_ended_jobs_can_be_cancelled(make, ear, tmp_path):
    dispatcher = make()
    running = dispatcher.add("patient", {"closed": str(tmp_path / "closed")})
    waiting = dispatcher.add("count", {"steps": 1})
    ear.first(Started, running)
    dispatcher.cancel(waiting)
    assert states(dispatcher) == ["running", "cancelled"]
    dispatcher.cancel(running)
    assert dispatcher.wait(running, 60).state == "cancelled"
    dispatcher.cancel(running)
    dispatcher.retry(waiting)
    assert dispatcher.wait(waiting, 60).state == "done"


def test_lost_worker_is_written_as_a_sentence_and_a_retry_succeeds(make, tmp_path):
    dispatcher = make()
    job = dispatcher.add("dies", {"how": "exit", "once": str(tmp_path / "died")})
    lost = dispatcher.wait(job, 60)
    assert lost.state == "failed"
    assert "exit status 7" in lost.error
    assert "last words" in lost.details
    dispatcher.retry(job)
    done = dispatcher.wait(job, 60)
    assert (done.state, done.result, done.attempts) == ("done", "alive", 2)


def test_closing_in_the_middle_of_a_job_interrupts_it_and_resume_does_it_first(make, ear):
    dispatcher = make()
    deaf = dispatcher.add("deaf", {})
    other = dispatcher.add("count", {"steps": 1})
    ear.first(ProgressSaid, deaf)
    dispatcher.close()
    again = make(start=False)
    assert [row.id for row in again.queue.interrupted()] == [deaf]
    again.resume(deaf)
    again.start()
    ear.wait_for(lambda m: ear.all(Started)[1:] and m is ear.all(Started)[1])
    assert [m.job for m in ear.all(Started)] == [deaf, deaf]
    again.cancel(deaf, grace_seconds=0.0)
    assert again.wait(other, 60).state == "done"


def test_worker_that_cannot_start_fails_one_job_and_holds_the_others(make, ear):
    dispatcher = make((sys.executable, "-c", "raise SystemExit(3)"))
    jobs = [dispatcher.add("count", {"steps": 1}) for _ in range(3)]
    held = ear.wait_for(lambda m: isinstance(m, Held))
    assert "repair the installation" in held.sentence
    assert dispatcher.wait(jobs[0], 60).state == "failed"
    assert states(dispatcher) == ["failed", "waiting", "waiting"]
    assert not dispatcher.flowing


def test_small_question_is_answered_without_a_row(make, ear):
    dispatcher = make(start=False)
    job = dispatcher.ask("count", {"steps": 2})
    assert ear.ending(job).result["steps"] == 2
    assert dispatcher.queue.list() == ()


def test_small_question_can_be_cancelled(make, ear):
    dispatcher = make()
    job = dispatcher.ask("deaf")
    ear.first(Started, job)
    dispatcher.cancel(job, grace_seconds=0.0)
    assert ear.ending(job) == CancelledSaid(job)


def test_listener_that_fails_silences_nobody(make, ear, caplog):
    dispatcher = make()
    stop = dispatcher.listen(lambda news: 1 / 0)
    job = dispatcher.add("count", {"steps": 1})
    assert dispatcher.wait(job, 60).state == "done"
    ear.ending(job)
    stop()
    stop()
    assert "A listener failed" in caplog.text


def test_end_that_cannot_be_written_is_held_and_written_at_the_next_start(make, ear, tmp_path):
    """The table is made to refuse the update, as a full disk would."""
    dispatcher = make(start=False)
    job, other = dispatcher.add("count", {"steps": 1}), dispatcher.add("count", {"steps": 1})
    rows = dispatcher.queue._connection
    rows.execute("CREATE TRIGGER full BEFORE UPDATE OF result ON jobs BEGIN SELECT RAISE(ABORT, 'full'); END")
    dispatcher.start()
    held = ear.wait_for(lambda m: isinstance(m, Held))
    assert "cannot be used (full)" in held.sentence
    assert states(dispatcher) == ["running", "waiting"]
    rows.execute("DROP TRIGGER full")
    dispatcher.start()
    assert [dispatcher.wait(j, 60).state for j in (job, other)] == ["done", "done"]


def test_queue_that_cannot_be_written_begins_nothing(make, ear):
    dispatcher = make(start=False)
    dispatcher.add("count", {"steps": 1})
    dispatcher.queue._connection.execute(
        "CREATE TRIGGER full BEFORE UPDATE OF attempts ON jobs BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    dispatcher.start()
    assert ear.all(Held)
    assert dispatcher.worker.pid is None
    assert states(dispatcher) == ["waiting"]


def test_hold_lets_the_running_job_end_and_begins_no_other(make, ear, tmp_path):
    dispatcher = make()
    job, other = dispatcher.add("patient", {"closed": str(tmp_path / "c")}), dispatcher.add("count", {"steps": 1})
    ear.first(Started, job)
    dispatcher.hold()
    dispatcher.cancel(job)
    dispatcher.wait(job, 60)
    ear.wait_for(lambda m: m == QueueChanged(job) and CancelledSaid(job) in ear.heard)
    assert states(dispatcher) == ["cancelled", "waiting"]
    dispatcher.start()
    assert dispatcher.wait(other, 60).state == "done"


def test_failure_of_work_is_written_with_its_details(make, ear):
    dispatcher = make()
    row = dispatcher.wait(dispatcher.add("full", {}), 60)
    assert "disk is full while writing 'candidate.tif'" in row.error
    assert "OSError" in row.details
    assert ear.ending(row.id) == Failed(row.id, row.error, row.details, "DiskFull", 1)
    assert dispatcher.remove_finished() == 1
    assert dispatcher.queue.list() == ()


def test_closing_lets_go_of_the_file(make, tmp_path):
    dispatcher = make()
    dispatcher.wait(dispatcher.add("count", {"steps": 1}), 60)
    dispatcher.close()
    with closing(sqlite3.connect(tmp_path / "queue.sqlite")) as other:
        assert other.execute("SELECT state FROM jobs").fetchall() == [("done",)]
    with pytest.raises(FileError):
        dispatcher.add("count", {})


def test_what_is_asked_when_idle_is_never_behind_queued_work_nor_between_it(make, ear, tmp_path):
    dispatcher = make()
    asked = dispatcher.ask("count", {"steps": 2}, idle=True)
    assert ear.first(Finished, asked).result["steps"] == 2
    assert dispatcher.queue.list() == ()
    job = dispatcher.add("patient", {"closed": str(tmp_path / "closed")})
    waiting = dispatcher.add("count", {"steps": 1})
    ear.first(Started, job)
    assert dispatcher.ask("count", {"steps": 2}, idle=True) == ""
    dispatcher.hold()
    dispatcher.cancel(job)
    dispatcher.wait(job, 60)
    second = dispatcher.ask("count", {"steps": 3}, idle=True)  # what waits is held, the worker is free
    assert ear.first(Finished, second).result["steps"] == 3
    dispatcher.start()
    assert dispatcher.wait(waiting, 60).state == "done"
    assert [m.job for m in ear.all(Started)] == [asked, job, second, waiting]
