"""Time budget, list of models, model card: what is set is given, what is wrong is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from tests.qt.cards import CARD

from synthscope.qt.model_card import ModelCardView, card_figures, card_lines
from synthscope.qt.model_pick import ModelLine, ModelPick
from synthscope.qt.theme import Tokens
from synthscope.qt.time_budget import TimeBudget

GOOD = ModelLine("a", "soil", "Prior", "soil.tif", "3 × 1.2 × 1.2 µm", "2026-11-25 16:02", "finished")
OTHER = ModelLine("b", "fibres", "Prior", "fibres.tif")
BROKEN = ModelLine("c", "old", problem="Its weights are damaged; train it again.")


@pytest.fixture
def budget(shown: Callable[..., TimeBudget], tokens: Tokens) -> TimeBudget:
    return shown(TimeBudget(), tokens)


@pytest.fixture
def pick(shown: Callable[..., ModelPick], tokens: Tokens) -> ModelPick:
    return shown(ModelPick(), tokens)


def test_a_pressed_time_is_the_minutes_that_are_shown(budget: TimeBudget, qtbot: QtBot) -> None:
    assert budget.value() == 10
    assert budget.buttons[10].isChecked()
    qtbot.mouseClick(budget.buttons[2], Qt.MouseButton.LeftButton)
    assert budget.value() == 2
    assert budget.minutes.text() == "2"
    qtbot.mouseClick(budget.buttons[2], Qt.MouseButton.LeftButton)
    assert budget.buttons[2].isChecked()
    assert not budget.buttons[10].isChecked()


def test_minutes_of_ones_own_are_no_button(budget: TimeBudget) -> None:
    budget.set_value(7.5)
    assert budget.value() == 7.5
    assert not any(button.isChecked() for button in budget.buttons.values())


@pytest.mark.parametrize("text", ["0", "-3", "soon", "inf", "99999", ""])
def test_an_impossible_time_is_marked_and_said(budget: TimeBudget, text: str) -> None:
    budget.minutes.line.setText(text)
    assert budget.value() is None
    assert budget.minutes.line.property("invalid")
    assert f"Time is {text!r}" in budget.problem()


def test_the_first_usable_model_is_chosen_and_the_chosen_one_stays(pick: ModelPick) -> None:
    pick.set_rows([BROKEN, GOOD])
    assert pick.value() == "a"
    pick.set_rows([BROKEN, OTHER, GOOD])
    assert pick.value() == "b"
    pick.set_value("a")
    pick.set_rows([OTHER, GOOD])
    assert pick.value() == "a"
    assert "soil.tif · 3 × 1.2 × 1.2 µm · 2026-11-25 16:02 · finished" in pick.words.text()


def test_a_model_that_cannot_be_used_is_greyed_with_the_reason(pick: ModelPick) -> None:
    pick.set_rows([GOOD, BROKEN])
    item = pick.combo.model().item(1)
    assert not item.isEnabled()
    assert "damaged" in item.toolTip()
    pick.set_value("c")
    assert pick.value() == ""
    assert "damaged" in pick.remark.text()


def test_a_model_wished_before_it_is_listed_is_chosen_when_it_is(pick: ModelPick, qtbot: QtBot) -> None:
    pick.set_value("b")
    assert pick.value() == ""
    assert not pick.combo.isEnabled()
    with qtbot.waitSignal(pick.value_changed) as told:
        pick.set_rows([GOOD, OTHER])
    assert told.args == ["b"]


def test_what_is_to_be_known_stands_below_the_list(pick: ModelPick) -> None:
    pick.set_rows([replace(GOOD, remark="It learned at 1.2 µm, this image has 3 µm.")])
    assert pick.value() == "a"
    assert pick.remark.text().startswith("It learned at 1.2 µm")


def test_a_card_is_read_with_its_data_split_recipe_and_licence() -> None:
    lines = dict(card_lines(CARD))
    assert lines["State"] == "stopped and kept, 1800 of 2400 steps"
    assert lines["Learned from"].startswith("soil.ome.tif: 64 × 500 × 500 (zyx)")
    assert lines["Held out"] == "columns 375 to 499"
    assert lines["Voxel size"] == "3 × 1.2 × 1.2 µm"
    assert lines["Training"] == "10.2 min, seed 7; size S, patch 64, free orientation on"
    assert lines["Licence"] == "CC BY 4.0"
    assert dict(card_lines(replace(CARD, licence="")))["Licence"] == "none given"


def test_figures_stand_beside_real_against_real() -> None:
    figures = {figure.name: figure for figure in card_figures(CARD)}
    assert (figures["Spectrum"].value, figures["Spectrum"].floor) == (0.14, 0.11)
    assert figures["Held-out loss"].floor is None
    assert len(figures) == 4


def test_the_coverage_of_fills_is_a_sentence_and_figures_with_interval_places_and_nominal_level() -> None:
    coverage = {
        "coverage_90": 0.8, "coverage_90_low": 0.71, "coverage_90_high": 0.86, "coverage_90_real": 0.9,
        "coverage_50": 0.42, "coverage_50_low": 0.35, "coverage_50_high": 0.5, "coverage_50_real": 0.5,
        "coverage_places": 24.0, "coverage_fills": 19.0,
    }  # fmt: skip
    assert "Calibration" not in dict(card_lines(CARD))
    card = replace(CARD, figures={**CARD.figures, **coverage})
    assert dict(card_lines(card))["Calibration"].startswith(
        "Of the true grey values in 24 held-out holes, 80 % (71 to 86) lay within the middle 90 % of 19 fills"
    )
    assert len(card_figures(card)) == len(card_figures(CARD)) + 2
    found = {figure.name: figure for figure in card_figures(card)}["In middle 90 %"]
    assert (found.value, found.low, found.high, found.floor, found.n) == (0.8, 0.71, 0.86, 0.9, 24)


def test_a_card_is_shown_and_put_away(shown: Callable[..., ModelCardView], tokens: Tokens) -> None:
    view = shown(ModelCardView(), tokens)
    view.set_value(CARD)
    assert view.value() is CARD
    assert view._lines.rowCount() == len(card_lines(CARD))
    view.set_value(None)
    assert view.value() is None
    assert view._lines.rowCount() == 0
