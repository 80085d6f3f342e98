"""The window's side of a real worker process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from synthscope.jobs.failures import explain
from synthscope.jobs.messages import CancelledSaid, Failed, Finished, PreviewSaid, ProgressSaid, Ready, Started
from synthscope.jobs.process import describe_end, worker_command
from synthscope.jobs.supervisor import WorkerProcess

posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


def test_no_process_is_started_before_the_first_job(worker):
    assert worker.pid is None
    assert worker.capabilities is None


def test_jobs_are_done_in_order_by_one_process(worker, ear):
    jobs = [worker.submit("count", {"steps": 2}) for _ in range(5)]
    results = [ear.ending(job).result for job in jobs]
    assert len({result["pid"] for result in results}) == 1
    assert [m.job for m in ear.all(Finished)] == jobs
    assert worker.capabilities == {"trial": True}


def test_job_that_does_not_listen_is_ended_after_the_grace_time_and_the_next_runs(worker, ear):
    job = worker.submit("deaf", {})
    after = worker.submit("count", {"steps": 1})
    ear.first(ProgressSaid, job)
    first = worker.pid
    worker.cancel(job, grace_seconds=0.05)
    assert ear.ending(job) == CancelledSaid(job)
    assert ear.ending(after).result["pid"] != first
    assert not psutil.pid_exists(first)
    assert len(ear.all(Ready)) == 2


def test_job_cancelled_while_it_waits_is_told_at_once_and_never_begun(worker, ear):
    job = worker.submit("deaf", {})
    waiting = worker.submit("count", {"steps": 1})
    worker.cancel(waiting)
    assert CancelledSaid(waiting) in ear.heard
    worker.cancel(job, grace_seconds=0.0)
    ear.ending(job)
    ear.ending(worker.submit("count", {"steps": 1}))
    assert not [m for m in ear.all(Started) if m.job == waiting]


def test_cancel_of_what_has_ended_or_never_was_does_nothing(worker, ear):
    job = worker.submit("count", {"steps": 1})
    ear.ending(job)
    worker.cancel(job, grace_seconds=0.0)
    worker.cancel("never", grace_seconds=0.0)
    assert isinstance(ear.ending(worker.submit("count", {"steps": 1})), Finished)


@posix
def test_killed_worker_is_a_sentence_and_a_retry_succeeds(worker, ear, tmp_path):
    payload = {"how": "SIGKILL", "once": str(tmp_path / "died")}
    lost = ear.ending(worker.submit("dies", payload))
    assert isinstance(lost, Failed)
    assert lost.error == "WorkerLost"
    assert "killed, perhaps because the computer ran out of memory" in lost.sentence
    assert "last words" in lost.details
    assert ear.ending(worker.submit("dies", payload)).result == "alive"


@pytest.mark.parametrize(
    ("how", "words"),
    [("exit", "exit status 7"), pytest.param("SIGSEGV", "signal SIGSEGV", marks=posix)],
)
def test_crash_is_told_with_its_reason_and_the_next_job_starts_a_fresh_process(worker, ear, how, words):
    job, after = worker.submit("dies", {"how": how}), worker.submit("count", {"steps": 1})
    assert words in ear.ending(job).sentence
    assert isinstance(ear.ending(after), Finished)
    assert not worker.broken


@posix
def test_killed_from_outside_in_the_middle_of_a_job(worker, ear):
    job = worker.submit("deaf", {})
    ear.first(ProgressSaid, job)
    psutil.Process(worker.pid).kill()
    assert ear.ending(job).error == "WorkerLost"


@posix
def test_child_that_holds_the_pipe_open_does_not_hide_the_death(worker, ear):
    job = worker.submit("dies", {"how": "SIGKILL", "leave_child": True})
    assert ear.ending(job).error == "WorkerLost"


@pytest.mark.parametrize(
    "command",
    [("no-such-program-synthscope",), (sys.executable, "-c", "raise SystemExit('broken installation')")],
)
def test_worker_that_cannot_start_is_a_sentence(ear, tmp_path, command):
    worker = WorkerProcess(command, ear, tmp_path)
    jobs = [worker.submit("count", {"steps": 1}) for _ in range(2)]
    failures = [ear.ending(job) for job in jobs]
    worker.close()
    assert {failure.error for failure in failures} == {"Unavailable"}
    assert all("repair the installation" in failure.sentence for failure in failures)
    assert worker.broken
    assert "start" in failures[0].details or "broken installation" in failures[0].details


def test_close_ends_the_process_in_the_middle_of_a_job_and_tells_nothing_more(ear, trial_command):
    worker = WorkerProcess(trial_command, ear)
    job = worker.submit("deaf", {})
    ear.first(ProgressSaid, job)
    pid = worker.pid
    worker.close()
    assert not psutil.pid_exists(pid)
    assert not worker.scratch.exists()
    assert not ear.all(CancelledSaid)
    worker.submit("count", {"steps": 1})
    worker.close()


def test_listener_that_fails_does_not_stop_the_worker(trial_command, ear, tmp_path, caplog):
    def listener(message):
        ear(message)
        raise ZeroDivisionError

    worker = WorkerProcess(trial_command, listener, tmp_path)
    jobs = [worker.submit("count", {"steps": 1}) for _ in range(2)]
    assert all(isinstance(ear.ending(job), Finished) for job in jobs)
    worker.close()
    assert "A listener failed" in caplog.text


def test_unread_pictures_are_removed_at_the_end(worker, ear):
    ear.first(PreviewSaid, worker.submit("picture", {"seed": 1, "dtype": "uint16"}))
    worker.close()
    assert list(worker.scratch.iterdir()) == []


PARENT = """
import sys, threading
from pathlib import Path
from synthscope.jobs.messages import ProgressSaid
from synthscope.jobs.supervisor import WorkerProcess

