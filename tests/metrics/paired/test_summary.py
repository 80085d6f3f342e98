from __future__ import annotations

import math

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.metrics.paired.summary import summarise


def test_median_and_quartiles_are_numpy_s(rng: np.random.Generator) -> None:
    values = rng.normal(size=31)
    found = summarise(values, rng)
    assert found.median == np.median(values)
    assert (found.first_quartile, found.third_quartile) == tuple(np.percentile(values, [25, 75]))
    assert (found.mean, found.deviation) == pytest.approx((values.mean(), values.std(ddof=1)))
    assert (found.pairs, found.specimens, found.left_out) == (31, 31, 0)
    assert found.low <= found.median <= found.high


def test_the_interval_holds_the_median_as_often_as_it_says(rng: np.random.Generator) -> None:
    held = 0
    for _ in range(200):
        found = summarise(rng.exponential(size=40), rng, draws=300)
        held += found.low <= math.log(2) <= found.high
    assert 0.88 <= held / 200 <= 0.995


def test_the_interval_is_over_specimens_where_pairs_of_one_are_alike(rng: np.random.Generator) -> None:
    by_specimen = by_pair = 0
    units = np.repeat(np.arange(15), 8)
    for _ in range(200):
        values = np.repeat(rng.normal(size=15), 8) + 0.1 * rng.normal(size=120)
        honest, naive = summarise(values, rng, units.tolist(), draws=200), summarise(values, rng, draws=200)
        by_specimen += honest.low <= 0 <= honest.high
        by_pair += naive.low <= 0 <= naive.high
    assert by_specimen >= 0.88 * 200
    assert by_pair < 0.7 * 200


def test_equal_images_are_above_every_other(rng: np.random.Generator) -> None:
    found = summarise(np.array([30.0, 31, 32, math.inf, math.inf]), rng)
    assert found.median == 32
    assert found.third_quartile == found.mean == found.high == math.inf
    assert math.isnan(found.deviation)


def test_pairs_without_a_figure_are_counted_and_left_out(rng: np.random.Generator) -> None:
    found = summarise(np.array([1.0, math.nan, 3, 5, math.nan]), rng, list("abccc"))
    assert (found.median, found.pairs, found.left_out, found.specimens) == (3, 3, 2, 2)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_the_same_random_numbers_give_the_same_interval() -> None:
    values = np.arange(20.0)
    first, second = (summarise(values, np.random.default_rng(7)) for _ in range(2))
    assert first == second


def test_what_cannot_be_summarised_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(InputError, match="None of 2 pairs"):
        summarise(np.full(2, math.nan), rng)
    with pytest.raises(InputError, match="3 pairs have 2 specimens"):
        summarise(np.ones(3), rng, ["a", "b"])
