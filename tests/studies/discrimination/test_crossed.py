"""Readers and cases at random: variances against closed forms, type I where pooling fails, error rates, sensitivity."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit
from tests.studies.band import covers

from synthscope.errors import InputError
from synthscope.studies.discrimination.crossed import crossed_combination, crossed_mean, group
from synthscope.studies.discrimination.error_rate import human_error_rate
from synthscope.studies.discrimination.sensitivity import sensitivity


def answers(rng: np.random.Generator, readers: int, cases: int, reader_sd: float, case_sd: float) -> np.ndarray:
    """Right answers of readers and cases whose logits differ, right in half of them on the whole."""
    logit = rng.normal(0, reader_sd, (readers, 1)) + rng.normal(0, case_sd, cases)
    return (rng.random((readers, cases)) < expit(logit)).astype(float)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 8), st.integers(4, 30))
def test_a_complete_table_is_its_analysis_of_variance(seed: int, readers: int, cases: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 1, (readers, 1)) + rng.normal(0, 1, cases) + rng.normal(0, 1, (readers, cases))
    found, mean = crossed_mean(table), table.mean()
    row, column = table.mean(axis=1), table.mean(axis=0)
    reader = cases * ((row - mean) ** 2).sum() / (readers - 1)
    case = readers * ((column - mean) ** 2).sum() / (cases - 1)
    both = ((table - row[:, None] - column + mean) ** 2).sum() / ((readers - 1) * (cases - 1))
    assert found.value == pytest.approx(mean)
    total = found.readers + found.cases + found.both
    assert total == pytest.approx((reader + case - both) / (readers * cases), abs=1e-10)
    if reader > both and case > both:
        parts = reader**2 / (readers - 1) + case**2 / (cases - 1) + both**2 / ((readers - 1) * (cases - 1))
        assert found.variance == pytest.approx(total)
        assert found.df == pytest.approx((reader + case - both) ** 2 / parts)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_missing_answers_give_the_brute_force_mean_of_products(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 1, (4, 7))
    table[rng.random((4, 7)) < 0.25] = np.nan
    units = np.array([0, 0, 1, 2, 3, 3, 4])
    seen = [(r, units[n], table[r, n]) for r in range(4) for n in range(7) if np.isfinite(table[r, n])]
    apart = [x * y for r, u, x in seen for s, v, y in seen if r != s and u != v]
    if len({r for r, _, _ in seen}) < 2 or not apart:
        return
    found = crossed_mean(table, units)
    total = found.readers + found.cases + found.both
    assert found.value == pytest.approx(np.nanmean(table))
    assert total == pytest.approx(found.value**2 - np.mean(apart), abs=1e-10)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_pairs_that_share_either_image_give_the_brute_force_mean_of_products(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.normal(0, 1, (5, 12))
    table[rng.random((5, 12)) < 0.5] = np.nan
    pairs = np.column_stack([rng.integers(0, 5, 12), rng.integers(5, 9, 12)])
    seen = [(r, {*pairs[n]}, table[r, n]) for r in range(5) for n in range(12) if np.isfinite(table[r, n])]
    apart = [x * y for r, u, x in seen for s, v, y in seen if r != s and not u & v]
    there = np.isfinite(table).any(axis=0)
    if len({r for r, _, _ in seen}) < 2 or not apart or min(len({*one}) for one in pairs[there].T) < 2:
        return
    found = crossed_mean(table, pairs)
    total = found.readers + found.cases + found.both
    assert found.value == pytest.approx(np.nanmean(table))
    assert total == pytest.approx(found.value**2 - np.mean(apart), abs=1e-10)


def test_cases_in_one_place_only_are_what_they_are_as_a_row_of_numbers(rng: np.random.Generator) -> None:
    table, units = rng.normal(0, 1, (4, 10)), np.array([0, 0, 1, 2, 2, 2, 3, 4, 4, 5])
    one, other = crossed_mean(table, units), crossed_mean(table, units[:, None])
    assert (other.variance, other.df, other.p_value) == pytest.approx((one.variance, one.df, one.p_value))


def test_real_images_in_other_pairs_for_each_rater_belong_together_too() -> None:
    """8 raters x 40 pairs without any difference, paired anew for each: real images are at random like synthetic."""
    rng, runs, together, alone = np.random.default_rng(4), 200, 0, 0
    for _ in range(runs):
        real, made, rater = rng.normal(0, 0.7, 40), rng.normal(0, 0.7, 40), rng.normal(0, 0.2, 8)
        table, pairs = np.full((8, 320), np.nan), np.column_stack([np.tile(np.arange(40), 8), np.zeros(320, int)])
        for r in range(8):
            own, partner = slice(40 * r, 40 * r + 40), rng.permutation(40)
            pairs[own, 1] = 40 + partner
            table[r, own] = rng.random(40) < expit(rater[r] + real[partner] - made)
        together += crossed_mean(table, pairs).p_value >= 0.05
        alone += crossed_mean(table, pairs[:, 0]).p_value >= 0.05
    assert covers(together, runs)
    assert alone < 0.95 * runs


def test_pooling_finds_what_is_not_there_and_the_crossed_test_does_not() -> None:
    """8 raters x 120 images, deviations .35 and .6: about 34 % for the pooled test (1 000 runs in the benchmark)."""
    rng, runs, crossed, pooled = np.random.default_rng(1), 200, 0, 0
    for _ in range(runs):
        table = answers(rng, 8, 120, 0.35, 0.6)
        crossed += crossed_mean(table).p_value >= 0.05
        pooled += stats.binomtest(int(table.sum()), table.size).pvalue >= 0.05
    assert covers(crossed, runs)
    assert pooled < 0.75 * runs


def test_the_sum_of_variances_is_unbiased() -> None:
    rng, runs = np.random.default_rng(2), 2000
    found = [crossed_mean(0.5 * (rng.normal(0, 1, (5, 1)) + rng.normal(0, 1, 8) + rng.normal(0, 1, (5, 8))))
             for _ in range(runs)]  # fmt: skip
    truth = 0.25 * (1 / 5 + 1 / 8 + 1 / 40)
    assert np.mean([one.readers + one.cases + one.both for one in found]) == pytest.approx(truth, rel=0.05)
    assert np.var([one.value for one in found]) == pytest.approx(truth, rel=0.1)


def test_a_difference_of_two_arms_forgets_what_readers_share(rng: np.random.Generator) -> None:
    reader = rng.normal(0, 2, (6, 1))
    first, second = (reader + rng.normal(0, 1, (6, 30)) for _ in range(2))
    groups = [group(first, np.arange(30), 60), group(second, np.arange(30, 60), 60)]
    apart = crossed_combination(groups, (1, -1), null=0)
    assert apart.value == pytest.approx(first.mean() - second.mean())
    assert apart.se < 0.3 < crossed_mean(first, null=0).se


def test_images_of_one_case_belong_together() -> None:
    rng, runs, together, alone = np.random.default_rng(3), 200, 0, 0
    units = np.repeat(np.arange(15), 8)
    for _ in range(runs):
        logit = rng.normal(0, 0.3, (6, 1)) + rng.normal(0, 0.8, 15)[units]
        table = (rng.random(logit.shape) < expit(logit)).astype(float)
        together += crossed_mean(table, units).p_value >= 0.05
        alone += crossed_mean(table).p_value >= 0.05
    assert covers(together, runs)
    assert alone < 0.9 * runs


def study(rng: np.random.Generator, readers: int, cases: int) -> tuple[np.ndarray, np.ndarray]:
    """Readers with a bias of their own and no sensitivity: their error rate is one half."""
    real = np.arange(cases) % 2 == 0
    logit = rng.normal(0, 0.7, (readers, 1)) + rng.normal(0, 0.6, cases)
    return (rng.random((readers, cases)) < expit(logit)).astype(float), real


def test_intervals_of_the_error_rate_hold_the_truth_at_least_as_often_as_they_say() -> None:
    rng, runs = np.random.default_rng(4), 200
    boot = crossed = readers = 0
    for _ in range(runs):
        found = human_error_rate(*study(rng, 8, 60), rng, resamples=300)
        boot += found.low <= 0.5 <= found.high
        crossed += found.crossed.low <= 0.5 <= found.crossed.high
        readers += found.readers_low <= 0.5 <= found.readers_high
    assert boot >= 0.93 * runs
    assert crossed >= 0.93 * runs
    assert readers < boot


def test_error_rates_are_counted_by_kind() -> None:
    real = np.array([True, True, True, False])
    said = np.array([[1, 1, 0, 1], [1, 1, 1, np.nan], [0, 1, 1, 0]])
    found = human_error_rate(said, real, np.random.default_rng(0))
    assert found.by_reader == pytest.approx([(1 / 3 + 1) / 2, np.nan, 1 / 6], nan_ok=True)
    assert found.value == pytest.approx(np.nanmean(found.by_reader))
    assert found.false_synthetic == pytest.approx([1 / 3, 0, 1 / 3])
    assert found.n == 11


def test_a_bias_alone_is_no_error_below_one_half(rng: np.random.Generator) -> None:
    real = np.arange(40) < 20
    found = human_error_rate(np.ones((5, 40)), real, rng)
    assert (found.value, found.crossed.value) == (0.5, 0.5)


def test_mean_sensitivity_is_found_with_its_interval() -> None:
    rng, runs, hits = np.random.default_rng(5), 200, 0
    for _ in range(runs):
        real = np.arange(160) % 2 == 0
        evidence = real * (1.0 + rng.normal(0, 0.3, (6, 1))) + rng.normal(0, 0.3, 160) + rng.normal(0, 0.9539, (6, 160))
        found = sensitivity((evidence > 0.5 + rng.normal(0, 0.2, (6, 1))).astype(float), real)
        hits += found.d.low <= 1.0 <= found.d.high
    assert covers(hits, runs)
    assert found.by_reader.d.mean() == pytest.approx(found.d.value)


def test_what_cannot_be_crossed_is_said(rng: np.random.Generator) -> None:
    real = np.array([True, False, True, False])
    with pytest.raises(InputError, match="2 readers and 2 cases and has 1 and 4"):
        crossed_mean(np.ones((1, 4)))
    with pytest.raises(InputError, match="no answer to average"):
        crossed_mean(np.full((2, 4), np.nan))
    with pytest.raises(InputError, match="answer 3 is neither"):
        human_error_rate(np.full((2, 4), 3.0), real, rng)
    with pytest.raises(InputError, match="of one kind"):
        human_error_rate(np.ones((2, 4)), np.ones(4), rng)
    with pytest.raises(InputError, match="do not fit"):
        human_error_rate(np.ones((2, 5)), real, rng)
    with pytest.raises(InputError, match="one case of a kind at most"):
        sensitivity(np.array([[1, np.nan, 1, 0], [1, 0, 1, 0.0]]), real)
