"""Answers in two copies, in a chain, and sentences for what goes wrong."""

from __future__ import annotations

import errno
import math
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from synthscope.errors import DiskFull, DocumentError, FileError, InputError, Unavailable
from synthscope.records.study_pack import Slot, Trial
from synthscope.studies.store import database, mirror
from synthscope.studies.store import responses as responses_module
from synthscope.studies.store.chain import hash_of, heads_of, sealed, verify
from synthscope.studies.store.recovery import recover
from synthscope.studies.store.replaying import progress_of
from synthscope.studies.store.responses import Responses


@pytest.fixture
def paths(tmp_path):
    return tmp_path / "a.db", tmp_path / "second" / "a.jsonl"


@pytest.fixture
def opening(paths):
    opened = []

    def open_(**changes):
        options = {"slot": "s1", "study": "x", "mirror": paths[1]} | changes
        opened.append(Responses.open(paths[0], **options))
        return opened[-1]

    yield open_
    for responses in opened:
        responses.close()


def answer(responses, count=4):
    responses.begin("r1", "Synthscope 0")
    for number in range(count):
        responses.append("answer_submitted", f"t{number}", {"answers": {"q": number}, "rt_ms": 1.0})


def without_triggers(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER event_no_update")
        connection.execute("DROP TRIGGER event_no_delete")
        for statement in statements:
            connection.execute(statement)


def test_events_are_kept_in_both_copies_and_read_back(opening, paths):
    responses = opening()
    answer(responses)
    events = responses.events()
    responses.close()
    assert [event.seq for event in events] == [0, 1, 2, 3, 4]
    assert events[0].payload["rater"] == "r1"
    assert verify(events) == ()
    assert recover(*paths) == events == mirror.read_mirror(paths[1])[0]
    assert opening().events() == events


def test_what_append_gives_is_what_is_read(opening):
    responses = opening()
    responses.begin("r", "p")
    given = responses.append("comment", "t", {"text": "µ \ud800", "marks": (1, 2.0), "rt_ms": math.nan})
    assert given == responses.events()[-1]
    assert given.payload == {"text": "µ \ud800", "marks": [1, 2.0], "rt_ms": None}


def test_durable_settings_hold(opening):
    connection = opening()._connection
    names = ("journal_mode", "synchronous", "fullfsync")
    found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("statement", ["UPDATE event SET payload = '{}'", "DELETE FROM event", "DELETE FROM about"])
def test_nothing_can_be_changed(opening, statement):
    responses = opening()
    answer(responses)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        responses._connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("UPDATE event SET payload = '{}' WHERE seq = 3", "event 3: it was changed"),
        ("DELETE FROM event WHERE seq = 2", "event 2: it is missing"),
    ],
)
def test_tampering_is_found_at_its_row(opening, paths, statement, reason):
    responses = opening()
    answer(responses, 6)
    responses.close()
    without_triggers(paths[0], statement)
    with pytest.raises(DocumentError, match=reason):
        opening(mirror=None)


def test_a_forged_chain_has_another_head(opening):
    responses = opening()
    answer(responses)
    events = list(responses.events())
    forged = [*events[:2], sealed(replace(events[2], payload={}), events[1].hash)]
    for event in events[3:]:
        forged.append(sealed(event, forged[-1].hash))
    assert verify(forged) == ()
    assert heads_of(forged) != heads_of(events)
    assert hash_of(events[2]) == events[2].hash


def test_copies_that_contradict_each_other_are_refused(opening, paths):
    responses = opening()
    answer(responses, 6)
    responses.close()
    without_triggers(paths[0], "UPDATE event SET payload = '{}' WHERE seq = 5")
    with pytest.raises(DocumentError, match=r"differ at session .*, event 5"):
        recover(*paths)


