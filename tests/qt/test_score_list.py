"""Scores in groups with bars: what is shown, what is grey, what is chosen by mouse and keys."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from tests.plugin.evaluated import SCORES, score

from synthscope.qt.score_bar import NO_SPAN, ScoreBar, floor_words, score_words, span_of, why_words
from synthscope.qt.score_list import BETTER, ScoreList, score_tip
from synthscope.qt.theme import Tokens
from synthscope.records.evaluation import Score

numbers = st.floats(-1e6, 1e6)


@pytest.fixture
def scores(shown: Callable[..., ScoreList], tokens: Tokens) -> ScoreList:
    made = shown(ScoreList(), tokens)
    made.resize(380, 480)
    made.set_value(SCORES)
    return made


def lines(scores: ScoreList) -> list[str]:
    return [item.text(0) for item in scores._lines()]


def test_set_get_equal(scores: ScoreList) -> None:
    assert scores.value() == SCORES
    scores.grab()


def test_scores_stand_in_the_order_of_the_groups_under_the_title_of_their_metric(scores: ScoreList) -> None:
    groups = [scores.topLevelItem(i).text(0) for i in range(scores.topLevelItemCount())]
    assert groups == ["Sets of images", "Structure of the material", "Copies and artefacts"]
    assert lines(scores) == ["Kernel distance", "Quilting", "Prior", "Porosity", "Quilting", "Seams", "Quilting"]


def test_controls_are_shown_on_request_and_what_is_chosen_stays(scores: ScoreList) -> None:
    assert scores.look_at("kid", "Prior")
    scores.show_controls(True)
    assert "blurred 2 px" in lines(scores)
    current = scores.current()
    assert current is not None
    assert current.subject == "Prior"
    scores.show_controls(False)
    assert "blurred 2 px" not in lines(scores)


def test_a_newer_number_takes_the_place_of_an_older_one(scores: ScoreList) -> None:
    scores.add(replace(SCORES[0], value=7.0))
    assert len(scores.value()) == len(SCORES)
    assert next(one for one in scores.value() if one.subject == "Quilting").value == 7.0


def test_a_number_is_chosen_by_mouse_and_by_keys(scores: ScoreList) -> None:
    heard: list[Score | None] = []
    scores.chosen.connect(heard.append)
    place = scores.visualItemRect(scores._lines()[1]).center()
    QTest.mouseClick(scores.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.keyClick(scores, Qt.Key.Key_Down)
    assert [one.subject for one in heard if one is not None] == ["Quilting", "Prior"]


def test_a_group_folds_by_a_click_and_stays_folded(scores: ScoreList) -> None:
    top = scores.topLevelItem(0)
    QTest.mouseClick(scores.viewport(), Qt.MouseButton.LeftButton, pos=scores.visualItemRect(top).center())
    assert not scores.topLevelItem(0).isExpanded()
    scores.show_controls(True)
    assert not scores.topLevelItem(0).isExpanded()


def test_the_encoder_is_named_where_there_are_several(scores: ScoreList, qtbot: QtBot) -> None:
    scores.add(score(encoder="inception"))
    qtbot.waitUntil(lambda: "Kernel distance" not in lines(scores))
    assert "Kernel distance · inception" in lines(scores)
    assert "Kernel distance · random-pyramid" in lines(scores)


def test_the_tooltip_says_what_a_larger_value_means_and_what_is_known() -> None:
    tip = score_tip(SCORES[4])
    assert BETTER["low"] in tip
    assert "Not informative here: it does not tell blurred images from real ones" in tip
    assert "Only 20 fields" in tip
    assert "real against real 0.1 [-0.2, 0.5]" in tip
    assert "20 fields of each set" in tip


def test_why_a_number_is_informative_or_not_is_said_once() -> None:
    silent = score(informative=False, why="Not informative here: blur is not seen.")
    assert why_words(silent) == silent.why
    assert why_words(replace(silent, why="")) == "Not informative here."
    assert why_words(score(informative=True, why="Held-out real ranks above all.")) == "Held-out real ranks above all."
    assert why_words(score(why="not tried")) == ""


def test_what_is_not_known_is_left_out() -> None:
    bare = Score("a", "b", "A", "sets", 2.0)
    assert score_words(bare) == "2"
    assert floor_words(bare) == ""
    assert score_words(replace(bare, value=math.nan)) == "cannot be told"
    assert span_of([bare]) == NO_SPAN


def test_a_control_far_away_does_not_squeeze_what_is_judged() -> None:
    low, high = span_of(SCORES[:3])
    assert low < -0.2
    assert 3.0 < high < 40.0


@given(numbers, numbers, numbers)
def test_a_bar_has_room_for_all_its_numbers(value: float, low: float, floor: float) -> None:
    one = score(value=value, low=low, floor=floor, floor_low=math.nan, floor_high=math.nan)
    ends = span_of([one])
    known = [value, low, one.high, floor]
    assert ends == NO_SPAN or (ends[0] <= min(known) and max(known) <= ends[1])


def test_a_bar_alone_is_drawn_over_its_own_numbers(shown: Callable[..., ScoreBar], tokens: Tokens) -> None:
    bar = shown(ScoreBar(), tokens)
    bar.resize(200, 20)
    empty = bar.grab().toImage()
    bar.set_value(SCORES[0])
    assert bar.value() == SCORES[0]
    assert bar.grab().toImage() != empty
    assert "Kernel distance: 2 [1, 3]" in bar.accessibleName()
