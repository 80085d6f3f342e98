"""The folder of a study."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace

import pytest

from synthscope.errors import DocumentError, FileError, InputError, SynthscopeError, Unavailable
from synthscope.records.study_events import GENESIS, Event
from synthscope.services.studies.study_file import NAME, StudyFile
from synthscope.studies.store.chain import sealed


@dataclass(frozen=True)
class Note:
    text: str


@pytest.fixture
def study(tmp_path):
    opened = StudyFile.create(tmp_path / "study", Note("a design"))
    yield opened
    opened.close()


def test_documents_keep_their_versions_and_states_advance(study):
    assert [study.put("note", Note("one")), study.put("note", Note("two"))] == [1, 2]
    study.advance("audited", "Ada", "No leak was found.")
    study.close()
    again = StudyFile.open(study.folder)
    assert (again.get("note", Note), again.get("design", Note)) == (Note("two"), Note("a design"))
    assert again.state == "audited"
    with pytest.raises(InputError, match="only frozen may follow"):
        again.advance("closed", "Ada", "Haste.")
    with pytest.raises(InputError, match="holds no 'key'"):
        again.get("key", Note)
    with pytest.raises(SynthscopeError, match="append-only"):
        again._run("UPDATE document SET content = ''")
    again.close()


def test_what_cannot_be_opened_is_said(study, tmp_path):
    with pytest.raises(Unavailable, match="another window"):
        StudyFile.open(study.folder)
    with pytest.raises(FileError, match="holds no study"):
        StudyFile.open(tmp_path)
    with pytest.raises(InputError, match="holds a study already"):
        StudyFile.create(study.folder, Note("b"))


def test_a_changed_log_is_found_at_its_step(study):
    study.advance("audited", "Ada", "No leak was found.")
    study.close()
    with closing(sqlite3.connect(study.folder / NAME)) as connection, connection:
        connection.execute("DROP TRIGGER state_no_update")
        connection.execute("UPDATE state SET by_whom = 'Ben' WHERE number = 2")
    with pytest.raises(DocumentError, match="changed at step 1"):
        StudyFile.open(study.folder)


def test_events_are_kept_once_and_broken_chains_are_refused_whole(study):
    first = sealed(Event("s1", 0, "a", "session_open", "t", 1), GENESIS)
    second = sealed(Event("s1", 1, "b", "session_close", "t", 2), first.hash)
    with pytest.raises(DocumentError, match="Session s1, event 0: it is missing"):
        study.add_events([second])
    assert study.events() == ()
    assert [study.add_events([first]), study.add_events([first, second]), study.add_events([second])] == [1, 1, 0]
    assert study.events() == (first, second)
    with pytest.raises(DocumentError, match="Session s1, event"):
        study.add_events([replace(second, at="later")])
