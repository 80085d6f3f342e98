"""Rows of agreement for a report: what stands beside what, and what is warned of."""

from __future__ import annotations

import numpy as np
import pytest
from tests.studies.agreement.published import JUDGES, OBSERVERS, PSYCHIATRISTS
from tests.studies.band import covers

from synthscope.records.documents import from_json, to_json
from synthscope.records.study_ratings import Estimate
from synthscope.studies.agreement.chance import jackknifed_interval
from synthscope.studies.agreement.estimates import agreement_estimates, repeat_estimates
from synthscope.studies.agreement.repeats import within_deviation
from synthscope.studies.agreement.tables import counts_of
from synthscope.studies.resampling import each


def test_plain_agreement_stands_before_every_coefficient(rng: np.random.Generator) -> None:
    rows = agreement_estimates(PSYCHIATRISTS, "nominal", rng, subject="diagnosis")
    assert [row.name for row in rows] == [
        "percent-agreement", "prevalence", "kappa", "ac", "free-marginal-kappa", "alpha",
    ]  # fmt: skip
    assert {row.subject for row in rows} == {"diagnosis"}
    values = {row.name: row.value for row in rows}
    assert values["percent-agreement"] == pytest.approx(0.5556, abs=5e-5)
    assert values["kappa"] == pytest.approx(0.4302445, abs=5e-7)
    assert values["free-marginal-kappa"] == pytest.approx(0.4444, abs=5e-5)
    assert all(row.low <= row.value <= row.high for row in rows if row.name != "prevalence")


def test_ordered_answers_get_weights_and_concordance(rng: np.random.Generator) -> None:
    rows = {row.name: row for row in agreement_estimates(OBSERVERS, "ordinal", rng, categories=range(1, 6))}
    assert rows["ac"].title == "Gwet's AC2"
    assert rows["alpha"].value == pytest.approx(0.815388, abs=5e-7)
    assert rows["kendall-w"].n == 8
    assert "4 cases without every rater's answer" in rows["kendall-w"].caveats[0]
    assert "few" in rows["alpha"].caveats[0]


def test_numbers_get_intraclass_correlations(rng: np.random.Generator) -> None:
    rows = {row.name: row for row in agreement_estimates(JUDGES, "interval", rng)}
    assert set(rows) == {"alpha", "kendall-w", "icc-a-1", "icc-a-k", "icc-c-1"}
    assert rows["icc-a-1"].value == pytest.approx(0.289764, abs=1e-6)
    assert rows["icc-a-1"].random == ("raters", "cases")
    assert rows["icc-c-1"].random == ("cases",)


def test_the_paradox_of_kappa_is_warned_of(rng: np.random.Generator) -> None:
    first = np.r_[np.zeros(90), np.zeros(5), np.ones(5)]
    second = np.r_[np.zeros(90), np.ones(5), np.zeros(5)]
    rows = {row.name: row for row in agreement_estimates(np.stack([first, second]), "nominal", rng)}
    assert "95%" in rows["kappa"].caveats[0]
    assert "90%" in rows["kappa"].caveats[0]
    assert not rows["ac"].caveats


def test_equal_answers_have_no_coefficient(rng: np.random.Generator) -> None:
    rows = {row.name: row for row in agreement_estimates(np.ones((3, 30)), "ordinal", rng)}
    assert set(rows) == {"percent-agreement", "prevalence", "alpha"}
    assert rows["percent-agreement"].value == 1
    assert np.isnan(rows["alpha"].value)


def test_rows_of_repeats_survive_json(rng: np.random.Generator) -> None:
    first = rng.integers(1, 7, 30).astype(float)
    rows = repeat_estimates(first, np.clip(first + rng.integers(-1, 2, 30), 1, 6), rng, subject="rater-3")
    assert [row.name for row in rows] == ["same-answer", "repeat-kappa", "repeat-icc", "within-sd", "repeat-bias"]
    assert [from_json(Estimate, to_json(row)) for row in rows] == list(rows)


def test_the_deviation_within_cases_holds_the_truth_and_is_none_where_nothing_differs() -> None:
    runs, hits = 300, 0
    for seed in range(runs):
        first, second = np.random.default_rng([seed, 3]).normal(0, 0.7, (2, 30))
        found = within_deviation(second - first, each(30))
        hits += found.low <= 0.7 <= found.high
    assert covers(hits, runs)
    none = within_deviation(np.zeros(8), each(8))
    assert (none.value, none.low, none.high) == (0, 0, 0)
    single = within_deviation(np.array([0.0, 0, 0, 2]), each(4))
    assert single.value == pytest.approx(np.sqrt(0.5))
    assert np.isnan([single.low, single.high]).all()


def test_the_interval_of_kappa_in_a_report_holds_the_truth() -> None:
    runs, hits, shares = 200, 0, [0.5, 0.3, 0.2]
    for seed in range(runs):
        rng = np.random.default_rng([seed, 5])
        case, own = rng.choice(3, 40, p=shares), rng.choice(3, (5, 40), p=shares)
        table = np.where(rng.random((5, 40)) < 0.6, case, own).astype(float)
        low, high = jackknifed_interval(counts_of(table, range(3)), "fleiss")
        hits += low <= 0.36 <= high
    assert covers(hits, runs)
