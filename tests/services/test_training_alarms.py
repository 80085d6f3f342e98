"""Alarms of a training, from curves that are known."""

from __future__ import annotations

import pytest

from synthscope.records.events import Measured, Progress
from synthscope.records.training import PROGRESS
from synthscope.services.training_alarms import RULES, AlarmNews, alarms_of

BAD = {"diversity_ratio": 0.3, "overfitting": 0.7, "checkerboard_ratio": 3.0, "active_latents": 0.05}
GOOD = {"diversity_ratio": 0.9, "overfitting": 0.1, "checkerboard_ratio": 1.1, "active_latents": 0.8}
FIGURES = [rule.figure for rule in RULES]


def curve(name: str, *values: float, **beside: float) -> list[Measured]:
    """Give looks every 100 steps of a training of 1000."""
    return [
        Measured(100 * i, {name: value, PROGRESS: i / 10, **beside}) for i, value in enumerate(values, start=1)
    ]


@pytest.mark.parametrize("figure", FIGURES)
def test_good_figures_raise_nothing(figure: str) -> None:
    assert alarms_of(curve(figure, *[GOOD[figure]] * 10)) == ()
    assert alarms_of(()) == ()


@pytest.mark.parametrize("figure", FIGURES)
def test_two_bad_looks_in_a_row_raise_an_alarm_with_a_sentence_of_its_value_and_step(figure: str) -> None:
    good, bad = GOOD[figure], BAD[figure]
    (alarm,) = alarms_of(curve(figure, good, good, good, good, bad, bad))
    assert (alarm.step, alarm.passed) == (600, 0)
    assert alarm.sentence.lower().startswith(f"{alarm.kind} at step 600: ")
    assert f"{bad:.0%}" in alarm.sentence or f"{bad:.2g}" in alarm.sentence
    assert alarm.words == alarm.sentence


@pytest.mark.parametrize("figure", FIGURES)
def test_one_bad_look_between_good_ones_is_chance(figure: str) -> None:
    good, bad = GOOD[figure], BAD[figure]
    assert alarms_of(curve(figure, good, good, good, good, bad, good, bad, good, bad)) == ()


@pytest.mark.parametrize("figure", FIGURES)
def test_an_alarm_passes_after_two_good_looks_stays_told_and_may_come_again(figure: str) -> None:
    good, bad = GOOD[figure], BAD[figure]
    first, second = alarms_of(curve(figure, good, good, good, bad, bad, good, good, bad, bad, bad))
    assert (first.step, first.passed) == (500, 700)
    assert first.words == f"{first.sentence} It had passed at step 700."
    assert (second.step, second.passed) == (900, 0)


@pytest.mark.parametrize(("figure", "step"), [("diversity_ratio", 300), ("active_latents", 500), ("overfitting", 200)])
def test_the_beginning_of_a_training_is_not_judged(figure: str, step: int) -> None:
    (alarm,) = alarms_of(curve(figure, *[BAD[figure]] * 10))
    assert alarm.step == step


def test_before_a_training_is_planned_nothing_is_judged() -> None:
    points = [Measured(step, {"diversity_ratio": 0.1, PROGRESS: 0.0}) for step in (10, 20, 30)]
    assert alarms_of(points) == ()


def test_a_look_before_the_plan_counts_once_the_plan_is_known() -> None:
    points = [Measured(step, {"diversity_ratio": 0.1, PROGRESS: part}) for step, part in ((50, 0.0), (66, 0.75))]
    assert alarms_of(points[:1]) == ()
    (alarm,) = alarms_of(points)
    assert alarm.step == 66


def test_without_its_part_the_last_step_is_the_end() -> None:
    points = [Measured(step, {"diversity_ratio": 0.1}) for step in (100, 200, 300, 1000)]
    (alarm,) = alarms_of(points)
    assert alarm.step == 300


def test_limits_reckon_with_real_against_real() -> None:
    few = curve("diversity_ratio", *[0.45] * 5)
    assert len(alarms_of(few)) == 1
    assert alarms_of(curve("diversity_ratio", *[0.45] * 5, diversity_ratio_real=0.8)) == ()
    (alarm,) = alarms_of(curve("diversity_ratio", *[0.45] * 5, diversity_ratio_real=1.3))
    assert "0.45 times as much as held-out patches do (real against real: 1.30)" in alarm.sentence
    assert alarms_of(curve("checkerboard_ratio", *[2.5] * 5, checkerboard_ratio_real=1.4)) == ()
    assert len(alarms_of(curve("checkerboard_ratio", *[2.5] * 5, checkerboard_ratio_real=0.7))) == 1


def test_what_is_said_of_one_step_in_several_messages_is_put_together() -> None:
    points = []
    for whole in curve("diversity_ratio", *[0.2] * 4, diversity_ratio_real=0.9):
        points += [Measured(whole.step, {"loss": 1.0, PROGRESS: whole.values[PROGRESS]}), whole]
    assert [alarm.step for alarm in alarms_of(points)] == [300]
    assert alarms_of(reversed(points)) == alarms_of(points)


def test_alarms_of_several_kinds_come_in_the_order_of_their_steps() -> None:
    points = curve("diversity_ratio", 0.9, 0.9, 0.9, 0.2, 0.2) + curve("overfitting", 0.1, 0.7, 0.7, 0.7, 0.7)
    assert [(alarm.kind, alarm.step) for alarm in alarms_of(points)] == [
        ("discriminator overfitting", 300), ("mode collapse", 500),
    ]  # fmt: skip


def test_news_are_said_once_when_they_come_and_once_when_they_pass() -> None:
    points = curve("diversity_ratio", *[0.2] * 5, *[0.9] * 5)
    news = AlarmNews()
    said = [(point.step, sentence) for point in points for sentence in news.heed(point)]
    assert [step for step, _ in said] == [300, 700]
    assert said[1][1] == f"{said[0][1]} It had passed at step 700."
    assert news.heed(Progress(1, 2)) == ()
    resumed = AlarmNews(points[:4])
    assert [point.step for point in points[4:] if resumed.heed(point)] == [700]
