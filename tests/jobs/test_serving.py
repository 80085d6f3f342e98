"""What a real worker process answers."""

from __future__ import annotations

import subprocess
import threading

import numpy as np
import psutil
import pytest

from synthscope.jobs.messages import (
    Cancel,
    CancelledSaid,
    Failed,
    Finished,
    MadeSaid,
    PreviewSaid,
    ProgressSaid,
    Quit,
    Ready,
    Started,
    Submit,
    decode,
    encode,
)
from synthscope.jobs.previews import read_preview


def test_job_is_answered_in_order(worker, ear):
    job = worker.submit("count", {"steps": 3})
    ending = ear.ending(job)
    kinds = [type(message) for message in ear.heard]
    assert kinds[:2] == [Ready, Started]
    assert kinds[-1] is Finished
    assert ending.result["steps"] == 3
    assert ending.result["pid"] == ear.all(Ready)[0].pid
    assert ending.result["wait_policy"] == "passive"
    assert ear.all(ProgressSaid)[-1] == ProgressSaid(job, 3, 3, "Step 3")


def test_flood_of_progress_is_thinned_and_its_last_word_arrives(worker, ear):
    job = worker.submit("count", {"steps": 10_000})
    ear.ending(job)
    said = ear.all(ProgressSaid)
    assert len(said) < 1000
    assert said[-1].done == 10_000


@pytest.mark.parametrize("dtype", ["uint16", "int64"])
def test_picture_arrives_bit_identical(worker, ear, dtype):
    job = worker.submit("picture", {"seed": 5, "dtype": dtype})
    pixels = read_preview(ear.first(PreviewSaid, job).path)
    wanted = np.random.default_rng(5).integers(0, 60000, (3, 5, 7, 1), dtype=dtype)
    assert pixels.dtype == wanted.dtype
    np.testing.assert_array_equal(pixels, wanted)


def test_flood_of_pictures_is_thinned(worker, ear):
    job = worker.submit("pictures", {"count": 500})
    ear.ending(job)
    assert 1 <= len(ear.all(PreviewSaid)) < 100


def test_made_thing_with_a_foreign_name_is_told(worker, ear, tmp_path):
    path = tmp_path / "Bödenprobe 土 µ.tif"
    job = worker.submit("made", {"path": str(path)})
    assert ear.ending(job).result == str(path)
    made = ear.first(MadeSaid, job)
    assert (made.kind, made.path, made.document) == ("candidate", str(path), {"number": 1})
    assert path.read_bytes() == b"pixels"


def test_stray_print_breaks_nothing_and_no_request_is_eaten(worker, ear):
    job = worker.submit("noisy", {})
    assert ear.ending(job).result == "no request was eaten"
    again = worker.submit("count", {"steps": 1})
    assert isinstance(ear.ending(again), Finished)
    worker.close()
    said = worker.diagnostics()
    assert "a library says hello" in said
    assert '{"say":"finished","job":"x"}' in said
    assert "and complains: µ" in said


@pytest.mark.parametrize(
    ("kind", "payload", "error", "words"),
    [
        ("full", {}, "DiskFull", "disk is full"),
        ("raises", {"what": "memory"}, "OutOfMemory", "not enough memory"),
        ("raises", {"what": "value"}, "WorkError", "ValueError (said so)"),
        ("raises", {"what": "exit"}, "WorkError", "SystemExit"),
        ("opaque", {}, "WorkError", "object cannot be sent as JSON"),
        ("count", {}, "WorkError", "KeyError"),
        ("unheard", {}, "InputError", "does not know the work 'unheard'"),
    ],
)
def test_failure_is_a_sentence_and_the_same_process_goes_on(worker, ear, kind, payload, error, words):
    failure = ear.ending(worker.submit(kind, payload))
    assert isinstance(failure, Failed)
    assert failure.error == error
    assert words in failure.sentence
    assert "Traceback" in failure.details or error == "InputError"
    after = ear.ending(worker.submit("count", {"steps": 1}))
    assert after.result["pid"] == ear.all(Ready)[0].pid


def test_cancel_is_answered_and_the_generator_was_closed(worker, ear, tmp_path):
    closed = tmp_path / "closed"
    job = worker.submit("patient", {"closed": str(closed)})
    ear.first(ProgressSaid, job)
    worker.cancel(job)
    assert ear.ending(job) == CancelledSaid(job)
    assert closed.exists()
    assert ear.ending(worker.submit("count", {"steps": 1})).result["pid"] == ear.all(Ready)[0].pid


@pytest.fixture
def bare(trial_command, tmp_path):
    """The trial worker without a supervisor: pipes in the test's own hands."""
    pipe = subprocess.PIPE
    command = (*trial_command, "--scratch", str(tmp_path))
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        yield process
        process.kill()


def say(process, *messages):
    process.stdin.write(b"".join(m if isinstance(m, bytes) else encode(m) for m in messages))
    process.stdin.flush()


def test_damaged_request_is_answered_with_one_error_and_the_loop_goes_on(bare):
    say(bare, b"rubbish\n", Submit("a", "count", {"steps": 1}), Quit())
    bare.stdin.close()
    answers = [decode(line) for line in bare.stdout]
    errors = [m for m in answers if isinstance(m, Failed)]
    assert [(m.job, m.error) for m in errors] == [("", "DocumentError")]
    assert bare.wait() == 0


def test_job_cancelled_while_it_waits_does_nothing(bare, tmp_path):
    say(bare, Submit("a", "patient", {"closed": str(tmp_path / "a")}), Submit("b", "count", {"steps": 1}))
    say(bare, Cancel("b"), Cancel("a"), Submit("c", "count", {"steps": 1}))
    answers = [decode(bare.stdout.readline())]
    while not (isinstance(answers[-1], Finished) and answers[-1].job == "c"):
        answers.append(decode(bare.stdout.readline()))
    assert [m.job for m in answers if isinstance(m, CancelledSaid)] == ["a", "b"]
    assert not [m for m in answers if isinstance(m, ProgressSaid) and m.job == "b"]


def test_quit_ends_a_process_whose_input_stays_open(bare):
    say(bare, Quit())
    assert bare.wait() == 0


@pytest.mark.parametrize("kind", ["patient", "deaf"])
def test_end_of_input_ends_the_process_in_the_middle_of_a_job(bare, tmp_path, kind):
    say(bare, Submit("a", kind, {"closed": str(tmp_path / "closed")}))
    while not isinstance(decode(bare.stdout.readline()), ProgressSaid):
        pass
    bare.stdin.close()
    drained = threading.Thread(target=bare.stdout.read)  # a full pipe must not be what stops it
    drained.start()
    assert bare.wait() == (0 if kind == "patient" else 1)
    drained.join()
    assert not psutil.pid_exists(bare.pid)
    assert (tmp_path / "closed").exists() == (kind == "patient")
