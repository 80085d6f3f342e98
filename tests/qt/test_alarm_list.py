"""The alarms of a training: each a sentence, those that passed told apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from synthscope.qt.alarm_list import AlarmList
from synthscope.qt.theme import Tokens
from synthscope.records.training import Alarm

COLLAPSE = Alarm("mode collapse", 600, "Mode collapse at step 600: all are alike.")
BOARD = Alarm("checkerboard", 800, "Checkerboard at step 800: a grid.")


@pytest.fixture
def alarms(shown: Callable[..., AlarmList], tokens: Tokens) -> AlarmList:
    return shown(AlarmList(), tokens)


def shown_words(alarms: AlarmList) -> list[str]:
    return [one.accessibleName() for one in alarms.sentences if not one.isHidden()]


def test_set_get_equal_and_none_take_no_room(alarms: AlarmList) -> None:
    alarms.set_value(())
    assert alarms.isHidden()
    alarms.set_value((COLLAPSE, BOARD))
    assert alarms.value() == (COLLAPSE, BOARD)
    assert alarms.isVisible()
    assert shown_words(alarms) == [f"warning: {COLLAPSE.sentence}", f"warning: {BOARD.sentence}"]


def test_what_passed_stays_as_information_and_says_so(alarms: AlarmList) -> None:
    alarms.set_value((COLLAPSE, BOARD))
    alarms.set_value((replace(COLLAPSE, passed=900), BOARD))
    first, second = shown_words(alarms)
    assert first == f"info: {COLLAPSE.sentence} It had passed at step 900."
    assert second.startswith("warning: ")
    alarms.set_value((BOARD,))
    assert shown_words(alarms) == [f"warning: {BOARD.sentence}"]
