"""Step, star, accept, reject: with mouse and keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QEvent, QPoint, Qt
from qtpy.QtGui import QFocusEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QLineEdit

from synthscope.qt.buttons import IconButton
from synthscope.qt.candidate_card import CandidateCard
from synthscope.qt.candidate_strip import CandidateRow, CandidateStrip
from synthscope.qt.theme import Tokens


def rows(count: int) -> tuple[CandidateRow, ...]:
    pixels = np.arange(64, dtype=np.uint16).reshape(8, 8) * 900
    return tuple(CandidateRow(f"run/{i + 1}", 2**40 + i, np.roll(pixels, i)) for i in range(count))


@pytest.fixture
def strip(shown: Callable[..., CandidateStrip]) -> CandidateStrip:
    made = shown(CandidateStrip())
    made.resize(800, 260)
    made.set_value(rows(3))
    return made


def card(strip: CandidateStrip, place: int) -> CandidateCard:
    found: CandidateCard = sorted(strip.findChildren(CandidateCard), key=lambda c: c.value().id)[place]
    return found


def press(strip: CandidateStrip, place: int, words: str) -> None:
    (button,) = [b for b in card(strip, place).findChildren(IconButton) if b.accessibleName() == words]
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_set_get_equal(strip: CandidateStrip) -> None:
    wanted = rows(5)
    strip.set_value(wanted)
    assert strip.value() == wanted
    strip.set_value(wanted[::-1])
    assert strip.value() == wanted[::-1]


def test_an_empty_strip_teaches_how_it_is_filled(shown: Callable[..., CandidateStrip], tokens: Tokens) -> None:
    empty = shown(CandidateStrip(), tokens)
    words = [label.text() for label in empty._empty.findChildren(type(empty._count)) if label.text()]
    assert words == ["Mask", "Generate", "Choose"]
    assert empty._empty.isVisible()
    assert empty.current() == ""
    QTest.keyClick(empty, Qt.Key.Key_A)


def test_the_first_is_current_and_keys_step(strip: CandidateStrip) -> None:
    heard: list[str] = []
    strip.stepped.connect(heard.append)
    assert strip.current() == "run/1"
    for key in (Qt.Key.Key_Right, Qt.Key.Key_N, Qt.Key.Key_N, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(strip, key)
    assert heard == ["run/2", "run/3", "run/2", "run/1", "run/3"]


def test_the_current_one_stays_when_others_come_and_go(strip: CandidateStrip) -> None:
    strip.set_current("run/2")
    strip.set_value(rows(6)[1:])
    assert strip.current() == "run/2"
    strip.set_value(rows(1))
    assert strip.current() == "run/1"
    strip.set_value(())
    assert strip.current() == ""


def test_a_click_chooses(strip: CandidateStrip) -> None:
    QTest.mouseClick(card(strip, 2).tile, Qt.MouseButton.LeftButton)
    assert strip.current() == "run/3"
    assert card(strip, 2).property("current") is True
    assert card(strip, 0).property("current") is False


def test_keys_accept_star_and_take_back(strip: CandidateStrip) -> None:
    heard: list[tuple[object, ...]] = []
    strip.accepted.connect(lambda name: heard.append(("accepted", name)))
    strip.starred.connect(lambda name, on: heard.append(("starred", name, on)))
    strip.reopened.connect(lambda name: heard.append(("reopened", name)))
    for key in (Qt.Key.Key_A, Qt.Key.Key_S, Qt.Key.Key_U):
        QTest.keyClick(strip, key)
    assert heard == [("accepted", "run/1"), ("starred", "run/1", True)]
    strip.set_value((replace(rows(1)[0], state="accepted", starred=True),))
    for key in (Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_S, Qt.Key.Key_U):
        QTest.keyClick(strip, key)
    assert heard[2:] == [("starred", "run/1", False), ("reopened", "run/1")]


def test_a_rejection_asks_for_its_reason_in_place(strip: CandidateStrip) -> None:
    heard: list[tuple[str, str]] = []
    strip.rejected.connect(lambda name, why: heard.append((name, why)))
    QTest.keyClick(strip, Qt.Key.Key_R)
    line = card(strip, 0).findChild(QLineEdit)
    assert line.isVisible()
    QTest.keyClicks(line, "seam at left")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert heard == [("run/1", "seam at left")]
    assert not line.isVisible()


def test_escape_leaves_the_candidate_as_it_was(strip: CandidateStrip) -> None:
    heard: list[str] = []
    strip.rejected.connect(lambda name, _why: heard.append(name))
    press(strip, 1, "Reject")
    line = card(strip, 1).findChild(QLineEdit)
    QTest.keyClicks(line, "blurred")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert heard == []
    assert not line.isVisible()


def test_buttons_of_a_card_act_on_that_card(strip: CandidateStrip) -> None:
    heard: list[object] = []
    strip.accepted.connect(heard.append)
    strip.seed_wanted.connect(heard.append)
    press(strip, 2, "Accept as a new layer")
    press(strip, 1, "Use this seed again")
    assert heard == ["run/3", 2**40 + 1]


def test_the_pointer_over_a_candidate_is_told(strip: CandidateStrip, qtbot: QtBot) -> None:
    heard: list[str] = []
    strip.hovered.connect(heard.append)
    QTest.mouseMove(card(strip, 1), QPoint(20, 20))
    qtbot.waitUntil(lambda: heard[-1:] == ["run/2"])
    QTest.mouseMove(strip, QPoint(strip.width() - 4, 2))
    qtbot.waitUntil(lambda: heard[-1:] == [""])


def test_decisions_are_counted_and_seeds_printed(strip: CandidateStrip, tokens: Tokens) -> None:
    first, second, third = rows(3)
    strip.set_value((replace(first, state="accepted"), replace(second, state="rejected", reason="blurred"), third))
    assert strip._count.text() == "1 of 3\n1 accepted\n1 rejected"
    texts = {label.text() for label in card(strip, 1).findChildren(type(strip._count))}
    assert {f"seed {2**40 + 1}", "blurred"} <= texts
    assert "blurred" in card(strip, 1).toolTip()


def test_figures_stand_in_the_tooltip(strip: CandidateStrip) -> None:
    strip.set_value((replace(rows(1)[0], figures={"seam ratio": "1.02 (real 1.00)"}),))
    assert "seam ratio: 1.02 (real 1.00)" in card(strip, 0).toolTip()


def test_menus_can_do_what_the_keys_do(strip: CandidateStrip) -> None:
    heard: list[object] = []
    strip.accepted.connect(heard.append)
    strip.starred.connect(lambda name, _on: heard.append(name))
    strip.reopened.connect(heard.append)
    strip.accept()
    strip.toggle_star()
    strip.reopen()
    strip.ask_reason()
    assert heard == ["run/1", "run/1"]
    assert card(strip, 0).findChild(QLineEdit).isVisible()
    strip.set_value(())
    for act in (strip.accept, strip.toggle_star, strip.reopen, strip.ask_reason):
        act()
    assert heard == ["run/1", "run/1"]


def test_a_decision_made_elsewhere_ends_the_question_for_a_reason(strip: CandidateStrip) -> None:
    strip.ask_reason()
    strip.set_value((replace(rows(1)[0], state="accepted"),))
    assert not card(strip, 0).findChild(QLineEdit).isVisible()


def test_a_low_strip_keeps_its_pictures(strip: CandidateStrip, qtbot: QtBot) -> None:
    strip.resize(800, strip.minimumHeight())
    qtbot.waitUntil(lambda: card(strip, 0).tile.height() >= 48)


def test_after_a_rejection_the_keys_go_on_stepping(strip: CandidateStrip) -> None:
    strip.ask_reason()
    QTest.keyClick(card(strip, 0).findChild(QLineEdit), Qt.Key.Key_Return)
    assert strip.window().focusWidget() is strip


def test_keys_act_on_the_card_whose_button_has_the_focus(strip: CandidateStrip) -> None:
    heard: list[str] = []
    strip.accepted.connect(heard.append)
    star = card(strip, 2)._star
    QApplication.sendEvent(star, QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    assert strip.current() == "run/3"
    QTest.keyClick(star, Qt.Key.Key_A)
    QTest.keyClick(star, Qt.Key.Key_Left)
    assert heard == ["run/3"]
    assert strip.current() == "run/2"
