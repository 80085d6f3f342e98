"""The check of the display in the window: by keys alone, by the mouse, and what stands in the answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt

from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import Question
from synthscope.records.study_pack import Trial
from synthscope.services.rating.display import CARD_MM, DARK, LIGHT, RAMP
from synthscope.studies.store.responses import Responses

from .studies import ENTER, TOWARDS, answers_in, manifest_of, of_kind, opened, press

MANIFEST = manifest_of([Question("q", "scale", "How good?")], [Trial("t", 1, ("c",))])


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Responses]:
    made = answers_in(tmp_path)
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot, answers: Responses) -> RatingWindow:
    made = opened(qtbot, MANIFEST, answers)
    press(qtbot, made, ENTER)
    assert made.session.step == "display"
    return made


def grey(window: RatingWindow, point: QPoint) -> int:
    return int(window.checker.grab().toImage().pixelColor(point).red())


def test_keys_alone_lead_through_the_check_and_its_findings_are_kept(
    qtbot: QtBot, window: RatingWindow, answers: Responses
) -> None:
    check, right, down = window.checker.check, Qt.Key.Key_Right, Qt.Key.Key_Down
    press(qtbot, window, ENTER, right, right, Qt.Key.Key_Up, Qt.Key.Key_Left)
    assert check.card == 324 + 2 + 10 - 1
    press(qtbot, window, ENTER, down, right)
    assert "51 cm" in window.words.text()
    press(qtbot, window, ENTER, Qt.Key.Key_Y, TOWARDS[check.patches[0]], TOWARDS[check.patches[1]])
    assert "as it should be" in window.words.text()
    press(qtbot, window, ENTER)
    (kept,) = of_kind(answers, "display_check")
    screen = window.screen()
    assert kept.payload["mm_per_pixel"] == pytest.approx(CARD_MM[0] / (335 * screen.devicePixelRatio()))
    assert kept.payload["distance_mm"] == 510
    assert kept.payload["screen"]["pixels"] == [screen.size().width(), screen.size().height()]
    assert kept.payload["warnings"] == []
    assert window.session.step == "ready"


def test_what_is_not_seen_warns_may_be_checked_again_and_does_not_block(
    qtbot: QtBot, window: RatingWindow, answers: Responses
) -> None:
    missing = (ENTER, Qt.Key.Key_0, ENTER, Qt.Key.Key_N, Qt.Key.Key_0, Qt.Key.Key_0)
    press(qtbot, window, *missing, Qt.Key.Key_B)
    assert window.checker.check.stage == "seat"
    press(qtbot, window, *missing)
    for word in ("no card", "grey steps", "dark patch", "light patch"):
        assert word in window.words.text()
    press(qtbot, window, ENTER)
    assert window.session.step == "ready"
    (kept,) = of_kind(answers, "display_check")
    assert len(kept.payload["warnings"]) == 4
    assert kept.payload["mm_per_pixel"] == 0


def test_the_mouse_draws_the_edge_of_the_card(qtbot: QtBot, window: RatingWindow) -> None:
    press(qtbot, window, ENTER)
    checker = window.checker
    left, middle = round(checker.card().left()), checker.height() // 2
    qtbot.mousePress(checker, Qt.MouseButton.LeftButton, pos=QPoint(left + 200, middle))
    qtbot.mouseMove(checker, QPoint(left + 250, middle))
    qtbot.mouseRelease(checker, Qt.MouseButton.LeftButton)
    assert checker.check.card == pytest.approx(250, abs=1)
    assert checker.card().left() == pytest.approx(left, abs=1)


def test_the_greys_on_the_screen_are_those_of_the_pattern(qtbot: QtBot, window: RatingWindow) -> None:
    press(qtbot, window, ENTER, ENTER, ENTER)
    checker = window.checker
    wide = checker.width() / 18
    assert tuple(grey(window, QPoint(round((step + 0.5) * wide), 5)) for step in range(18)) == RAMP
    for around, inside in (DARK, LIGHT):
        press(qtbot, window, Qt.Key.Key_Y if around == 0 else TOWARDS[checker.check.patches[0]])
        assert grey(window, checker.patch().center().toPoint()) == inside
        assert grey(window, checker.field().center().toPoint()) == around
        assert checker.field().contains(checker.patch())


def test_the_check_begins_with_the_scale_of_the_last_session(qtbot: QtBot, tmp_path: Path) -> None:
    answers = answers_in(tmp_path)
    first = opened(qtbot, MANIFEST, answers)
    press(qtbot, first, ENTER, ENTER, *[Qt.Key.Key_Up] * 3, ENTER, ENTER)
    press(qtbot, first, Qt.Key.Key_Y, Qt.Key.Key_0, Qt.Key.Key_0, ENTER)
    first.close()
    second = opened(qtbot, MANIFEST, answers)
    press(qtbot, second, ENTER)
    assert second.checker.check.card == pytest.approx(354)
    second.close()
    answers.close()
