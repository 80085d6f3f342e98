"""Whether answers were sent is said quietly: never while a picture is in sight, and nothing moves for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from tests.qt.rating.studies import ENTER, answers_in, flat, go_to_trial, manifest_of, opened, press

from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import Question
from synthscope.records.study_pack import Trial
from synthscope.services.rating.session import RatingSession
from synthscope.studies.central.address import Address
from synthscope.studies.central.outbox import Outbox, OutboxState
from synthscope.studies.store.responses import Responses

TRIALS = [Trial(f"t{n}", n // 2, ("c0",)) for n in range(4)]
AWAY = "The server db cannot be reached; check the network and try again."

REFUSED = "The server does not take some answers; they are safe here. Tell the coordinator."


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Responses]:
    kept = answers_in(tmp_path)
    yield kept
    kept.close()


def rated(qtbot: QtBot, answers: Responses, said: list[str]) -> RatingWindow:
    manifest = manifest_of([Question("q", "scale", "How good?")], TRIALS)
    session = RatingSession(manifest, manifest.slots[0], answers)
    session.start("r", "Synthscope 0")
    window = RatingWindow(session, flat(90), lambda: said[-1])
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    qtbot.waitExposed(window)
    return window


def test_it_changes_between_pictures_alone_and_moves_nothing(qtbot: QtBot, answers: Responses) -> None:
    said = ["All answers are sent."]
    window = rated(qtbot, answers, said)
    assert window.sent.text() == said[-1]
    go_to_trial(qtbot, window)
    place = window.canvas.geometry()
    said.append("12 answers will be sent later; safe on this computer.")
    window.look_at_sending()
    press(qtbot, window, Qt.Key.Key_3)
    assert window.sent.text() == said[0], "a picture is in sight"
    press(qtbot, window, ENTER)
    assert window.sent.text() == said[-1]
    assert window.words.text() == "", "it is no error"
    qtbot.waitUntil(lambda: window.session.step == "shown")
    assert window.canvas.geometry() == place


def test_where_nothing_is_sent_nothing_is_said_of_it(qtbot: QtBot, answers: Responses) -> None:
    window = opened(qtbot, manifest_of([Question("q", "scale", "How good?")], TRIALS), answers)
    assert not window.sent.isVisible()
    assert window.sent.text() == ""


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (OutboxState(), "All answers are sent."),
        (OutboxState(3, 1), "Answers are being sent."),
        (OutboxState(5, 2, AWAY), "2 answers will be sent later; safe on this computer."),
        (OutboxState(3, 1, AWAY), "1 answer will be sent later; safe on this computer."),
        (OutboxState(1, 0, AWAY), "The server is away; answers are kept here."),
        (OutboxState(refused=("x",)), REFUSED),
    ],
)
def test_a_lost_connection_is_a_quiet_state_that_names_no_server(state: OutboxState, said: str) -> None:
    assert state.quiet == said


def test_answers_that_cannot_be_sent_are_counted_while_rating_goes_on(qtbot: QtBot, answers: Responses) -> None:
    nowhere = Address("127.0.0.1", 1, "ratings", "rater", encrypted=False, password="x")
    outbox = Outbox(nowhere, "desk", answers.events(), first_wait=30)
    answers.told = outbox.put
    window = rated(qtbot, answers, [""])
    window._sending = lambda: outbox.state.quiet
    for count in (1, 2):
        go_to_trial(qtbot, window)
        press(qtbot, window, Qt.Key.Key_3, ENTER)
        qtbot.waitUntil(lambda: bool(outbox.state.trouble))
        window.look_at_sending()
        assert window.sent.text() == f"{count} answer{'s' * (count > 1)} will be sent later; safe on this computer."
    assert not window.is_stopped
    window.close()
    outbox.close(0)
    assert not [thread for thread in threading.enumerate() if thread.name == "outbox" and not thread.daemon]
