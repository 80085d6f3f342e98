"""Leaving out one unit at a time: what is known of it in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.studies.resampling import GROUPS, Jackknifed, coefficient_interval, each, jackknife, units_of


def mean_of(values: np.ndarray):
    return lambda weights: weights @ values / weights.sum(axis=1)


def test_the_jackknife_of_a_mean_is_its_standard_error(rng: np.random.Generator) -> None:
    values = rng.normal(size=30)
    found = jackknife(mean_of(values), each(30))
    assert found.value == pytest.approx(values.mean())
    assert found.corrected == pytest.approx(values.mean())
    assert found.se == pytest.approx(values.std(ddof=1) / np.sqrt(30))
    assert found.df == 29


def test_it_takes_the_bias_of_a_variance_away_exactly(rng: np.random.Generator) -> None:
    values = rng.normal(size=12)

    def biased(weights: np.ndarray) -> np.ndarray:
        mean = mean_of(values)(weights)
        return np.asarray(mean_of(values**2)(weights) - mean**2)

    found = jackknife(biased, each(12))
    assert found.value == pytest.approx(values.var())
    assert found.corrected == pytest.approx(values.var(ddof=1))


def test_images_of_a_case_are_left_out_together(rng: np.random.Generator) -> None:
    values = np.repeat(rng.normal(size=10), 4)
    by_case = jackknife(mean_of(values), units_of(np.repeat(np.arange(10), 4)))
    assert by_case.se == pytest.approx(values[::4].std(ddof=1) / np.sqrt(10))
    assert jackknife(mean_of(values), each(40)).se < by_case.se


def test_very_many_cases_are_left_out_in_groups(rng: np.random.Generator) -> None:
    values = rng.normal(size=4 * GROUPS)
    found = jackknife(mean_of(values), each(len(values)))
    assert found.df == GROUPS - 1
    assert found.se == pytest.approx(values.std(ddof=1) / np.sqrt(len(values)), rel=0.15)


def test_a_coefficient_keeps_within_its_ends() -> None:
    low, high = coefficient_interval(Jackknifed(0.97, 0.975, 0.03, 11))
    assert -1 < low < 0.97 < high < 1
    assert coefficient_interval(Jackknifed(1.0, 1.0, 0.0, 11)) == (1.0, 1.0)
    assert np.isnan(coefficient_interval(Jackknifed(0.5, np.nan, np.nan, 1))).all()
