"""Simulated raters have the ability that was stated, in every paradigm; power is that of the book."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats
from tests.studies.band import covers

from synthscope.errors import InputError, ParameterError
from synthscope.jobs.drain import drain
from synthscope.records.documents import from_json, to_json
from synthscope.records.study import PARADIGMS, Arm, Paradigm, Plan, Question, StudyDesign
from synthscope.records.study_events import Mark
from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import Slot
from synthscope.records.study_ratings import Rating
from synthscope.records.study_simulation import SimulatedPanel, SimulatedRater
from synthscope.studies.design.paradigms import default_questions
from synthscope.studies.design.schedule import make_schedule
from synthscope.studies.simulation.answering import case_effect, simulate_answers
from synthscope.studies.simulation.panels import draw_panel, dry_key, panel_over_cases, ratings_of
from synthscope.studies.simulation.power import PowerPlan, power_job, stand_ins

PHI = stats.norm.cdf


def study(paradigm: Paradigm, synthetic: int = 1, **plan: Any) -> tuple[Slot, StudyKey, tuple[Question, ...]]:
    arms = (Arm("scan", True, ()), *(Arm(f"gen{i}", False, ()) for i in range(synthetic)))
    design = StudyDesign("t", paradigm, arms, plan=Plan(**{"raters": 1, "training": 0, "run": 20, **plan}))
    items = stand_ins(design)
    schedule = make_schedule(design, items, 1)
    return schedule.slots[0], dry_key("t", items, schedule), default_questions(paradigm)


def rows(
    found: tuple[Slot, StudyKey, tuple[Question, ...]], rater: SimulatedRater, seed: int = 0, times: int = 1
) -> list[Rating]:
    slot, key, questions = found
    rng = np.random.default_rng(seed)
    return [
        row
        for _ in range(times)
        for row in ratings_of(slot, key, simulate_answers(slot, key, rater, rng, questions=questions), "r")
    ]


def new_ones(ratings: list[Rating]) -> list[Rating]:
    return [row for row in ratings if row.role == "test"]


@pytest.fixture(scope="module")
def yes_no() -> tuple[Slot, StudyKey, tuple[Question, ...]]:
    return study("real-or-synthetic", per_arm=60, repeats=0.1)


@pytest.fixture(scope="module")
def two_choices() -> tuple[Slot, StudyKey, tuple[Question, ...]]:
    return study("forced-choice", per_arm=60)


@pytest.mark.parametrize(("sensitivity", "noise", "bias"), [(0.0, 1, 0), (1.0, 1, 0), (2.0, 1, 0.5), (2.0, 2, -0.3)])
def test_yes_and_no_have_the_stated_d_prime_and_criterion(
    sensitivity: float, noise: float, bias: float, yes_no: tuple[Slot, StudyKey, tuple[Question, ...]]
) -> None:
    rater = SimulatedRater(sensitivity=sensitivity, noise=noise, bias=bias)
    found = new_ones(rows(yes_no, rater, times=60))
    called = {truth: np.mean([row.value >= 4 for row in found if row.truth[0] is truth]) for truth in (True, False)}
    hit, alarm = stats.norm.ppf(called[False]), stats.norm.ppf(called[True])
    assert hit - alarm == pytest.approx(sensitivity / noise, abs=0.1)
    assert -(hit + alarm) / 2 == pytest.approx(bias, abs=0.06)


@pytest.mark.parametrize("sensitivity", [0.0, 0.742, 1.466])
def test_two_choices_are_right_as_often_as_the_table_says(
    sensitivity: float, two_choices: tuple[Slot, StudyKey, tuple[Question, ...]]
) -> None:
    """Macmillan & Creelman: d' .742 and 1.466 are 70 % and 85 % right."""
    found = new_ones(rows(two_choices, SimulatedRater(sensitivity=sensitivity), times=80))
    right = np.mean([row.value == row.right for row in found])
    assert right == pytest.approx(PHI(sensitivity / np.sqrt(2)), abs=0.025)


def test_four_choices_are_right_as_often_as_the_formula_says() -> None:
    """psyphy: 80 % of four are d' 1.893."""
    found = rows(study("forced-choice", per_arm=60, places=4, lag=5), SimulatedRater(sensitivity=1.893), times=200)
    assert np.mean([row.value == row.right for row in new_ones(found)]) == pytest.approx(0.8, abs=0.025)


def test_a_side_bias_moves_answers_to_the_left(two_choices: tuple[Slot, StudyKey, tuple[Question, ...]]) -> None:
    found = new_ones(rows(two_choices, SimulatedRater(sensitivity=0, side_bias=0.5), times=80))
    assert np.mean([row.value == 0 for row in found]) == pytest.approx(PHI(0.5 / np.sqrt(2)), abs=0.025)


