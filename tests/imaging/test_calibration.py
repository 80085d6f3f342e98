"""Ranks and coverage against what exchangeable, narrow and wide draws must give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from synthscope.errors import InputError
from synthscope.imaging.calibration import coverage, rank_histogram, ranks, trimmed

K = 19


def expected(scale: float, level: float, shift: float = 0.0) -> float:
    """P(j <= R <= K - j) for a truth N(0, 1) among K draws N(shift, scale^2): R is binomial given the truth."""
    j = trimmed(level, K)

    def inside(y: float) -> float:
        below = stats.norm.cdf((y - shift) / scale)
        return float((stats.binom.cdf(K - j, K, below) - stats.binom.cdf(j - 1, K, below)) * stats.norm.pdf(y))

    return float(integrate.quad(inside, -9, 9, limit=200)[0])


def found(rng: np.random.Generator, scale: float, level: float, shift: float = 0.0) -> float:
    places = [ranks(rng.normal(size=200), rng.normal(shift, scale, (K, 200)), rng) for _ in range(100)]
    return coverage(places, K, level, rng).value


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_exchangeable_draws_cover_exactly_what_their_level_says(rng, level):
    assert expected(1.0, level) == pytest.approx(level, abs=1e-6)
    assert found(rng, 1.0, level) == pytest.approx(level, abs=4 * np.sqrt(level * (1 - level) / 20_000))


@pytest.mark.parametrize(("scale", "shift"), [(0.5, 0.0), (2.0, 0.0), (1.0, 1.0)])
@pytest.mark.parametrize("level", [0.5, 0.9])
def test_gaussian_draws_of_another_spread_or_mean_cover_what_the_integral_says(rng, scale, shift, level):
    assert found(rng, scale, level, shift) == pytest.approx(expected(scale, level, shift), abs=0.015)


def test_narrow_draws_cover_too_little_and_wide_ones_too_much(rng):
    assert expected(0.5, 0.9) < 0.7 < 0.9 < 0.98 < expected(2.0, 0.9)
    assert found(rng, 0.5, 0.9) < 0.9 < found(rng, 2.0, 0.9)


def test_ranks_of_exchangeable_whole_numbers_are_flat_although_most_are_equal(rng):
    truth, draws = rng.integers(0, 3, 40_000), rng.integers(0, 3, (K, 40_000))
    histogram = rank_histogram(ranks(truth, draws, rng), K)
    assert histogram.sum() == pytest.approx(1)
    np.testing.assert_allclose(histogram, 1 / (K + 1), atol=5 * np.sqrt(0.05 * 0.95 / 40_000))


def test_a_rank_is_the_number_of_draws_below(rng):
    draws = np.array([[10.0, 10.0, 1.0], [20.0, 20.0, 2.0], [30.0, 30.0, 3.0]])
    assert ranks(np.array([5.0, 25.0, 9.0]), draws, rng).tolist() == [0, 2, 3]


def test_the_histogram_is_a_valley_for_narrow_draws_and_a_hill_for_wide_ones(rng):
    truth = rng.normal(size=20_000)
    narrow, wide = (rank_histogram(ranks(truth, rng.normal(0, s, (K, 20_000)), rng), K) for s in (0.5, 2.0))
    assert narrow[0] > 0.1 > 0.05 > narrow[10]
    assert wide[0] < 0.02 < 0.05 < wide[10]


@pytest.mark.parametrize("places", [6, 24])
def test_the_interval_over_places_holds_the_true_coverage_about_as_often_as_it_says(rng, places):
    # Voxels of a place are one and the same here: only places count. The true coverage is 0.9.
    hits = 0
    for _ in range(200):
        truth, draws = rng.normal(size=(places, 8, 1)), rng.normal(size=(K, places, 8, 1))
        of_place = [ranks(truth[i], draws[:, i], rng).repeat(50, axis=1) for i in range(places)]
        one = coverage(of_place, K, 0.9, rng)
        hits += one.low <= 0.9 <= one.high
    assert hits / 200 > 0.85  # nominal 0.95; a bootstrap over the 50 equal voxels would hold it less than half as often


def test_one_place_has_a_value_but_no_interval(rng):
    one = coverage([np.array([0, 3, 19, 10])], K, 0.9, rng)
    assert (one.value, one.places, one.draws, one.level) == (0.5, 1, K, 0.9)
    assert np.isnan(one.low)
    assert np.isnan(one.high)


@pytest.mark.parametrize(("level", "draws", "j"), [(0.9, 19, 1), (0.5, 19, 5), (0.5, 3, 1), (0.9, 39, 2)])
def test_levels_are_exact(level, draws, j):
    assert trimmed(level, draws) == j
    assert (draws + 1 - 2 * j) / (draws + 1) == pytest.approx(level)


@pytest.mark.parametrize(("level", "draws"), [(0.9, 10), (0.95, 19), (1.0, 19), (0.0, 19)])
def test_a_level_that_no_interval_has_is_refused(level, draws):
    with pytest.raises(InputError, match="no interval of exactly"):
        trimmed(level, draws)


def test_draws_of_another_shape_and_no_place_at_all_are_refused(rng):
    with pytest.raises(InputError, match="do not fit"):
        ranks(np.zeros(4), np.zeros((3, 5)), rng)
    with pytest.raises(InputError, match="no place"):
        coverage([], K, 0.9, rng)
