"""The view of one training: its alarms come with its points, pass, and go with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from napari_synthscope.training.training_view import TrainingView
from synthscope.records.events import Measured
from synthscope.records.training import PROGRESS


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[TrainingView]:
    made = TrainingView()
    qtbot.addWidget(made)
    yield made
    made.close()


def look(step: int, diversity: float) -> Measured:
    return Measured(step, {"diversity_ratio": diversity, PROGRESS: step / 1000})


def test_an_alarm_appears_with_the_point_that_raises_it_and_says_when_it_has_passed(view: TrainingView) -> None:
    view.show_training("soil", [look(300, 0.2)], live=True)
    assert view.alarms.isHidden()
    view.add(look(400, 0.2))
    (alarm,) = view.alarms.value()
    (sentence,) = view.alarms.sentences
    assert sentence.isVisible()
    assert sentence.accessibleName().startswith("warning: Mode collapse at step 400")
    view.add(look(500, 0.9))
    assert view.alarms.value() == (alarm,)
    view.add(look(600, 0.9))
    assert sentence.accessibleName().startswith("info: Mode collapse at step 400")
    assert sentence.accessibleName().endswith("It had passed at step 600.")


def test_another_training_has_its_own_alarms(view: TrainingView) -> None:
    view.show_training("soil", [look(300, 0.2), look(400, 0.2)])
    assert len(view.alarms.value()) == 1
    view.show_training("rock", [look(300, 0.9), look(400, 0.9)])
    assert view.alarms.isHidden()


def test_what_a_training_failed_with_stands_under_its_curves_and_can_be_gone_on_from(view: TrainingView) -> None:
    words = "The training diverged at step 9: gradient norm is nan; the last good model is kept."
    view.show_training("soil", [look(300, 0.9)], resumable=True, failure=words)
    assert view.failure.isVisible()
    assert view.failure.accessibleName() == f"error: {words}"
    assert view.resume.isVisible()
    view.show_training("soil", [look(300, 0.9)], live=True)
    assert view.failure.isHidden()