def test_fatigue_loses_the_stated_part(yes_no: tuple[Slot, StudyKey, tuple[Question, ...]]) -> None:
    found = new_ones(rows(yes_no, SimulatedRater(sensitivity=3, fatigue=1), times=80))
    last = max(row.ordinal for row in found)

    def part_called(low: float, high: float) -> float:
        own = [row for row in found if low <= row.ordinal / last <= high and not row.truth[0]]
        return float(np.mean([row.value >= 4 for row in own]))

    assert part_called(0, 0.1) == pytest.approx(PHI(1.5 - 0.15), abs=0.06)
    assert part_called(0.9, 1) == pytest.approx(PHI(-1.5 + 0.15), abs=0.06)


def test_catch_trials_fail_as_often_as_stated(yes_no: tuple[Slot, StudyKey, tuple[Question, ...]]) -> None:
    caught = [row for row in rows(yes_no, SimulatedRater(catch_failures=0.6), times=300) if row.role == "catch"]
    assert np.mean([row.value == row.right for row in caught]) == pytest.approx(0.4 + 0.6 / 6, abs=0.05)
    perfect = [row for row in rows(yes_no, SimulatedRater()) if row.role == "catch"]
    assert all(row.value == row.right == 6 for row in perfect)


def test_cases_look_alike_to_all_raters() -> None:
    effects = [case_effect(f"case {i}", 3) for i in range(4000)]
    assert np.mean(effects) == pytest.approx(0, abs=0.06)
    assert np.std(effects) == pytest.approx(1, abs=0.05)
    assert case_effect("case 1", 3) == effects[1] != case_effect("case 1", 4)


def test_repeats_agree_more_where_cases_differ_more(yes_no: tuple[Slot, StudyKey, tuple[Question, ...]]) -> None:
    def agreement(case_sd: float) -> float:
        found = rows(yes_no, SimulatedRater(sensitivity=0, case_sd=case_sd), times=1)
        values = {row.trial: row.value for row in found}
        pairs = [(values[row.repeats], row.value) for row in found if row.repeats]
        return float(np.mean([abs(a - b) for a, b in pairs]))

    assert agreement(8) < agreement(0)


def test_better_arms_win_pairs_and_get_higher_ratings() -> None:
    rater = SimulatedRater(sensitivities={"gen0": 0.5, "gen1": 2.0}, tie_width=0)
    slot, key, questions = found = study("pairs", 2, per_arm=40)
    arm_of = {one.code: one.arm for one in key.stimuli}
    wins = Counter(arm_of[row.codes[row.value]] for row in new_ones(rows(found, rater, times=20)))
    assert wins["scan"] > wins["gen0"] > wins["gen1"]
    assert {question.tie for question in questions} == {True}
    ratings = new_ones(rows(study("rating", 2, per_arm=30), rater, times=5))
    means = {letter: np.mean([row.value for row in ratings if row.letters[0] == letter]) for letter in "ABC"}
    assert means["A"] > means["B"] > means["C"]
    assert slot.trials


def test_near_pictures_are_ties_where_that_may_be_said() -> None:
    found = new_ones(rows(study("pairs", 1, per_arm=40), SimulatedRater(sensitivity=0, tie_width=0.5), times=30))
    part = np.mean([row.value == -1 for row in found])
    assert part == pytest.approx(2 * PHI(0.5 / np.sqrt(2)) - 1, abs=0.04)


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_any_study_can_be_run_dry(paradigm: Paradigm) -> None:
    slot, key, questions = study(paradigm, 2, per_arm=10, lag=5, training=2)
    rng = np.random.default_rng(0)
    answers = simulate_answers(slot, key, SimulatedRater(lapses=0.1), rng, questions=questions, shape=(3, 64, 64, 1))
    assert [one.trial for one in answers] == [trial.id for trial in slot.trials]
    assert from_json(StudyKey, to_json(key)) == key
    for trial, answer in zip(slot.trials, answers, strict=True):
        assert answer.rt_ms > 0
        for question in questions:
            check_value(question, answer.answers[question.id], len(trial.places))


def check_value(question: Question, value: Any, places: int) -> None:
    if question.kind in ("confidence", "scale"):
        assert 1 <= value <= len(question.labels)
    elif question.kind == "choice":
        assert value in range(places) or (question.tie and value == "tie")
    elif question.kind == "marks":
        assert all(isinstance(one, Mark) and one.reason in question.reasons and one.slice < 3 for one in value)
    else:
        assert question.kind == "count"
        assert value >= 0


def test_a_trace_is_read_as_its_length() -> None:
    slot, key, _ = study("task", per_arm=6, lag=2, repeats=0)
    rng = np.random.default_rng(0)
    answers = simulate_answers(slot, key, SimulatedRater(), rng, questions=default_questions("task", "root"))
    lengths = [row.value for row in ratings_of(slot, key, answers, "r")]
    assert np.mean(lengths) == pytest.approx(0.6 * 512, rel=0.1)


def test_a_panel_differs_as_stated() -> None:
    raters = draw_panel(SimulatedPanel(SimulatedRater(sensitivity=3), 0.5, 0.2), 3000, np.random.default_rng(0))
    assert np.std([one.sensitivity for one in raters]) == pytest.approx(0.5, abs=0.03)
    assert np.std([one.bias for one in raters]) == pytest.approx(0.2, abs=0.02)