def test_a_torn_last_line_is_dropped_and_written_again(opening, paths):
    responses = opening()
    answer(responses)
    events = responses.events()
    responses.close()
    paths[1].write_bytes(paths[1].read_bytes()[:-9])
    assert recover(*paths) == events
    again = opening()
    again.begin("r1", "p")
    assert mirror.read_mirror(paths[1])[0] == again.events()


@pytest.mark.parametrize("lost", ["database", "mirror", "damaged"])
def test_either_copy_alone_brings_all_back(opening, paths, lost):
    responses = opening()
    answer(responses)
    events = responses.events()
    responses.close()
    if lost == "damaged":
        paths[0].write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    else:
        paths[lost == "mirror"].unlink()
    assert recover(*paths) == events
    assert opening().events() == events
    assert mirror.read_mirror(paths[1])[0] == events
    assert len(list(paths[0].parent.glob("a-damaged-*.db"))) == (lost == "damaged")


def test_a_second_window_is_refused(opening):
    opening()
    with pytest.raises(Unavailable, match="open in another window"):
        opening()


@pytest.mark.parametrize(
    ("change", "sentence"), [({"slot": "s2"}, "belongs to study x, slot s1"), ({"study": "y"}, "belongs to study x")]
)
def test_answers_of_another_slot_are_refused(opening, change, sentence):
    opening().close()
    with pytest.raises(DocumentError, match=sentence):
        opening(**change)


def test_a_newer_version_and_a_foreign_database_are_refused(opening, paths):
    opening().close()
    with closing(sqlite3.connect(paths[0])) as connection, connection:
        connection.execute("PRAGMA user_version = 9")
    with pytest.raises(DocumentError, match="newer Synthscope"):
        opening()
    paths[0].unlink()
    with closing(sqlite3.connect(paths[0])) as connection, connection:
        connection.execute("CREATE TABLE jobs (id)")
    with pytest.raises(DocumentError, match="holds no answers"):
        opening()


def test_network_shares_are_refused(opening, monkeypatch):
    monkeypatch.setattr(database, "file_system_of", lambda _: "cifs")
    with pytest.raises(InputError, match=r"network share \(cifs\)"):
        opening()


def test_a_full_disk_loses_nothing_and_the_answer_may_be_given_again(opening, paths):
    responses = opening()
    answer(responses)
    (pages,) = responses._connection.execute("PRAGMA page_count").fetchone()
    responses._connection.execute(f"PRAGMA max_page_count = {pages}")
    before = responses.events()
    with pytest.raises(DiskFull, match="not yet saved"):
        responses.append("comment", payload={"text": "x" * 100_000})
    assert responses.events() == before == mirror.read_mirror(paths[1])[0]
    responses._connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    responses.append("comment", payload={"text": "x" * 100_000})
    assert verify(responses.events()) == ()
    assert mirror.read_mirror(paths[1])[0] == responses.events()


def test_a_full_disk_of_the_mirror_takes_the_answer_back_from_both(opening, paths, monkeypatch):
    responses = opening()
    answer(responses)
    before = responses.events()

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(mirror.os, "fsync", full)
        with pytest.raises(DiskFull, match="is full"):
            responses.append("comment")
    assert responses.events() == before == mirror.read_mirror(paths[1])[0]
    responses.append("comment")
    assert mirror.read_mirror(paths[1])[0] == responses.events()


def test_a_read_only_database_is_said(opening):
    responses = opening()
    answer(responses)
    responses._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(FileError, match="read-only"):
        responses.append("comment")


def test_a_clock_that_is_set_back_breaks_nothing(opening, monkeypatch):
    responses = opening()
    answer(responses)
    monkeypatch.setattr(responses_module, "_now", lambda: datetime(2001, 1, 1, tzinfo=UTC).isoformat())
    late = responses.append("comment")
    earlier = responses.events()[-2]
    assert late.at < earlier.at
    assert late.clock >= earlier.clock
    assert verify(responses.events()) == ()


def test_no_event_without_a_session(opening):
    with pytest.raises(InputError, match="No session"):
        opening().append("comment")


