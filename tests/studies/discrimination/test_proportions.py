"""Parts of right answers, their sizes, equivalence, many tests: published values and exact properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from synthscope.errors import InputError
from synthscope.studies.discrimination.equivalence import (
    equivalence,
    equivalence_trials,
    exact_equivalence,
    exact_equivalence_power,
    exact_equivalence_trials,
)
from synthscope.studies.discrimination.multiplicity import benjamini_hochberg, holm
from synthscope.studies.discrimination.proportions import design_effect, pooled_test, trials_needed, wilson_interval


@pytest.mark.parametrize(
    ("right", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson(right: int, trials: int, low: float, high: float) -> None:
    """Newcombe 1998, Table I, method 3."""
    assert wilson_interval(right, trials) == pytest.approx((low, high), abs=6e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.floats(0, 1), st.floats(0.5, 0.99))
def test_an_outside_program_gives_the_same_interval(trials: int, part: float, level: float) -> None:
    right = round(part * trials)
    peer = proportion_confint(right, trials, 1 - level, "wilson")
    assert wilson_interval(right, trials, level) == pytest.approx(peer, abs=1e-12)


@pytest.mark.parametrize(
    ("correct", "trials"), [(0.55, 620), (0.60, 158), (0.65, 69), (0.70, 37), (0.75, 23)]
)  # fmt: skip
def test_trials_of_a_forced_choice(correct: float, trials: int) -> None:
    """Exact one-sided 5 %, power 80 %: the guide's table."""
    assert trials_needed(correct) == trials


@settings(max_examples=15, deadline=None)
@given(st.floats(0.58, 0.95), st.sampled_from([0.5, 0.25]))
def test_no_smaller_number_reaches_the_power(correct: float, chance: float) -> None:
    def reached(n: int) -> float:
        critical = next(k for k in range(n + 2) if stats.binom.sf(k - 1, n, chance) <= 0.05)
        return float(stats.binom.sf(critical - 1, n, correct))

    found = trials_needed(correct, chance=chance)
    assert reached(found) >= 0.8
    assert all(reached(n) < 0.8 for n in range(max(1, found - 6), found))


def test_design_effect_of_two_hundred_answers() -> None:
    """1 + (m - 1) rho: m 200, rho .05."""
    assert design_effect(200, 0.05) == pytest.approx(10.95)


def test_the_pooled_test_never_comes_without_its_warning() -> None:
    found = pooled_test(540, 1000, variance=0.002)
    assert found.p_value == pytest.approx(stats.binomtest(540, 1000).pvalue)
    assert found.design_effect == pytest.approx(0.002 / (0.54 * 0.46 / 1000))
    assert found.effective == pytest.approx(0.54 * 0.46 / 0.002)
    assert "34%" in found.warning
    assert "Report the crossed test" in found.warning


def test_published_counts_are_worth_far_less_than_they_seem() -> None:
    """Park 2021: 1781 of 3000 by 10 readers x 300 images, tested as independent."""
    low, high = wilson_interval(1781, 3000)
    assert (1781 / 3000, low, high) == pytest.approx((0.594, 0.576, 0.611), abs=5e-4)
    assert pooled_test(1781, 3000, variance=8e-4).effective < 310


@pytest.mark.parametrize(("margin", "trials"), [(0.05, 857), (0.10, 215)])
def test_sizes_of_equivalence(margin: float, trials: int) -> None:
    """The guide's table: independent judgements for five and ten points."""
    assert equivalence_trials(margin) == trials
    assert equivalence_trials(margin, effect=2) == pytest.approx(2 * trials, abs=2)


def test_exact_equivalence_keeps_its_level_and_its_power() -> None:
    trials = exact_equivalence_trials(0.1)
    assert 215 <= trials <= 240
    assert all(exact_equivalence_power(n, 0.1) >= 0.8 for n in range(trials, trials + 40))
    assert exact_equivalence_power(trials - 1, 0.1) < 0.8
    for edge in (0.4, 0.6):
        assert exact_equivalence_power(trials, 0.1, correct=edge) <= 0.05


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 400), st.floats(0, 1), st.floats(0.02, 0.2))
def test_equivalence_is_an_interval_inside_the_margins(trials: int, part: float, margin: float) -> None:
    found = exact_equivalence(round(part * trials), trials, margin)
    assert found.equivalent == (0.5 - margin < found.low and found.high < 0.5 + margin)
    normal = equivalence(part, 0.03, margin, df=12)
    assert normal.equivalent == (0.5 - margin < normal.low and normal.high < 0.5 + margin)


def test_a_wide_interval_around_one_half_is_no_equivalence() -> None:
    found = equivalence(0.5, 0.1, 0.05)
    assert not found.equivalent
    assert found.p_value > 0.25
    assert equivalence(0.5, 0.0, 0.05).equivalent


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_an_outside_program_gives_the_same_adjustments(p_values: list[float]) -> None:
    given_p = np.array(p_values)
    assert holm(given_p) == pytest.approx(multipletests(given_p, method="holm")[1], abs=1e-12)
    assert benjamini_hochberg(given_p) == pytest.approx(multipletests(given_p, method="fdr_bh")[1], abs=1e-12)


def test_tests_that_could_not_be_made_are_not_counted() -> None:
    assert holm(np.array([0.01, np.nan, 0.04])) == pytest.approx([0.02, np.nan, 0.04], nan_ok=True)
    assert benjamini_hochberg(np.array([np.nan])) == pytest.approx([np.nan], nan_ok=True)


def test_what_cannot_be_sized_is_said() -> None:
    with pytest.raises(InputError, match=r"part of 0\.4 right answers"):
        trials_needed(0.4)
    with pytest.raises(InputError, match="margin of 0 is not"):
        equivalence_trials(0)
    with pytest.raises(InputError, match="standard error of nan"):
        equivalence(0.5, float("nan"), 0.05)
    with pytest.raises(InputError, match="30 right answers of 20"):
        wilson_interval(30, 20)
    with pytest.raises(InputError, match="outside 0 to 1"):
        holm(np.array([2.0]))
