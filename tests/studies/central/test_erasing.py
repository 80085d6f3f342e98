"""Erasing a rater at the server: by its owner alone, whole, and for good."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pg8000.dbapi
import pytest
from sqlalchemy import text
from tests.studies.central.conftest import Study, open_answers, rate
from tests.studies.central.server import OWNER, PASSWORD, Server, ask, running
from tests.studies.central.test_server import bring

from synthscope.errors import InputError
from synthscope.records.study_events import Event
from synthscope.studies.central.address import address_of, engine_of
from synthscope.studies.central.erasing import erase_slot
from synthscope.studies.central.fetching import fetch_events, slots_at
from synthscope.studies.central.outbox import Outbox
from synthscope.studies.store.chain import heads_of

SECRET = "a_comment_that_must_go"


def erase(study: Study, slot: str = "rater-001") -> int:
    return erase_slot(study.keeper, study.manifest.study, slot, "Ada", "A letter of 3 May.")


def until(condition: Callable[[], bool]) -> None:
    end = monotonic() + 60
    while not condition():
        assert monotonic() < end
        sleep(0.01)


def test_what_is_erased_is_gone_and_its_heads_stay(study: Study, events: tuple[Event, ...], tmp_path: Path) -> None:
    other = open_answers(tmp_path / "other", study, 1)
    rate(other, 2)
    bring(study.url(), events)
    bring(study.url(1), other.events())
    assert erase(study) == len(events)
    assert fetch_events(study.keeper, study.manifest.study) == other.events()
    (row,) = ask(study.server, OWNER, PASSWORD, _erased(study))
    assert row[:3] == ["rater-001", "Ada", "A letter of 3 May."]
    (session,) = heads_of(events)
    assert json.loads(row[3]) == {session: {"events": len(events), "head": events[-1].hash}}
    first, second = slots_at(study.keeper, study.manifest.study)
    assert first.sentence.startswith("rater-001: erased on 20")
    assert second.answers == 2
    assert erase(study) == 0
    with pytest.raises(InputError, match="no rater rater-009 in study"):
        erase(study, "rater-009")
    other.close()


def _erased(study: Study) -> str:
    return f"SELECT slot, by_whom, reason, sessions FROM synthscope.erased WHERE study = '{study.manifest.study}'"


def test_neither_rater_nor_staff_can_erase(study: Study, events: tuple[Event, ...]) -> None:
    bring(study.url(), events)
    call = f"SELECT synthscope.erase_rater('{study.manifest.study}', 'rater-001', 'x', 'x')"
    with pytest.raises(pg8000.dbapi.DatabaseError, match="42501"):
        study.ask(0, call)
    for role in ("designer", "analyst", "keyholder"):
        ask(
            study.server, "postgres", PASSWORD, f"DROP ROLE IF EXISTS a_{role}",
            f"CREATE ROLE a_{role} LOGIN PASSWORD 'x' IN ROLE synthscope_{role}",
        )  # fmt: skip
        for statement in (call, "DELETE FROM synthscope.event", "INSERT INTO synthscope.erased DEFAULT VALUES"):
            with pytest.raises(pg8000.dbapi.DatabaseError, match="42501"):
                ask(study.server, f"a_{role}", "x", statement)
    with pytest.raises(InputError, match=r"rater-001_.* may not do this"):
        erase_slot(study.url(), study.manifest.study, "rater-001", "x", "x")
    assert fetch_events(study.keeper, study.manifest.study) == events


def test_only_rows_of_the_erased_may_be_deleted_and_what_is_noted_stays(
    study: Study, events: tuple[Event, ...], tmp_path: Path
) -> None:
    other = open_answers(tmp_path / "other", study, 1)
    rate(other, 1)
    bring(study.url(), events)
    bring(study.url(1), other.events())
    erase(study)
    for table in ("event", "session", "erased"):
        for owner in (OWNER, "postgres"):
            with pytest.raises(pg8000.dbapi.DatabaseError, match="SY001"):
                ask(study.server, owner, PASSWORD, f"DELETE FROM synthscope.{table}")
            with pytest.raises(pg8000.dbapi.DatabaseError, match="SY001"):
                ask(study.server, owner, PASSWORD, f"UPDATE synthscope.{table} SET study = study")
    assert fetch_events(study.keeper, study.manifest.study) == other.events()
    other.close()


def test_the_outbox_of_an_erased_rater_says_so_and_stops(study: Study, tmp_path: Path) -> None:
    answers = open_answers(tmp_path / "answers", study)
    first = Outbox(study.url(), "desk")
    answers.told = first.put
    rate(answers, 2)
    until(lambda: not first.state.events)
    erase(study)
    answers.append("comment", "", {"text": "after"})
    until(lambda: bool(first.state.closed))
    assert first.state.quiet == "The server takes no more answers of yours: they were erased there."
    answers.append("comment", "", {"text": "later"})
    state = first.close(60)
    assert state.events == 0
    assert state.sentence.startswith("The answers of rater-001 were erased at the server on 20")
    again = Outbox(study.url(), "laptop", answers.events()).close(60)
    assert (again.events, again.sentence) == (0, state.sentence)
    assert fetch_events(study.keeper, study.manifest.study) == ()
    assert study.ask(0, "SELECT count(*) FROM synthscope.lease") == [[0]]
    answers.close()


def test_a_rater_who_erases_sends_the_marker_and_no_older_answer(study: Study, tmp_path: Path) -> None:
    answers = open_answers(tmp_path / "answers", study)
    rate(answers, 2)
    outbox = Outbox(study.url(port=1), "desk", answers.events(), first_wait=60)  # nobody is there
    answers.told = outbox.put
    answers.erase()
    assert outbox.state.events == 3
    outbox.close(0.1)
    assert Outbox(study.url(), "desk", answers.events()).close(60).events == 0
    found = fetch_events(study.keeper, study.manifest.study)
    assert found == answers.events()
    assert [event.kind for event in found] == ["session_open", "consent_withdrawn", "session_close"]
    answers.close()


def test_nothing_is_left_in_the_files_of_the_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.studies.central.conftest import set_up
    from tests.studies.central.server import binaries

    if binaries() is None:
        pytest.skip("PostgreSQL is not installed (package postgresql)")
    with running(20) as server:
        study = set_up(server, 2, tmp_path / "pgpass", monkeypatch)
        for number, words in ((0, SECRET), (1, "what_stays_there")):
            answers = open_answers(tmp_path / str(number), study, number)
            answers.begin("rater", "test")
            answers.append("comment", "", {"text": words})
            bring(study.url(number), answers.events())
            answers.close()
        told = _pages(server)
        assert SECRET in told
        erase(study)
        told = _pages(server)
        assert SECRET not in told
        assert "what_stays_there" in told


def _pages(server: Server) -> str:
    """Give the bytes of the file of the table of events, as the server itself reads them."""
    rows = ask(
        server, "postgres", PASSWORD, "CHECKPOINT",
        "SELECT encode(pg_read_binary_file(pg_relation_filepath('synthscope.event')), 'escape')",
    )  # fmt: skip
    return str(rows[0][0])


def test_tables_of_the_first_version_are_brought_to_this_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database of its own, with the tables as they were before anything could be erased."""
    from alembic import command
    from alembic.config import Config

    ask(server, "postgres", PASSWORD, f"CREATE DATABASE older OWNER {OWNER}", database="postgres")
    url = server.url(OWNER, "older")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    config = Config()
    config.set_main_option("script_location", "synthscope.studies.central:migrations")
    config.set_main_option("path_separator", "os")
    with engine_of(address_of(url)).execution_options(isolation_level="READ COMMITTED").begin() as connection:
        connection.execute(text("CREATE SCHEMA synthscope"))
        config.attributes["connection"] = connection
        command.upgrade(config, "1")
        connection.execute(text("INSERT INTO synthscope.study VALUES ('old', 'Old', '', '', '')"))
        connection.execute(text("INSERT INTO synthscope.slot VALUES ('old', 'rater-001', 'nobody')"))
    assert slots_at(url, "old") == ()
    assert erase_slot(url, "old", "rater-001", "Ada", "x") == 0
    assert [one.slot for one in slots_at(url, "old")] == ["rater-001"]
