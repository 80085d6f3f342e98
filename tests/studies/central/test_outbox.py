"""The outbox: what was saved here comes to the server once, whatever happens to the connection."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection
from tests.studies.central.conftest import Study, open_answers, rate, set_up
from tests.studies.central.server import Server, Wire
from tests.studies.central.uploads import upload_all

from synthscope.errors import InputError
from synthscope.records.study_events import Event
from synthscope.studies.central.fetching import fetch_events, slots_at
from synthscope.studies.central.outbox import Outbox, OutboxState

pytestmark = pytest.mark.timeout(60)


def until(true: Callable[[], bool]) -> None:
    """Wait for a condition; the time limit of the tests ends what never comes."""
    while not true():
        time.sleep(0.01)


def test_answers_reach_the_server_while_a_rater_rates(study: Study, tmp_path: Path) -> None:
    answers = open_answers(tmp_path / "answers", study)
    outbox = Outbox(study.url(), "desk", answers.events())
    answers.told = outbox.put
    rate(answers, 5)
    until(lambda: not outbox.state.events)
    assert outbox.state == OutboxState()
    assert outbox.state.sentence == "All answers are at the server."
    rate(answers, 2)
    assert outbox.close(60).events == 0
    assert fetch_events(study.keeper, study.manifest.study) == tuple(
        sorted(answers.events(), key=lambda event: (event.session, event.seq))
    )
    answers.close()


def test_a_rater_goes_on_while_the_server_is_down_and_the_next_start_sends_the_rest(
    study: Study, wire: Wire, tmp_path: Path
) -> None:
    wire.refuse(is_down=True)
    answers = open_answers(tmp_path / "answers", study)
    outbox = Outbox(study.url(port=wire.port), "desk", answers.events(), first_wait=0.01)
    answers.told = outbox.put
    rate(answers, 12)
    until(lambda: bool(outbox.state.trouble))
    state = outbox.close(0.2)
    assert state.answers == 12
    assert state.sentence.startswith("12 answers wait to be sent. The server 127.0.0.1 cannot be reached")
    assert state.sentence.endswith("They are safe on this computer.")
    answers.close()
    assert fetch_events(study.keeper, study.manifest.study) == ()

    again = open_answers(tmp_path / "answers", study)
    assert Outbox(study.url(), "desk", again.events()).close(60).events == 0
    assert fetch_events(study.keeper, study.manifest.study) == again.events()
    again.close()


def test_a_connection_that_breaks_again_and_again_loses_and_doubles_nothing(
    study: Study, wire: Wire, tmp_path: Path
) -> None:
    answers = open_answers(tmp_path / "answers", study)
    outbox = Outbox(study.url(port=wire.port), "desk", first_wait=0.001)
    answers.told = outbox.put
    cuts = 0
    for _ in range(10):
        rate(answers, 4)
        before = wire.passed
        until(lambda before=before: wire.passed > before)
        cuts += wire.cut()
    assert outbox.close(120).events == 0
    assert cuts > 0
    fetched = fetch_events(study.keeper, study.manifest.study)
    assert fetched == tuple(sorted(answers.events(), key=lambda event: (event.session, event.seq)))
    answers.close()


def test_what_the_server_has_is_not_sent_again(
    study: Study, events: tuple[Event, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from synthscope.studies.central import outbox as room

    assert Outbox(study.url(), "desk", events[:5]).close(60).events == 0
    sent: list[int] = []
    send = room.send

    def watched(connection: Connection, batch: list[Event], device: str) -> None:
        sent.extend(event.seq for event in batch)
        send(connection, batch, device)

    monkeypatch.setattr(room, "send", watched)
    assert Outbox(study.url(), "desk", events).close(60).events == 0
    assert sent == [4, 5, 6, 7]  # the last one that is there shows that both hold the same


def test_a_session_that_is_refused_does_not_hold_up_the_others(
    study: Study, events: tuple[Event, ...], tmp_path: Path
) -> None:
    answers = open_answers(tmp_path / "more", study)
    rate(answers, 2)
    broken = (*events[:3], replace(events[3], trial="x"), *events[4:])
    state = Outbox(study.url(), "desk", (*broken, *answers.events())).close(60)
    assert state.events == 0
    assert "event 3 was refused: it was changed after it was written" in state.sentence
    assert "All answers are at the server" not in state.sentence
    assert fetch_events(study.keeper, study.manifest.study) == answers.events()
    answers.close()


def test_a_second_device_is_told_of_the_first_and_both_are_kept(study: Study, tmp_path: Path) -> None:
    desk, laptop = (open_answers(tmp_path / name, study) for name in ("desk", "laptop"))
    first = Outbox(study.url(), "desk")
    desk.told = first.put
    rate(desk, 2)
    until(lambda: not first.state.events)
    second = Outbox(study.url(), "laptop")
    laptop.told = second.put
    rate(laptop, 1)
    until(lambda: not second.state.events)
    assert second.state.is_elsewhere
    assert second.state.sentence.endswith("the answers of both are kept.")
    assert not first.state.is_elsewhere
    first.close(60), second.close(60)
    (slot,) = slots_at(study.keeper, study.manifest.study)
    assert (slot.answers, slot.devices, slot.unleased) == (3, ("desk", "laptop"), 1)
    desk.close(), laptop.close()


def test_a_wrong_password_is_told_and_answers_wait(
    study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", "wrong")
    answers = open_answers(tmp_path / "answers", study)
    rate(answers, 1)
    outbox = Outbox(study.url(), "desk", answers.events(), first_wait=0.01)
    until(lambda: bool(outbox.state.trouble))
    state = outbox.close(0.2)
    assert state.sentence.startswith("1 answer waits to be sent. The server does not let rater-001_")
    answers.close()


def test_no_outbox_begins_without_a_password(study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    with pytest.raises(InputError, match="There is no password for rater-001"):
        Outbox(study.url(), "desk")


def test_six_raters_at_once_over_wires_that_break(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = set_up(server, 6, tmp_path / "pgpass", monkeypatch)
    outcome = upload_all(study, tmp_path, trials=8, seed=1, cuts=6)
    assert outcome.cuts >= 6
    assert outcome.received == outcome.saved
    assert len(outcome.saved) == 6 * (1 + 2 * 8 + 1)
