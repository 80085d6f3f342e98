"""The queue's file: damaged, foreign, newer, killed in the middle."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthscope.errors import DocumentError, SynthscopeError
from synthscope.jobs import database
from synthscope.jobs.queue import JobQueue


def filled(path, jobs=3):
    with closing(JobQueue(path)) as queue:
        return [queue.add("run", {"n": n}) for n in range(jobs)]


def change(path, *statements):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def rubbish(path):
    path.write_bytes(b"this is no database" * 300)


@pytest.mark.parametrize(
    "damage",
    [
        rubbish,
        lambda path: path.write_bytes(path.read_bytes()[:2000]),
        lambda path: change(path, "DROP TABLE jobs"),
        lambda path: change(path, "DROP TABLE about"),
        lambda path: change(path, "DELETE FROM about"),
        lambda path: change(path, "UPDATE about SET format = 'other'"),
        lambda path: change(path, "UPDATE about SET version = 'one'"),
        lambda path: change(path, "UPDATE jobs SET payload = '{'"),
        lambda path: change(path, "UPDATE jobs SET title = CAST(x'ff' AS TEXT)"),
    ],
)
def test_damaged_file_is_kept_aside_with_a_sentence_and_a_new_one_is_begun(tmp_path, damage):
    path = tmp_path / "queue.sqlite"
    filled(path)
    damage(path)
    broken = path.read_bytes()
    with closing(JobQueue(path)) as queue:
        assert "queue-damaged-1.sqlite" in queue.remark
        assert queue.list() == ()
        job = queue.add("run", {})
    assert (tmp_path / "queue-damaged-1.sqlite").read_bytes() == broken
    with closing(JobQueue(path)) as queue:
        assert queue.remark == ""
        assert [row.id for row in queue.list()] == [job]


def test_second_damaged_file_does_not_replace_the_first(tmp_path):
    path = tmp_path / "queue.sqlite"
    for number in (1, 2):
        rubbish(path)
        with closing(JobQueue(path)) as queue:
            assert f"damaged-{number}" in queue.remark


def test_newer_version_is_left_alone(tmp_path):
    path = tmp_path / "queue.sqlite"
    filled(path)
    change(path, "UPDATE about SET version = 99")
    before = path.read_bytes()
    with pytest.raises(DocumentError, match="version 99"):
        JobQueue(path)
    assert path.read_bytes() == before


def test_older_version_is_migrated_and_keeps_its_jobs(tmp_path, monkeypatch):
    path = tmp_path / "queue.sqlite"
    jobs = filled(path)
    added = ("ALTER TABLE jobs ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'",)
    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, added))
    monkeypatch.setattr(database, "VERSION", database.VERSION + 1)
    monkeypatch.setattr(database, "from_row", lambda row: None)
    connection, remark = database.open_database(path)
    with closing(connection):
        assert remark == ""
        rows = connection.execute("SELECT id, colour FROM jobs ORDER BY position").fetchall()
        assert [tuple(row) for row in rows] == [(job, "red") for job in jobs]
        assert connection.execute("SELECT version FROM about").fetchone()[0] == database.VERSION


def test_empty_file_becomes_a_queue(tmp_path):
    path = tmp_path / "queue.sqlite"
    path.touch()
    with closing(JobQueue(path)) as queue:
        assert (queue.list(), queue.remark) == ((), "")


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cuts=st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=40)), max_size=4),
    length=st.floats(0, 1),
)
def test_any_damage_ends_in_a_queue_or_a_sentence(tmp_path_factory, cuts, length):
    path = tmp_path_factory.mktemp("damage") / "queue.sqlite"
    filled(path, 2)
    data = bytearray(path.read_bytes())
    for where, what in cuts:
        start = int(where * len(data))
        data[start : start + len(what)] = what
    path.write_bytes(data[: int(length * len(data)) if length < 0.5 else None])
    try:
        queue = JobQueue(path)
    except SynthscopeError:
        return
    with closing(queue):
        assert queue.get(queue.add("run", {})).state == "waiting"


WRITER = """
import sys
from pathlib import Path
from synthscope.jobs.queue import JobQueue

queue = JobQueue(Path(sys.argv[1]))
while True:
    job = queue.add("run", {"text": "x" * 5000})
    print("added", job, flush=True)
    queue.mark_running(job)
    queue.mark_done(job, {"of": job})
    print("done", job, flush=True)
"""


@pytest.mark.parametrize("words", [1, 4, 17, 60, 133])
def test_killed_in_the_middle_of_writing_no_acknowledged_row_is_lost(tmp_path, words):
    path = tmp_path / "queue.sqlite"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        said = [writer.stdout.readline().split() for _ in range(words)]
        writer.kill()
        said += [line.split() for line in writer.stdout if line.endswith("\n")]
    with closing(JobQueue(path)) as queue:
        assert queue.remark == ""
        rows = {row.id: row for row in queue.list()}
    for word, job in said:
        assert job in rows
        if word == "done":
            assert (rows[job].state, rows[job].result) == ("done", {"of": job})
