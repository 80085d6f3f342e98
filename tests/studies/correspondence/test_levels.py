"""A metric beside ratings: published figures, exact small cases, intervals and tests that hold what they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kendalltau, pearsonr, spearmanr
from tests.studies.band import covers
from tests.studies.correspondence.stein import ERRORS, FD, distances, error_rates

from synthscope.errors import InputError
from synthscope.studies.correspondence.ceiling import leave_one_out, split_half
from synthscope.studies.correspondence.comparing import compare_metrics, steiger
from synthscope.studies.correspondence.correlations import (
    kendall,
    partial_spearman,
    pearson,
    permutation_p,
    spearman,
)
from synthscope.studies.correspondence.drawing import draw_raters, interval
from synthscope.studies.correspondence.levels import correspond, correspond_apart, rmse
from synthscope.studies.correspondence.mapping import fit_mapping, left_out_rmse
from synthscope.studies.tables import RatingTable, make_table


def rated(rng: np.random.Generator, raters: int, items: int, *, noise: float = 1.0) -> tuple[RatingTable, np.ndarray]:
    """Ratings with noise, and the true quality."""
    quality = rng.standard_normal(items)
    values = quality + rng.normal(0, 0.5, (raters, 1)) + rng.normal(0, noise, (raters, items))
    return RatingTable(values, tuple(map(str, range(raters))), tuple(f"{k:04d}" for k in range(items))), quality


def test_correlations_with_human_errors_are_the_published_ones() -> None:
    # Stein et al. 2023, CIFAR-10: FD-DINOv2 against mean human error rate of 13 models
    assert spearman(FD, ERRORS) == pytest.approx(-0.9670, abs=1e-4)
    assert kendall(FD, ERRORS) == pytest.approx(-0.8718, abs=1e-4)
    assert pearson(FD, ERRORS) == pytest.approx(-0.9787, abs=1e-4)
    mapped = fit_mapping(-FD, ERRORS)(-FD)
    assert pearson(mapped, ERRORS) == pytest.approx(0.9845, abs=2e-4)
    assert rmse(mapped, ERRORS) == pytest.approx(0.0217, abs=2e-4)


def test_participants_give_the_published_rates_and_intervals() -> None:
    table = error_rates("cifar10")
    assert len(table.raters) == 328
    published = {"RESFLOW": 0.0880, "PFGMPP": 0.4358, "LSGM": 0.4369}
    found = dict(zip(table.items, table.means, strict=True))
    for name, rate in published.items():
        (mine,) = [v for key, v in found.items() if key.upper().replace("-", "").startswith(name[:4])]
        assert mine == pytest.approx(rate, abs=1e-4)
    metric = -distances(table)
    rows = {row.name: row for row in correspond(table, metric, "fd-dinov2", "model", np.random.default_rng(0))}
    assert rows["srcc"].value == pytest.approx(0.967, abs=1e-3)
    assert not rows["srcc"].caveats
    low, high = interval(table, metric, spearman, np.random.default_rng(0), 2000, centring="none")
    assert (low, high) == pytest.approx((0.783, 1.000), abs=0.02)
    assert low < rows["srcc"].low < rows["srcc"].value < rows["srcc"].high <= 1
    low, high = interval(table, metric, spearman, np.random.default_rng(0), 2000, items=False, centring="none")
    assert (low, high) == pytest.approx((0.923, 0.989), abs=0.01)


@pytest.mark.parametrize(("name", "published", "models"), [("cifar10", 0.968, 13), ("lsun256", 0.931, 8)])
def test_halves_of_the_participants_agree_as_published(name: str, published: float, models: int) -> None:
    table = error_rates(name)
    assert len(table.items) == models
    half, ceiling = split_half(table, np.random.default_rng(1))
    assert half.value == pytest.approx(published, abs=0.02)
    assert ceiling.value == pytest.approx(np.sqrt(half.value))


def test_correlations_of_many_rows_are_those_of_each(rng: np.random.Generator) -> None:
    one, other = rng.integers(0, 5, (6, 12)).astype(float), rng.integers(0, 5, (6, 12)).astype(float)
    for row in range(6):
        assert spearman(one, other)[row] == pytest.approx(spearmanr(one[row], other[row]).statistic)
        assert kendall(one, other)[row] == pytest.approx(kendalltau(one[row], other[row]).statistic)
        assert pearson(one, other)[row] == pytest.approx(pearsonr(one[row], other[row]).statistic)
    assert np.isnan(pearson(np.ones(4), np.arange(4.0)))


def test_permutation_is_exact_for_few_items_and_keeps_its_level(rng: np.random.Generator) -> None:
    assert permutation_p(np.arange(4.0), np.arange(4.0), rng) == pytest.approx(2 / 24)
    assert permutation_p(np.arange(5.0), np.array([1.0, 0, 2, 3, 4]), rng) == pytest.approx(10 / 120)
    rejected = sum(permutation_p(rng.random(12), rng.random(12), rng, 199) <= 0.05 for _ in range(200))
    assert covers(200 - rejected, 200)


def test_few_models_are_said_to_be_no_basis(rng: np.random.Generator) -> None:
    table, quality = rated(rng, 6, 6)
    rows = correspond(table, quality, "ssim", "model", rng, resamples=100)
    assert all(row.caveats[0] == "n = 6 models: a correlation cannot be interpreted." for row in rows)
    assert "n = 6: a curve of four parameters" in rows[-1].caveats[1]
    assert {row.name for row in rows} == {"srcc", "krcc", "plcc", "plcc-mapped"}
    with pytest.raises(InputError, match="fitted to 8 items or more"):
        fit_mapping(np.arange(7.0), np.arange(7.0))
    images = correspond(table, quality, "ssim", "image", rng, resamples=100)
    assert not images[0].caveats


def test_a_metric_that_is_better_when_low_is_turned_round(rng: np.random.Generator) -> None:
    table, quality = rated(rng, 8, 40, noise=0.3)
    up = correspond(table, quality, "m", "image", np.random.default_rng(1), resamples=200)
    down = correspond(table, -quality, "m", "image", np.random.default_rng(1), resamples=200, higher_is_better=False)
    assert repr(up) == repr(down)  # not a number is no equal of itself
    assert {row.name for row in up} == {"srcc", "krcc", "plcc", "plcc-mapped", "rmse", "outlier-ratio"}
    assert up[0].value > 0.9
    assert up[0].p_value < 0.01


def test_two_way_intervals_cover_and_those_over_raters_alone_do_not() -> None:
    rng, runs, both, raters = np.random.default_rng(4), 200, 0, 0
    truth = 2 / np.sqrt(5) / np.sqrt(1 + 0.25 / 8)  # metric = quality + noise of 0.5; means of 8 raters of noise 0.5
    for _ in range(runs):
        table, quality = rated(rng, 8, 30, noise=0.5)
        metric = quality + rng.normal(0, 0.5, 30)
        low, high = interval(table, metric, pearson, rng, 300)
        both += low < truth < high
        low, high = interval(table, metric, pearson, rng, 300, items=False)
        raters += low < truth < high
    assert covers(both, runs)
    assert raters / runs < 0.7


def test_drawn_raters_are_moved_back_to_the_ratings() -> None:
    rng = np.random.default_rng(5)
    table, quality = rated(rng, 6, 2000)
    value = float(spearman(quality, table.means))
    low, high = interval(table, quality, spearman, rng, 200)
    assert low < value < high
    assert interval(table, quality, spearman, rng, 200, centring="none")[1] < value
    with pytest.raises(InputError, match="does not fit"):
        interval(table, quality[:5], spearman, rng, 10)


def test_raters_of_one_item_are_drawn_within_it(rng: np.random.Generator) -> None:
    table = make_table(np.arange(30), np.repeat(["a", "b", "c"], 10), rng.random(30))
    weights = draw_raters(table, rng, 50)
    seen = np.isfinite(table.values)
    assert (weights @ seen == 10).all()


def test_mapping_told_without_a_group_is_no_better_than_with_it(rng: np.random.Generator) -> None:
    metric = rng.uniform(-3, 3, 40)
    ratings = 1 + 4 / (1 + np.exp(-metric / 0.8)) + rng.normal(0, 0.2, 40)
    fitted = float(rmse(fit_mapping(metric, ratings)(metric), ratings))
    left = left_out_rmse(metric, ratings, np.arange(40) % 8)
    assert fitted < left < 0.35
    exact = fit_mapping(metric, 1 + 4 / (1 + np.exp(-metric / 0.8)))
    assert sorted([exact.top, exact.bottom]) == pytest.approx([1, 5], abs=1e-4)


def test_what_brightness_explains_is_taken_out(rng: np.random.Generator) -> None:
    bright = rng.standard_normal(300)
    metric, ratings = bright + rng.normal(0, 0.3, 300), bright + rng.normal(0, 0.3, 300)
    assert spearman(metric, ratings) > 0.8
    value, p_value = partial_spearman(metric, ratings, bright[:, None])
    assert abs(value) < 0.15
    assert p_value > 0.01
    table = RatingTable(ratings + rng.normal(0, 0.1, (5, 300)), tuple("abcde"), tuple(map(str, range(300))))
    row = correspond_apart(table, metric, bright[:, None], "m", "image", rng, resamples=50)
    assert row.low < row.value < row.high
    with pytest.raises(InputError, match="4 items cannot carry 2 nuisances"):
        partial_spearman(metric[:4], ratings[:4], rng.random((4, 2)))


def test_partial_correlation_of_one_property_is_the_textbooks(rng: np.random.Generator) -> None:
    x, y, z = rng.standard_normal((3, 50))
    xy, xz, yz = spearman(x, y), spearman(x, z), spearman(y, z)
    expected = (xy - xz * yz) / np.sqrt((1 - xz**2) * (1 - yz**2))
    assert partial_spearman(x, y, z[:, None])[0] == pytest.approx(float(expected))


def test_the_better_of_two_metrics_is_told_and_equal_ones_are_not() -> None:
    rng = np.random.default_rng(6)
    table, quality = rated(rng, 12, 80, noise=0.5)
    good, poor = quality + rng.normal(0, 0.3, 80), quality + rng.normal(0, 2, 80)
    difference, check = compare_metrics(table, good, poor, ("good", "poor"), "image", rng, resamples=400)
    assert difference.low > 0.1
    assert difference.p_value < 0.02
    assert check.p_value < 0.02
    same, _ = compare_metrics(table, good, good, ("good", "good"), "image", rng, resamples=100)
    assert (same.value, same.low, same.high, same.p_value) == (0, 0, 0, 1)


def test_steigers_test_keeps_its_level() -> None:
    rng, runs = np.random.default_rng(7), 1000
    cover = np.linalg.cholesky([[1, 0.5, 0.5], [0.5, 1, 0.3], [0.5, 0.3, 1]])
    kept = 0
    for _ in range(runs):
        y, a, b = cover @ rng.standard_normal((3, 60))
        kept += steiger(float(pearson(a, y)), float(pearson(b, y)), float(pearson(a, b)), 60)[1] >= 0.05
    assert covers(kept, runs)
    assert np.isnan(steiger(1.0, 0.5, 0.3, 20)[0])


def test_halves_find_the_reliability_that_was_put_in() -> None:
    rng = np.random.default_rng(8)
    table, quality = rated(rng, 10, 400, noise=2.0)
    half, ceiling = split_half(table, rng, splits=200)
    assert half.value == pytest.approx(1 / (1 + 4 / 10), abs=0.06)
    assert float(spearman(quality, table.means)) == pytest.approx(ceiling.value, abs=0.05)
    one = leave_one_out(table)
    assert one.low < one.value < one.high < ceiling.value
    nobody = leave_one_out(make_table(np.arange(6), np.repeat(["a", "b", "c"], 2), rng.random(6)))
    assert np.isnan(nobody.value)
    with pytest.raises(InputError, match="2 items have no correlation"):
        split_half(table.of_items(np.array([0, 1])), rng)


def test_what_does_not_fit_is_refused(rng: np.random.Generator) -> None:
    table, quality = rated(rng, 4, 10)
    with pytest.raises(InputError, match=r"shape \(9,\) does not fit 10 rated items"):
        correspond(table, quality[:9], "m", "image", rng)
    with pytest.raises(InputError, match="not finite; leave those items out"):
        correspond(table, np.full(10, np.nan), "m", "image", rng)
