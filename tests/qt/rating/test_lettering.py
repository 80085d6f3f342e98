"""Words of twice the size are read whole, by the keyboard alone, and no picture moves for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from tests.qt.rating.studies import ENTER, answers_in, check_display, manifest_of, opened, press

from synthscope.qt.rating.lettering import SIZES, first_size, next_size
from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import PARADIGMS, Paradigm, Question
from synthscope.records.study_pack import Trial
from synthscope.studies.design.paradigms import default_questions
from synthscope.studies.store.responses import Responses

LARGER = Qt.Key.Key_A
PLACES: dict[Paradigm, int] = {"forced-choice": 4, "pairs": 2, "triplet": 2}


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Responses]:
    kept = answers_in(tmp_path)
    yield kept
    kept.close()


def of(paradigm: Paradigm) -> list[Trial]:
    codes = tuple(f"c{n}" for n in range(PLACES.get(paradigm, 1)))
    reference = "r" if paradigm in ("reference", "triplet") else ""
    return [Trial(f"t{n}", n // 2, codes, reference) for n in range(4)]


def enlarged(window: RatingWindow) -> float:
    """Twice the size of 16 points."""
    return window.words.font().pointSizeF() / 16


def to_largest(qtbot: QtBot, window: RatingWindow) -> None:
    window.resize(1280, 800)
    while enlarged(window) < SIZES[-1]:
        press(qtbot, window, LARGER)


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_every_question_is_read_whole_at_twice_the_size_and_no_picture_moves(
    qtbot: QtBot, answers: Responses, paradigm: Paradigm
) -> None:
    manifest = manifest_of(default_questions(paradigm, "rock"), of(paradigm))
    window = opened(qtbot, replace(manifest, paradigm=paradigm), answers)
    to_largest(qtbot, window)
    press(qtbot, window, ENTER)
    check_display(qtbot, window)
    qtbot.waitUntil(lambda: window.session.step == "shown")
    places = [place.toRect() for place in window.canvas.places()]
    least = 150 if len(places) < 4 else 110
    assert all(place.height() >= least for place in places), places
    asked = set()
    for key in (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_1):
        qtbot.wait(1)
        assert window.area.verticalScrollBar().maximum() == 0, window.words.text()
        assert [place.toRect() for place in window.canvas.places()] == places
        asked.add(window.words.text())
        press(qtbot, window, key)
    assert asked


def test_a_long_consent_is_agreed_to_at_its_end_and_read_by_keys(qtbot: QtBot, answers: Responses) -> None:
    manifest = replace(
        manifest_of([Question("q", "scale", "How good?")], of("rating")), consent="You may stop at any time.\n" * 60
    )
    window = opened(qtbot, manifest, answers)
    to_largest(qtbot, window)
    bar = window.area.verticalScrollBar()
    press(qtbot, window, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    press(qtbot, window, Qt.Key.Key_PageUp)
    assert bar.value() == 0
    pages = 0
    while window.session.step == "consent":
        assert bar.value() < bar.maximum() or pages
        press(qtbot, window, ENTER)
        pages += 1
    assert bar.maximum() == 0 or window.session.step == "display"
    assert pages > 3


def test_help_of_twice_the_size_lies_within_the_window_and_is_scrolled_by_keys(
    qtbot: QtBot, answers: Responses
) -> None:
    window = opened(qtbot, manifest_of(default_questions("marking", "rock"), of("marking"), zoom=4.0), answers)
    to_largest(qtbot, window)
    press(qtbot, window, Qt.Key.Key_H)
    sheet = window.sheet
    assert window.rect().contains(sheet.geometry())
    assert sheet.words.width() <= sheet.viewport().width()
    press(qtbot, window, Qt.Key.Key_PageDown)
    assert sheet.isVisible()
    assert sheet.verticalScrollBar().value() > 0
    press(qtbot, window, Qt.Key.Key_H)
    assert not sheet.isVisible()


def test_after_the_largest_size_comes_the_first() -> None:
    assert [next_size(size) for size in SIZES] == [*SIZES[1:], SIZES[0]]


def test_a_system_that_writes_large_has_a_window_that_writes_large(
    qtbot: QtBot, answers: Responses, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qtpy.QtGui import QFont
    from qtpy.QtWidgets import QApplication

    large = QFont()
    large.setPointSizeF(40.0)
    monkeypatch.setattr(QApplication, "font", lambda *_: large)
    assert first_size() == SIZES[-1]
    assert enlarged(opened(qtbot, manifest_of([], of("rating")), answers)) == SIZES[-1]
