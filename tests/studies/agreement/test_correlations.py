"""Intraclass correlations, concordance and repeats: published values, coverage, properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from tests.studies.agreement.published import ANXIETY, JUDGES, OBSERVERS
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.agreement.cohen import cohen_kappa, confusion
from synthscope.studies.agreement.icc import FORMS, intraclass_correlation, intraclass_correlations
from synthscope.studies.agreement.kendall import kendall_w
from synthscope.studies.agreement.repeats import limits_of_agreement, repeatability


def test_shrout_and_fleiss_1979() -> None:
    """Table 4: .17 .29 .71 .44 .62 .91; full precision by an independent program."""
    found = intraclass_correlations(JUDGES)
    assert [one.value for one in found] == pytest.approx([0.17, 0.29, 0.71, 0.44, 0.62, 0.91], abs=5e-3)
    expected = [0.165742, 0.289764, 0.714841, 0.442797, 0.620051, 0.909316]
    assert [one.value for one in found] == pytest.approx(expected, abs=1e-6)
    assert [found[0].f, found[1].f] == pytest.approx([1.795, 11.027], abs=5e-4)
    assert tuple(one.form for one in found) == FORMS


def test_intervals_of_shrout_and_fleiss() -> None:
    """As R's psych::ICC prints them for the same table."""
    ends = [(one.low, one.high) for one in intraclass_correlations(JUDGES)]
    expected = [(-0.133, 0.723), (0.019, 0.761), (0.342, 0.946), (-0.884, 0.912), (0.071, 0.927), (0.676, 0.986)]
    for (low, high), (known_low, known_high) in zip(ends, expected, strict=True):
        assert (low, high) == pytest.approx((known_low, known_high), abs=6e-4)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 5), st.floats(-20, 20))
def test_consistency_forgives_shifts_of_raters_and_agreement_does_not(seed: int, factor: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 1, 12) + rng.normal(0, 0.7, (4, 12))
    for form in FORMS:
        found, other = intraclass_correlation(table, form), intraclass_correlation(factor * table + shift, form)
        assert (found.value, found.low, found.high) == pytest.approx((other.value, other.low, other.high), abs=1e-9)
        assert found.low <= found.value <= found.high
    far = table + np.arange(4)[:, None] * 5
    assert intraclass_correlation(far, "ICC(C,1)").value == pytest.approx(
        intraclass_correlation(table, "ICC(C,1)").value
    )
    assert intraclass_correlation(far, "ICC(A,1)").value < intraclass_correlation(table, "ICC(A,1)").value


@pytest.mark.parametrize("form", ["ICC(1,1)", "ICC(A,1)", "ICC(C,1)"])
def test_intraclass_intervals_hold_the_truth_in_nineteen_of_twenty_studies(form: str) -> None:
    rng, runs, hits = np.random.default_rng(5), 200, 0
    rater_sd = 0.5 if form == "ICC(A,1)" else 0.0
    truth = 1 / (1 + rater_sd**2 + 0.8**2)
    for _ in range(runs):
        table = rng.normal(0, 1, 25) + rng.normal(0, rater_sd, (6, 1)) + rng.normal(0, 0.8, (6, 25))
        found = intraclass_correlation(table, form)  # type: ignore[arg-type]
        hits += found.low <= truth <= found.high
    assert covers(hits, runs)


def test_concordance_with_ties() -> None:
    """R irr::kendall(anxiety, TRUE)."""
    found = kendall_w(ANXIETY)
    assert found.value == pytest.approx(0.5396569, abs=1e-6)
    assert (found.chi2, found.df, found.p_value) == pytest.approx((30.76, 19, 0.0429), abs=5e-3)
    assert found.chi2 == pytest.approx(stats.friedmanchisquare(*ANXIETY.T).statistic)