def test_a_panel_without_ability_has_none_on_average() -> None:
    """Were a d' below 0 raised to 0, guessing raters would find a difference that is not there."""
    raters = draw_panel(SimulatedPanel(SimulatedRater(sensitivity=0), 0.5), 3000, np.random.default_rng(0))
    assert np.mean([one.sensitivity for one in raters]) == pytest.approx(0, abs=0.03)


def test_raters_have_something_of_their_own_in_each_arm() -> None:
    panel = SimulatedPanel(SimulatedRater(sensitivity=3), 0.5, 0.2, arm_sd=0.3)
    raters = draw_panel(panel, 3000, np.random.default_rng(0), ("a", "b"))
    found = np.array([[one.sensitivities["a"], one.sensitivities["b"]] for one in raters])
    assert found.std(axis=0) == pytest.approx(np.hypot(0.5, 0.3), abs=0.03)
    assert np.diff(found).std() == pytest.approx(0.3 * np.sqrt(2), abs=0.02)


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.2])
def test_d_prime_is_that_over_cases_and_raters_share_what_cases_are(spread: float) -> None:
    """1 is right in 76 % of pairs of any images; evidence correlates by s^2 / (1 + s^2)."""
    typical = SimulatedRater(sensitivity=1.0)
    one = panel_over_cases(typical, spread=0, arm_spread=0, case_spread=spread).typical
    rng, cases = np.random.default_rng(5), 6000
    own = one.case_sd * np.array([[case_effect(f"{kind} {i}", 0) for i in range(cases)] for kind in "rs"])
    evidence = own + np.array([[0], [one.sensitivity]]) + rng.standard_normal((2, 2, cases))
    assert np.mean(evidence[:, 1] > evidence[:, 0]) == pytest.approx(PHI(1 / np.sqrt(2)), abs=0.015)
    shared = np.corrcoef(evidence[0, 0], evidence[1, 0])[0, 1]
    assert shared == pytest.approx(spread**2 / (1 + spread**2), abs=0.035)


def test_d_prime_of_single_arms_is_over_cases_too() -> None:
    typical = SimulatedRater(sensitivity=1.0, sensitivities={"a": 1.0, "b": 2.0})
    one = panel_over_cases(typical, spread=0, arm_spread=0, case_spread=1.2).typical
    assert one.sensitivities["a"] == one.sensitivity
    assert one.sensitivities["b"] == pytest.approx(2 * one.sensitivity)


def over_raters(ratings: Any) -> float:
    """One-sided t-test of raters' parts of right choices against chance."""
    own: dict[str, list[bool]] = {}
    for row in ratings:
        if row.role == "test":
            own.setdefault(row.rater, []).append(row.value == row.right)
    parts = [float(np.mean(one)) for one in own.values()]
    if np.ptp(parts) == 0:
        return float(parts[0] <= 0.5)
    return float(stats.ttest_1samp(parts, 0.5, alternative="greater").pvalue)


def powered(sensitivity: float, plan: PowerPlan) -> Any:
    design = StudyDesign("t", "forced-choice", (Arm("scan", True, ()), Arm("gen", False, ())),
                         plan=Plan(training=0, lag=5, repeats=0, catches=0))  # fmt: skip
    panel = SimulatedPanel(SimulatedRater(sensitivity=sensitivity), reader_sd=0)
    return drain(power_job(design, panel, plan, over_raters))


def test_power_rises_with_raters_and_images_and_is_the_level_without_an_effect() -> None:
    plan = PowerPlan(raters=(4, 8), per_arm=(10, 20), runs=100)
    few, many = powered(0.4, plan)
    assert few.x == (4.0, 8.0)
    assert few.subject == "10 images of an arm"
    assert few.y[0] < few.y[1] < many.y[1]
    assert few.y[0] < many.y[0]
    assert all(low < y < high or y == 1 for low, y, high in zip(few.low, few.y, few.high, strict=True))
    (nothing,) = powered(0.0, replace(plan, raters=(6,), per_arm=(20,), runs=200))
    assert covers(200 - round(200 * nothing.y[0]), 200)


def test_a_size_that_cannot_be_scheduled_has_no_power() -> None:
    design = StudyDesign("t", "pairs", tuple(Arm(name, False, ()) for name in "abc"), plan=Plan(training=0, lag=2))
    panel, analyse = SimulatedPanel(), over_raters
    (odd, even) = drain(power_job(design, panel, PowerPlan((3,), (5, 6), runs=2), lambda ratings: 1.0))
    assert np.isnan(odd.y[0])
    assert even.y[0] == 0
    with pytest.raises(ParameterError, match="product is odd"):
        drain(power_job(design, panel, PowerPlan((3,), (5,), runs=2), analyse))
    with pytest.raises(InputError, match="at least one"):
        drain(power_job(design, panel, PowerPlan((), (5,)), analyse))
