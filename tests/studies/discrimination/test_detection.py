"""Signal detection: published values of every task, inverses, corrections."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.discrimination.choice import (
    choice_sensitivity,
    correct_of,
    d_of_abx,
    d_of_correct,
    d_of_oddity,
    d_of_same_different,
)
from synthscope.studies.discrimination.choice_estimates import side_bias
from synthscope.studies.discrimination.detection import detection, from_rates


def test_a_worked_example() -> None:
    """Formulas of Stanislaw & Todorov 1999 at H .8 and F .4."""
    assert from_rates(0.8, 0.4) == pytest.approx((1.095, -0.294, 0.7246, 0.7917), abs=6e-4)


def test_corrected_counts() -> None:
    """statpsych::signal(82, 46, 100, 100)."""
    found = detection(82, 100, 46, 100)
    assert (found.hit_rate, found.false_alarm_rate) == pytest.approx((0.8168317, 0.4603960), abs=5e-8)
    assert (found.d, found.criterion) == pytest.approx((1.002793, -0.4019603), abs=1e-6)
    assert -stats.norm.ppf(found.false_alarm_rate) == pytest.approx(0.09943603, abs=1e-7)


def test_the_error_is_that_of_gourevitch_and_galanter() -> None:
    found = detection(82, 100, 46, 100)
    parts = [(r, stats.norm.pdf(stats.norm.ppf(r))) for r in (found.hit_rate, found.false_alarm_rate)]
    assert found.se == pytest.approx(np.sqrt(sum(r * (1 - r) / 100 / p**2 for r, p in parts)))
    assert found.high - found.d == pytest.approx(1.959964 * found.se, rel=1e-6)


def test_perfect_and_hopeless_raters_are_finite() -> None:
    found = detection([40, 0, 20], 40, [0, 40, 20], 40)
    assert np.isfinite(found.d).all()
    assert found.d == pytest.approx([-found.d[1], found.d[1], 0], abs=1e-12)
    assert found.a == pytest.approx([1 - found.a[1], found.a[1], 0.5])


@settings(max_examples=60, deadline=None)
@given(st.floats(0.02, 0.98), st.floats(0.02, 0.98))
def test_swapping_kinds_turns_the_signs(hit: float, false: float) -> None:
    d, c, beta, a = from_rates(hit, false)
    other_d, other_c, other_beta, other_a = from_rates(false, hit)
    assert (other_d, other_c, other_beta, other_a) == pytest.approx((-d, c, 1 / beta, 1 - a), rel=1e-9, abs=1e-9)
    no_d, no_c, *_ = from_rates(1 - false, 1 - hit)
    assert (no_d, no_c) == pytest.approx((d, -c), abs=1e-9)


@pytest.mark.parametrize(
    ("correct", "d"),
    [(0.55, 0.178), (0.60, 0.358), (0.65, 0.545), (0.70, 0.742), (0.75, 0.954), (0.76, 0.999), (0.80, 1.190),
     (0.85, 1.466), (0.90, 1.812), (0.95, 2.326), (0.99, 3.290)],
)  # fmt: skip
def test_two_places(correct: float, d: float) -> None:
    """Macmillan & Creelman 2005, Table A5.7: sqrt(2) z(Pc)."""
    assert d_of_correct(correct) == pytest.approx(d, abs=6e-4)


@pytest.mark.parametrize(("correct", "places", "d"), [(0.8, 3, 1.652), (0.8, 4, 1.893), (0.75, 4, 1.682)])
def test_more_places(correct: float, places: int, d: float) -> None:
    """psyphy::dprime.mAFC."""
    assert d_of_correct(correct, places) == pytest.approx(d, abs=6e-4)


def test_comparison_tasks() -> None:
    """psyphy: dprime.ABX(.75, .3), dprime.oddity(.8), dprime.SD(.642, .3), dprime.SD(.75, .3, "IO")."""
    assert d_of_abx(0.75, 0.3) == pytest.approx(1.869, abs=6e-4)
    assert d_of_abx(0.75, 0.3, "independent") == pytest.approx(1.661, abs=6e-4)
    assert d_of_oddity(0.8) == pytest.approx(3.129, abs=6e-4)
    assert d_of_same_different(0.642, 0.3) == pytest.approx(1.951, abs=6e-4)
    assert d_of_same_different(0.75, 0.3, "independent") == pytest.approx(1.955, abs=6e-4)


def test_the_area_of_one_unit() -> None:
    """Phi(1 / sqrt 2) = .7602: area and forced choice are one (Green & Swets 1966)."""
    assert float(correct_of(1.0)) == pytest.approx(0.7602, abs=5e-5)


@settings(max_examples=40, deadline=None)
@given(st.floats(-1.5, 4), st.integers(2, 8))
def test_choices_are_the_integral_and_its_inverse(d: float, places: int) -> None:
    part = float(correct_of(d, places))
    integral = integrate.quad(lambda x: stats.norm.pdf(x - d) * stats.norm.cdf(x) ** (places - 1), -10, 14)[0]
    assert part == pytest.approx(integral, abs=1e-8)
    assert d_of_correct(part, places) == pytest.approx(d, abs=1e-5)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.3, 3))
def test_comparison_tasks_are_their_simulated_observers(d: float) -> None:
    rng = np.random.default_rng(0)
    a, b, x = rng.normal(0, 1, 40_000), rng.normal(d, 1, 40_000), rng.normal(0, 1, 40_000)
    abx = (np.abs(a - x) < np.abs(b - x)).mean()
    assert d_of_abx(abx, 1 - abx) == pytest.approx(d, abs=0.15)
    odd = ((np.abs(a - x) < np.abs(a - b)) & (np.abs(a - x) < np.abs(x - b))).mean()
    assert d_of_oddity(odd) == pytest.approx(d, abs=0.2)
    hit, false = (np.abs(a - b) > 1.5).mean(), (np.abs(a - x) > 1.5).mean()
    assert d_of_same_different(hit, false) == pytest.approx(d, abs=0.15)


def test_guessing_has_no_sensitivity() -> None:
    assert [d_of_abx(0.3, 0.5), d_of_oddity(0.3), d_of_same_different(0.4, 0.4)] == [0, 0, 0]
    assert d_of_correct(0.25, 4) == pytest.approx(0, abs=1e-9)
    assert choice_sensitivity(10, 40, 4).d == pytest.approx(0, abs=1e-9)


def test_counts_of_a_choice_hold_the_truth_in_nineteen_of_twenty_studies() -> None:
    rng, runs = np.random.default_rng(1), 200
    right = rng.binomial(80, float(correct_of(1.0, 4)), runs)
    hits = sum(one.low <= 1.0 <= one.high for one in (choice_sensitivity(k, 80, 4) for k in right))
    assert covers(hits, runs)
    assert np.isfinite(choice_sensitivity(80, 80).d)


def test_a_liking_of_the_left_is_a_bias_and_no_sensitivity() -> None:
    rng = np.random.default_rng(2)
    left = rng.random(20_000) < 0.5
    evidence = np.where(left, 1.0, -1.0) + rng.normal(0, np.sqrt(2), 20_000)
    d, c = side_bias(evidence + 1 > 0, left)
    assert d == pytest.approx(1.0, abs=0.05)
    assert c == pytest.approx(-1 / np.sqrt(2), abs=0.03)
    assert side_bias(evidence > 0, left)[1] == pytest.approx(0, abs=0.03)


def test_what_has_no_sensitivity_is_said() -> None:
    with pytest.raises(InputError, match="hit rate of 1 has no finite"):
        from_rates(1, 0.2)
    with pytest.raises(InputError, match="12 hits of 10"):
        detection(12, 10, 0, 10)
    with pytest.raises(InputError, match="nothing to count false alarms of"):
        detection(1, 10, 0, 0)
    with pytest.raises(InputError, match="2 places at least"):
        d_of_correct(0.5, 1)
    with pytest.raises(InputError, match="11 right answers of 10"):
        choice_sensitivity(11, 10)
    with pytest.raises(InputError, match="balance the sides"):
        side_bias(np.ones(4), np.ones(4))