def test_concordance_is_the_mean_rank_correlation() -> None:
    rng = np.random.default_rng(0)
    table = rng.normal(0, 1, 15) + rng.normal(0, 1, (5, 15))
    pairs = [stats.spearmanr(table[i], table[j])[0] for i in range(5) for j in range(i)]
    assert kendall_w(table).mean_correlation == pytest.approx(np.mean(pairs))
    assert kendall_w(np.tile(table[0], (3, 1))).value == pytest.approx(1)


def test_statistics_of_whole_tables_say_what_is_missing() -> None:
    for statistic in (kendall_w, intraclass_correlations):
        with pytest.raises(InputError, match="4 of 12 cases lack one"):
            statistic(OBSERVERS)
    with pytest.raises(InputError, match="no form"):
        intraclass_correlation(JUDGES, "ICC2")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no order to compare"):
        kendall_w(np.ones((2, 5)))
    with pytest.raises(InputError, match="answers are the same"):
        intraclass_correlation(np.ones((2, 5)), "ICC(C,1)")


def test_repeats_are_those_of_the_single_statistics(rng: np.random.Generator) -> None:
    first = rng.integers(1, 7, 40).astype(float)
    second = np.clip(first + rng.integers(-1, 2, 40), 1, 6)
    found = repeatability(first, second, rng, categories=range(1, 7))
    assert found.same.value == (first == second).mean()
    assert found.kappa.value == pytest.approx(cohen_kappa(confusion(first, second, range(1, 7)), "quadratic").value)
    assert found.icc.value == pytest.approx(intraclass_correlation(np.stack([first, second]), "ICC(1,1)").value)
    assert found.within_sd.value == pytest.approx(np.sqrt(np.var(np.stack([first, second]), axis=0, ddof=1).mean()))
    for one in (found.same, found.kappa, found.icc, found.within_sd):
        assert one.low < one.value < one.high


def test_pairs_of_one_case_are_drawn_together(rng: np.random.Generator) -> None:
    first = np.repeat(rng.normal(0, 1, 10), 8)
    second = first + np.repeat(rng.normal(0, 0.5, 10), 8)
    alone = repeatability(first, second, np.random.default_rng(0)).within_sd
    together = repeatability(first, second, np.random.default_rng(0), cases=np.repeat(np.arange(10), 8)).within_sd
    assert together.value == pytest.approx(alone.value)
    assert together.high - together.low > 2 * (alone.high - alone.low)


def test_limits_of_agreement_are_the_closed_form() -> None:
    difference = np.array([-1.0, 0, 0, 1, 2])
    found = limits_of_agreement(np.zeros(5), difference)
    assert found.bias == pytest.approx(0.4)
    assert found.upper - found.lower == pytest.approx(2 * 1.959964 * difference.std(ddof=1), abs=1e-5)
    half = found.upper_high - found.upper
    assert half == pytest.approx(difference.std(ddof=1) * np.sqrt(1 / 5 + 1.959964**2 / 8) * 2.776445, abs=1e-5)


def test_intervals_of_limits_hold_the_truth_in_nineteen_of_twenty_studies() -> None:
    rng, runs, hits = np.random.default_rng(6), 200, 0
    for _ in range(runs):
        found = limits_of_agreement(np.zeros(40), rng.normal(0.3, 1, 40))
        hits += found.upper_low <= 0.3 + 1.959964 <= found.upper_high
    assert covers(hits, runs)


def test_too_few_repeats_are_said(rng: np.random.Generator) -> None:
    with pytest.raises(InputError, match="2 trials were answered twice"):
        repeatability(np.array([1, 2, np.nan]), np.array([1, 2, 3.0]), rng)
    with pytest.raises(InputError, match="do not pair"):
        repeatability(np.ones(3), np.ones(4), rng)
    with pytest.raises(InputError, match="answer 9 is none"):
        repeatability(np.array([1, 2, 9.0]), np.array([1, 2, 3.0]), rng, categories=[1, 2, 3])
