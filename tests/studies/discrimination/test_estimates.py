"""Rows of discrimination for a report: what is said, over what it generalises, what is warned of."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.records.documents import from_json, to_json
from synthscope.records.study_ratings import Curve, Estimate
from synthscope.studies.discrimination.area_estimates import area_estimates, roc_curves
from synthscope.studies.discrimination.choice_estimates import choice_estimates, threshold_estimates
from synthscope.studies.discrimination.mrmc import compare_arms, reader_study
from synthscope.studies.discrimination.scores import reader_scores
from synthscope.studies.discrimination.threshold import fit_threshold
from synthscope.studies.discrimination.yes_no_estimates import NOT_SHOWN, yes_no_estimates

RATERS = ("r1", "r2", "r3", "r4")


def by_name(rows: tuple[Estimate, ...]) -> dict[str, Estimate]:
    return {row.name: row for row in rows}


def test_answers_yes_and_no_give_every_row(rng: np.random.Generator) -> None:
    real = np.arange(60) % 2 == 0
    said = (rng.random((4, 60)) < np.where(real, 0.7, 0.4)).astype(float)
    rows = yes_no_estimates(said, real, rng, raters=RATERS, subject="B")
    found = by_name(rows)
    assert found["human-error-rate"].value == pytest.approx(found["error-crossed"].value)
    assert found["human-error-rate"].random == ("raters", "cases")
    assert found["d-prime"].value > 0
    assert "add raters" in found["d-prime"].caveats[0]
    assert "Report the crossed test" in found["pooled-binomial"].caveats[0]
    assert found["pooled-binomial"].value == pytest.approx((said == real).mean())
    assert found["pooled-binomial"].random == ()
    assert [row.subject for row in rows if row.name == "reader-d-prime"] == [f"B, {name}" for name in RATERS]
    assert [from_json(Estimate, to_json(row)) for row in rows] == list(rows)


def test_a_small_study_shows_neither_difference_nor_equivalence(rng: np.random.Generator) -> None:
    real = np.arange(20) % 2 == 0
    said = (rng.random((4, 20)) < 0.5).astype(float)
    row = by_name(yes_no_estimates(said, real, rng, raters=RATERS))["error-equivalence"]
    assert NOT_SHOWN in row.caveats
    assert row.level == pytest.approx(0.9)


def test_areas_of_two_arms_are_those_of_the_analysis(rng: np.random.Generator) -> None:
    positive = np.arange(80) % 2 == 0
    scores = positive * np.array([0.2, 1.0, 1.0])[:, None, None] + rng.normal(0, 1, (3, 4, 80))
    data = reader_scores(scores, positive)
    rows = area_estimates(data, ("A", "B", "C"), RATERS)
    test = compare_arms(reader_study(data))
    differences = [row for row in rows if row.name == "auc-difference"]
    assert [row.subject for row in differences] == ["A against B", "A against C", "B against C"]
    assert [row.value for row in differences] == pytest.approx([one.value for one in test.differences])
    smallest = min(one.p_value for one in test.differences)
    assert min(row.p_value for row in differences) == pytest.approx(3 * smallest)
    assert by_name(rows)["auc-arms"].p_value == pytest.approx(test.p_value)
    means = {row.subject: row.value for row in rows if row.name == "auc"}
    assert set(means) == {"A", "B", "C"}
    assert means["A"] < means["B"]
    assert sum(row.name == "reader-auc" for row in rows) == 12
    curves = roc_curves(data, ("A", "B", "C"), RATERS)
    assert len(curves) == 12
    assert (curves[0].x[0], curves[0].y[-1]) == (0, 1)
    assert from_json(Curve, to_json(curves[0])) == curves[0]


def test_one_arm_is_tested_against_chance_alone(rng: np.random.Generator) -> None:
    data = reader_scores(rng.normal(0, 1, (4, 40)), np.arange(40) % 2 == 0)
    found = by_name(area_estimates(data, ("A",), RATERS))
    assert set(found) == {
        "auc", "auc-equivalence", "reader-auc", "variance-reader", "variance-case", "variance-error"
    }  # fmt: skip
    assert found["auc"].random == ("raters", "cases")


def test_choices_among_four_are_held_against_a_quarter(rng: np.random.Generator) -> None:
    right = (rng.random((4, 60)) < 0.6).astype(float)
    found = by_name(choice_estimates(right, RATERS, places=4, subject="A"))
    assert found["correct"].value == pytest.approx(right.mean())
    assert found["correct"].p_value < 0.01
    assert found["choice-d-prime"].low < found["choice-d-prime"].value < found["choice-d-prime"].high
    assert found["correct-equivalence"].title == "Within 0.05 of 0.25"
    assert "Report the crossed test" in found["pooled-binomial"].caveats[0]


def test_choices_that_are_all_right_are_finite() -> None:
    found = by_name(choice_estimates(np.ones((4, 30)), RATERS))
    assert np.isfinite(found["choice-d-prime"].value)
    assert np.isfinite(found["reader-choice-d-prime"].value)


def test_thresholds_without_a_limit_say_so() -> None:
    rng = np.random.default_rng(0)
    shown = np.repeat([30.0, 60, 120, 240, 480], 20)
    known = {name: fit_threshold(shown, rng.random(100) < 0.5 + 0.48 * (shown > 100)) for name in RATERS[:3]}
    known["r4"] = fit_threshold(np.full(40, 50 / 3), np.ones(40, bool))
    rows = threshold_estimates(known, subject="A")
    assert rows[0].name == "threshold-ms"
    assert "1 raters have no threshold" in rows[0].caveats[0]
    assert "no limit on one side" in rows[-1].caveats[0]
    assert 60 < rows[0].value < 240
