"""Analyses of studies whose raters are known: abilities come back, blind ones know nothing, order does not matter."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.stats import norm
from tests.studies.analysis.simulated import blinded, design_of, simulated

from synthscope.jobs.drain import drain
from synthscope.records.documents import canonical, from_json, to_json, without_infinities
from synthscope.records.study import PARADIGMS, Paradigm
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_ratings import Analysis, Estimate, Rating
from synthscope.records.study_simulation import SimulatedPanel, SimulatedRater
from synthscope.studies.analysis.analyse import analyse
from synthscope.studies.analysis.grading import serial
from synthscope.studies.analysis.primary import HEADING, primary_test
from synthscope.studies.simulation.power import PowerPlan, power_job

NULL = SimulatedRater(sensitivity=0.0, case_sd=0.3)
SEER = SimulatedRater(sensitivity=4.0)


@cache
def made(paradigm: Paradigm) -> StudyAnswers:
    return simulated(paradigm)


@cache
def found(paradigm: Paradigm) -> Analysis:
    return analyse(made(paradigm))


def row(analysis: Analysis, name: str, subject: str) -> Estimate:
    every = [one for rows in analysis.estimates.values() for one in rows]
    return next(one for one in every if (one.name, one.subject) == (name, subject))


def by_name(analysis: Analysis, heading: str) -> Mapping[str, Estimate]:
    return {one.subject: one for one in analysis.estimates[heading]}


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_every_paradigm_has_its_primary_tests_and_a_methods_paragraph(paradigm: Paradigm) -> None:
    analysis = found(paradigm)
    tests = analysis.estimates[HEADING]
    assert len(tests) == (1 if paradigm in ("reference", "triplet") else 2)
    assert len(tests) == 1 or all("Holm" in one.method for one in tests)
    assert "6 raters" in analysis.methods
    assert all(one.random for one in analysis.estimates[HEADING])
    assert not analysis.warnings


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_a_blind_analysis_knows_nothing_of_what_is_real(paradigm: Paradigm) -> None:
    answers = made(paradigm)
    blind = analyse(blinded(answers))
    assert blind.blind
    assert HEADING not in blind.estimates
    text = canonical(blind).decode()
    for name in ("scan", "gen-near", "gen-far"):
        assert name not in text
    hidden = {"auc", "human-error-rate", "d-prime", "correct", "side-bias", "threshold-ms"}
    assert not {one.name for rows in blind.estimates.values() for one in rows} & hidden
    assert not {curve.name for curve in blind.curves} & {"roc", "accuracy-by-third"}


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_an_analysis_reads_back_to_the_last_digit(paradigm: Paradigm) -> None:
    written = canonical(without_infinities(to_json(found(paradigm))))
    assert canonical(without_infinities(to_json(from_json(Analysis, json.loads(written))))) == written


@pytest.mark.parametrize("paradigm", ["real-or-synthetic", "rating", "pairs"])
def test_the_order_of_rows_does_not_matter(paradigm: Paradigm) -> None:
    rows = list(made(paradigm).ratings)
    random.Random(3).shuffle(rows)
    assert canonical(analyse(replace(made(paradigm), ratings=tuple(rows)))) == canonical(found(paradigm))


def test_areas_and_sensitivities_are_those_of_the_raters() -> None:
    analysis = found("real-or-synthetic")
    spread = np.sqrt(2 * (1 + 0.3**2))
    for name, d in (("gen-near", 0.5), ("gen-far", 2.0)):
        area = row(analysis, "auc", name)
        assert area.low < norm.cdf(d / spread) < area.high
        sensed = row(analysis, "d-prime", name)
        assert sensed.low < d < sensed.high
    assert row(analysis, "auc", "gen-near").value < row(analysis, "auc", "gen-far").value
    assert by_name(analysis, HEADING)["gen-far"].p_value < 0.01
    assert row(analysis, "pooled-binomial", "gen-near").caveats


def test_right_choices_are_those_of_the_raters() -> None:
    analysis = found("forced-choice")
    for name, d in (("gen-near", 0.5), ("gen-far", 2.0)):
        right = row(analysis, "correct", name)
        assert right.low < norm.cdf(d / np.sqrt(2 * (1 + 0.3**2))) < right.high
    assert abs(row(analysis, "side-bias", "").value) < 0.4


def test_who_needs_longer_has_a_longer_threshold() -> None:
    quick, slow = (
        row(analyse(simulated("exposure", replace(SEER, integration_ms=ms), per_arm=24)), "threshold-ms", "gen-far")
        for ms in (60.0, 1200.0)
    )
    assert quick.value < slow.value
    assert quick.high < slow.low


def test_worse_images_are_rated_lower() -> None:
    analysis = found("rating")
    tests = by_name(analysis, HEADING)
    strong, weak = tests["gen-far against scan"], tests["gen-near against scan"]
    assert strong.value < weak.value < 0
    assert strong.p_value < 0.01


def test_arms_are_scored_against_the_real_one_once_it_is_known() -> None:
    every = [row for rows in found("rating").estimates.values() for row in rows]
    scores = [row for row in every if row.name == "dmos"]
    plain = [row for row in every if row.name == "mos"]
    assert {row.subject for row in scores} == {"gen-near", "gen-far"}
    first = {row.subject: row.value for row in plain[:3]}
    top = made("rating").questions[0].steps
    for row in scores[:2]:
        assert row.value == pytest.approx(first[row.subject] - first["scan"] + top)
    blind = analyse(blinded(made("rating")))
    assert not [row for rows in blind.estimates.values() for row in rows if row.name == "dmos"]


def test_raters_are_weighed_by_their_consistency() -> None:
    answers = made("rating")
    rng = np.random.default_rng(0)
    loose = [
        replace(one, value=int(rng.choice([1, 5]))) if one.rater == "rater-001" else one for one in answers.ratings
    ]
    analysis = analyse(replace(answers, ratings=tuple(loose)))
    heading = next(one for one in analysis.estimates if one.endswith("(raters weighed)"))
    weights = {one.subject: one.value for one in analysis.estimates[heading] if one.name == "rater-weight"}
    assert min(weights, key=lambda name: weights[name]) == "rater-001"
    again = [one for one in analysis.estimates[heading] if one.name == "latent-difference"]
    assert again
    assert all("weighed by their rater's consistency" in one.method for one in again)
    assert {one.random for one in again} == {("raters", "cases")}
    opinions = {one.subject: one.value for one in analysis.estimates[heading] if one.name == "mos-weighed"}
    assert opinions["scan"] > opinions["gen-near"] > opinions["gen-far"]


def test_preferences_rank_the_arms_as_they_are() -> None:
    ranks = by_name(found("pairs"), "Ranks")
    assert [ranks[name].value for name in ("scan", "gen-near", "gen-far")] == [1, 2, 3]


def test_triplets_scale_the_worse_further_from_the_reference() -> None:
    scaled = by_name(found("triplet"), "Differences from the reference")
    assert scaled["gen-far"].value > 0
    assert scaled["gen-far"].low > 0


def test_marks_and_measurements_differ_where_images_do() -> None:
    marks = by_name(found("marking"), HEADING)
    assert marks["gen-far less scan"].value > marks["gen-near less scan"].value
    equal = [one for rows in found("task").estimates.values() for one in rows if one.name == "measured-equivalence"]
    assert {one.subject for one in equal} == {"gen-near", "gen-far"}


def test_hasty_answers_are_left_out_and_counted() -> None:
    answers = made("real-or-synthetic")
    first = answers.ratings[0].rater
    hasty = [one.rater == first and one.ordinal < 30 for one in answers.ratings]
    rows = [replace(one, rt_ms=20.0) if fast else one for one, fast in zip(answers.ratings, hasty, strict=True)]
    analysis = analyse(replace(answers, ratings=tuple(rows)))
    assert "30 trials were answered in less than 200 ms and are left out." in analysis.warnings


def test_what_is_to_be_said_of_how_answers_came_in_is_a_warning() -> None:
    answers = made("task")
    assert analyse(replace(answers, notes=("rater-001 answered 2 trials twice.",))).warnings == (
        "rater-001 answered 2 trials twice.",
    )


def test_one_rater_says_nothing_of_others_and_the_analysis_says_so() -> None:
    answers = made("real-or-synthetic")
    alone = replace(answers, ratings=tuple(one for one in answers.ratings if one.rater == "rater-001"))
    analysis = analyse(alone)
    assert HEADING not in analysis.estimates
    assert any("One reader says nothing of other readers" in one for one in analysis.warnings)


def test_all_answers_alike_give_no_numbers_out_of_nothing() -> None:
    answers = made("rating")
    analysis = analyse(replace(answers, ratings=tuple(replace(one, value=3) for one in answers.ratings)))
    assert any("on one step of the scale" in one for one in analysis.warnings)
    assert analyse(replace(answers, ratings=())).warnings == ("There is no answer to analyse.",)


@pytest.mark.parametrize("paradigm", ["real-or-synthetic", "forced-choice", "rating", "pairs"])
def test_primary_tests_find_what_is_there_and_seldom_what_is_not(paradigm: Paradigm) -> None:
    test = primary_test(design_of(paradigm))
    assert test(made(paradigm).ratings) < 0.01
    alarms = sum(test(simulated(paradigm, NULL, seed, per_arm=10).ratings) < 0.05 for seed in range(12))
    assert alarms <= 3  # 12 draws at 5 %: more than 3 come twice in a thousand times


@pytest.mark.parametrize("paradigm", ["real-or-synthetic", "forced-choice", "task"])
def test_perfect_separation_counts_as_found(paradigm: Paradigm) -> None:
    design = design_of(paradigm, per_arm=10)
    perfect = simulated(paradigm, SimulatedRater(sensitivity=40.0), spread=0.0, per_arm=10)
    assert primary_test(design)(perfect.ratings) < 0.01


def test_power_takes_the_primary_test() -> None:
    design = design_of("real-or-synthetic")
    panel = SimulatedPanel(SimulatedRater(sensitivity=1.5), 0.2, 0.2)
    (curve,) = drain(power_job(design, panel, PowerPlan((3, 6), (12,), 15), primary_test(design)))
    assert curve.y[1] > 0.8


def test_arms_that_take_turns_are_no_pull_from_the_answer_before() -> None:
    rng = np.random.default_rng(8)
    rows = []
    for rater in range(12):
        for ordinal in range(60):
            arm = (ordinal + rater) % 2  # runs of one: neighbours are never of one arm
            value = int(np.digitize(2.0 * arm + rng.logistic(), [-0.5, 0.5, 1.5, 2.5])) + 1
            rows.append(Rating(f"r{rater}", f"t{ordinal}", ordinal, 0, "test", "s", (f"c{ordinal}",), ("AB"[arm],),
                               (f"case {rng.integers(40)}",), value))  # fmt: skip
    (previous,) = (row for row in serial(rows) if row.name == "previous")
    assert previous.low < 0 < previous.high
    (pulled,) = (row for row in serial([replace(row, letters=("A",)) for row in rows]) if row.name == "previous")
    assert pulled.high < 0  # what a model without arms says of the same answers


def test_a_single_rater_has_figures_of_their_own_and_none_for_others() -> None:
    whole = made("real-or-synthetic")
    rater = whole.ratings[0].rater
    alone = analyse(replace(whole, ratings=tuple(one for one in whole.ratings if one.rater == rater)))
    assert HEADING not in alone.estimates
    for name in ("reader-auc", "reader-error-rate", "reader-d-prime"):
        for arm in ("gen-near", "gen-far"):
            own, among = (row(one, name, f"{arm}, {rater}") for one in (alone, found("real-or-synthetic")))
            assert (own.value, own.low, own.high) == pytest.approx((among.value, among.low, among.high), nan_ok=True)
    assert any("One reader says nothing of other readers" in one for one in alone.warnings)
    assert "One rater says nothing of other raters; add raters, not images." in alone.warnings
    assert not any("the interval for other raters" in one for one in alone.warnings)
    assert not any("Answers: " in one for one in alone.warnings)


def test_the_interval_of_a_difference_goes_below_0() -> None:
    task = made("task")
    turned = replace(task, ratings=tuple(replace(one, value=1000.0 - float(one.value)) for one in task.ratings))
    for analysis, side in ((found("task"), 1), (analyse(turned), -1)):
        rows = [row(analysis, "measured-equivalence", arm) for arm in ("gen-near", "gen-far")]
        assert all(one.low < one.value < one.high for one in rows)
        assert all(one.value - one.low == pytest.approx(one.high - one.value) for one in rows)
        assert all(side * one.value > 0 for one in rows)


def test_intervals_of_areas_and_parts_end_at_0_and_1() -> None:
    for paradigm in ("real-or-synthetic", "forced-choice"):
        analysis = analyse(simulated(paradigm, SEER, per_arm=8, raters=3))
        bounded = [
            one
            for rows in analysis.estimates.values()
            for one in rows
            if one.name in ("auc", "auc-equivalence", "error-crossed", "error-equivalence", "correct")
        ]
        assert bounded
        assert all(one.low >= 0 and one.high <= 1 for one in bounded if np.isfinite(one.low))