def listener(message):
    if isinstance(message, ProgressSaid) and not told:
        told.append(message)
        print(worker.pid, flush=True)

told = []
worker = WorkerProcess((sys.executable, sys.argv[1]), listener, Path(sys.argv[2]))
worker.submit(sys.argv[3], {"closed": sys.argv[4]})
threading.Event().wait()
"""


@pytest.mark.parametrize("kind", ["patient", "deaf"])
def test_worker_ends_when_its_window_is_killed(trial_command, tmp_path, kind):
    arguments = (trial_command[1], str(tmp_path / "s"), kind, str(tmp_path / "closed"))
    with subprocess.Popen([sys.executable, "-c", PARENT, *arguments], stdout=subprocess.PIPE) as parent:
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    psutil.wait_procs([child], timeout=60)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


def test_frozen_program_starts_its_own_worker_entry(monkeypatch):
    assert worker_command()[1:] == ("-P", "-m", "synthscope.worker")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert worker_command() == (sys.executable, "--worker")


@posix
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (-9, "killed, perhaps"),
        (0xC0000017, "killed, perhaps"),
        (0xC0000005, "crash, access violation"),
        (-11, "signal SIGSEGV"),
        (-250, "signal 250"),
        (3, "exit status 3"),
        (None, "could not be started"),
    ],
)
def test_end_is_described_in_a_sentence(status, words):
    assert words in describe_end(status)


@posix
@pytest.mark.parametrize(
    ("kind", "remedy"),
    [
        ("run", "; choose a smaller region or fewer candidates, or close other programs, and retry."),
        ("train", "; choose smaller patches or a smaller network, or close other programs, and retry."),
        ("evaluate", "; choose fewer or smaller fields, or close other programs, and retry."),
        ("fetch-weights", "; close other programs, and retry."),
    ],
)
def test_the_remedy_for_short_memory_is_one_of_the_kind_of_work(kind, remedy):
    assert describe_end(-9, kind).endswith(remedy)
    assert explain(MemoryError(), kind).sentence.endswith(remedy)


def test_scratch_folder_is_made_where_it_is_told(worker):
    assert worker.scratch.name == "scratch µ"
    assert isinstance(worker.scratch, Path)
    assert worker.scratch.is_dir()