def test_a_backup_is_made_at_breaks(opening, paths):
    responses = opening()
    answer(responses)
    responses.append("break_start")
    with closing(sqlite3.connect(paths[0].with_name("a.backup.db"))) as copy:
        assert copy.execute("SELECT count(*) FROM event").fetchone() == (6,)


def test_progress_after_a_crash(opening):
    slot = Slot("s1", False, tuple(Trial(f"t{number}", 1, ("c",)) for number in range(4)))
    responses = opening()
    answer(responses, 2)
    responses.append("trial_armed", "t2")
    responses.append("stimulus_onset", "t2")
    responses.append("consent_withdrawn", payload={"keep": True})
    progress = progress_of(slot, responses.events())
    assert (progress.answered, progress.interrupted, progress.next) == (("t0", "t1"), "t2", "t2")
    assert progress.exposures == {"t2": 1}
    assert progress.withdrawn
    assert progress.unfinished == responses.events()[0].session
    responses.append("session_close")
    assert progress_of(slot, responses.events()).unfinished == ""
    assert progress_of(slot, ()).next == "t0"
    assert progress_of(Slot("s1", False, slot.trials[:2]), responses.events()).finished


def test_a_damaged_second_copy_is_written_anew_from_the_first_and_told(opening, paths):
    responses = opening()
    answer(responses)
    events = responses.events()
    responses.close()
    lines = paths[1].read_bytes().splitlines(keepends=True)
    paths[1].write_bytes(b"".join([lines[0], b"{ torn\n", *lines[2:]]))
    again = opening()
    assert again.events() == events == mirror.read_mirror(paths[1])[0]
    assert "a-damaged-1.jsonl" in again.notice
    assert (paths[1].parent / "a-damaged-1.jsonl").exists()


def test_a_damaged_database_that_was_brought_back_is_told(opening, paths):
    responses = opening()
    answer(responses)
    responses.close()
    paths[0].write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    assert "a-damaged-1.db" in opening().notice


@pytest.mark.parametrize(
    ("second", "words"), [("gone", "no answers in"), ("damaged", "damaged too"), ("none", "was named")]
)
def test_where_nothing_is_whole_a_rater_is_told_what_to_do_and_no_file_is_touched(opening, paths, second, words):
    responses = opening()
    answer(responses)
    responses.close()
    paths[0].write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    if second == "damaged":
        paths[1].write_bytes(b"{ torn\n" + paths[1].read_bytes())
    elif second == "gone":
        paths[1].unlink()
    before = {path: path.read_bytes() for path in paths if path.exists()}
    with pytest.raises(DocumentError, match=words) as told:
        opening(**({"mirror": None} if second == "none" else {}))
    assert "Delete nothing" in told.value.sentence
    assert "coordinator" in told.value.sentence
    assert {path: path.read_bytes() for path in before} == before


def test_a_backup_that_fails_is_told_and_the_event_is_saved_all_the_same(opening, paths, monkeypatch):
    responses = opening()
    answer(responses)

    def fails(*_, **__):
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr("synthscope.studies.store.responses.replacing", fails)
        event = responses.append("break_start")
    assert responses.events()[-1] == event
    assert "The disk is full." in responses.notice
    responses.append("break_start")
    assert responses.notice == ""


def test_a_backup_that_sqlite_cannot_begin_is_told_too(opening, monkeypatch):
    responses = opening()
    answer(responses)

    def fails(*_, **__):
        raise sqlite3.OperationalError("unable to open database file")

    monkeypatch.setattr("synthscope.studies.store.responses.sqlite3.connect", fails)
    responses.append("session_close")
    assert "backup" in responses.notice


def test_the_folder_of_a_new_copy_is_flushed_once(opening, paths, monkeypatch):
    flushed = []
    monkeypatch.setattr(mirror, "flush_folder", flushed.append)
    opening().close()
    assert flushed == [paths[1].parent, paths[1].parent.parent]
    opening()
    assert len(flushed) == 2
