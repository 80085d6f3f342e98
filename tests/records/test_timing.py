"""Estimates from earlier times: the truth is found, outliers do little, ranges hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.records.timing import REMEMBERED, Timings, estimate

ratios = st.lists(st.floats(1e-3, 1e3), max_size=30)


@given(st.floats(1e-3, 1e6), ratios)
def test_an_estimate_lies_in_its_range_and_is_positive(predicted, known):
    found = estimate(predicted, known)
    assert 0 < found.low <= found.seconds <= found.high
    assert found.known == len(known)


@given(st.floats(0.05, 20), st.integers(1, 20))
def test_a_constant_error_of_the_formula_is_taken_away(ratio, count):
    assert estimate(10.0, [ratio] * count).seconds == pytest.approx(10 * ratio)


def test_one_run_on_a_busy_computer_does_not_move_the_estimate():
    assert estimate(10.0, [0.5, 0.52, 0.48, 0.51, 30.0]).seconds == pytest.approx(5.1)


def test_the_range_holds_most_of_what_comes():
    rng = np.random.default_rng(0)
    times = np.exp(rng.normal(0.7, 0.5, size=4000))
    held = [
        (e := estimate(1.0, times[i : i + REMEMBERED])).low <= times[i + REMEMBERED] <= e.high
        for i in range(0, 3900, 20)
    ]
    assert 0.65 < np.mean(held) < 0.9  # 80 % between percentiles that 20 candidates tell


def test_without_any_run_the_formula_counts_and_says_that_it_is_one():
    found = estimate(8.0, [])
    assert (found.seconds, found.known) == (8.0, 0)


def test_only_the_last_candidates_of_each_kind_are_remembered():
    timings = Timings()
    for i in range(REMEMBERED + 5):
        timings = timings.with_("exemplar on auto", 1.0 + i)
    timings = timings.with_("prior on auto", 3.0)
    assert len(timings.ratios["exemplar on auto"]) == REMEMBERED
    assert timings.ratios["exemplar on auto"][-1] == REMEMBERED + 5
    assert timings.ratios["prior on auto"] == (3.0,)
