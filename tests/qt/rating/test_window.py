"""A whole study by the keyboard alone."""

from __future__ import annotations

import numpy as np
import pytest
from qtpy.QtCore import Qt

from synthscope.errors import InputError
from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import Question, Showing
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.services.rating.session import RatingSession
from synthscope.studies.store.responses import Responses


@pytest.fixture
def answers(tmp_path):
    opened = Responses.open(tmp_path / "a.db", slot="a", study="s", mirror=tmp_path / "b" / "a.jsonl")
    yield opened
    opened.close()


def opened(qtbot, answers, kind, *, mirrored=False):
    slot = Slot("a", mirrored, (Trial("t0", 0, ("c0", "c1")), Trial("t1", 1, ("c1", "c0"))))
    manifest = PackManifest(
        "s", "x", "pairs", (Question("q", kind, "Which?"),), Showing(least=0, interval=300), (1, 8, 8, 1),
        ("c0", "c1"), (slot,), consent="Free.",
    )  # fmt: skip
    session = RatingSession(manifest, slot, answers)
    session.start("r", "Synthscope 0")
    window = RatingWindow(session, lambda code: np.full((1, 8, 8, 1), 90, np.uint8))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.mark.parametrize(
    ("kind", "mirrored", "value"), [("choice", False, 1), ("confidence", False, 2), ("scale", True, 5)]
)
def test_a_study_is_answered_by_keys_from_consent_to_the_head_hash(qtbot, answers, kind, mirrored, value):
    window = opened(qtbot, answers, kind, mirrored=mirrored)
    enter = Qt.Key.Key_Return
    qtbot.keyClick(window, enter)
    qtbot.keyClick(window, enter)
    for _ in range(2):
        qtbot.waitUntil(lambda: window.session.step == "shown")
        for key in (Qt.Key.Key_2, Qt.Key.Key_Backspace, Qt.Key.Key_2, enter, enter):
            qtbot.keyClick(window, key)
    assert window.session.step == "closed"
    given = [event.payload["answers"] for event in answers.events() if event.kind == "answer_submitted"]
    assert given == [{"q": value}] * 2
    assert answers.events()[-1].hash[:4] in window.words.text()


def test_escape_asks_and_delete_withdraws(qtbot, answers):
    window = opened(qtbot, answers, "choice")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.session.step == "consent"
    qtbot.keyClick(window, Qt.Key.Key_D)
    assert [event.kind for event in answers.events()][-2:] == ["consent_withdrawn", "session_close"]
    assert answers.events()[-2].payload == {"keep": False}


def test_a_question_that_the_window_cannot_ask_is_refused_in_a_sentence(qtbot, answers):
    with pytest.raises(InputError, match="'marks'"):
        opened(qtbot, answers, "marks")
