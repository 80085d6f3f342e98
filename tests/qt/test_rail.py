"""The workflow: ticks, what is missing, one panel at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLabel

from synthscope.qt.rail import Rail, Step
from synthscope.qt.theme import Tokens

STEPS = (
    Step("open", "Open", "folder-open-outline", "done"),
    Step("mask", "Mask", "brush", "ready"),
    Step("generate", "Generate", "auto-fix", "blocked", "Draw a mask first: Mask"),
)


@pytest.fixture
def rail(shown: Callable[..., Rail], tokens: Tokens) -> Rail:
    made = shown(Rail(STEPS), tokens)
    for step in STEPS:
        made.set_panel(step.id, QLabel(f"panel of {step.id}"))
    return made


def test_set_get_equal(rail: Rail) -> None:
    more = (*STEPS, Step("compare", "Compare", "compare"))
    rail.set_value(more)
    assert rail.value() == more
    rail.grab()


def test_one_panel_is_open_at_a_time(rail: Rail) -> None:
    heard: list[str] = []
    rail.chosen.connect(heard.append)
    assert not rail._side.isVisible()
    for step in ("mask", "generate"):
        QTest.mouseClick(rail._buttons[step], Qt.MouseButton.LeftButton)
        assert rail.panel(step).isVisible()
        assert [name for name, b in rail._buttons.items() if b.isChecked()] == [step]
    assert not rail.panel("mask").isVisible()
    QTest.mouseClick(rail._buttons["generate"], Qt.MouseButton.LeftButton)
    assert not rail._side.isVisible()
    assert heard == ["mask", "generate", ""]


def test_what_is_missing_stands_above_the_panel(rail: Rail) -> None:
    rail.choose("generate")
    assert rail._missing.isVisible()
    assert rail._missing.text() == "Draw a mask first: Mask"
    rail.set_value((*STEPS[:2], replace(STEPS[2], state="ready", missing="")))
    assert not rail._missing.isVisible()
    assert rail.current() == "generate"


def test_states_are_said_in_words(rail: Rail) -> None:
    names = [button.accessibleName() for button in rail._buttons.values()]
    assert names == ["Step 1: Open, done", "Step 2: Mask", "Step 3: Generate, Draw a mask first: Mask"]
    assert rail._buttons["mask"].toolTip() == "Mask (Alt+2)"


def test_alt_and_a_digit_open_a_step(rail: Rail) -> None:
    QTest.keyClick(rail, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert rail.current() == "mask"
    QTest.keyClick(rail, Qt.Key.Key_9, Qt.KeyboardModifier.AltModifier)
    assert rail.current() == "mask"


def test_a_step_that_goes_closes_its_panel(rail: Rail) -> None:
    rail.choose("generate")
    rail.set_value(STEPS[:2])
    assert rail.current() == ""
    assert not rail._side.isVisible()


def test_a_panel_can_be_replaced_while_open(rail: Rail) -> None:
    rail.choose("mask")
    other = QLabel("another")
    rail.set_panel("mask", other)
    assert other.isVisible()
    assert rail.panel("mask") is other
