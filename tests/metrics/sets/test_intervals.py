"""Intervals hold what they say: 200 evaluations of small sets, and the mean of many more as what is to be covered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synthscope.metrics.sets.diversity import Diversity, Vendi
from synthscope.metrics.sets.frechet import RawFrechet, ReducedFrechet
from synthscope.metrics.sets.kernel import KernelDistance
from synthscope.metrics.sets.neighbours import Authenticity, Coverage, Density, Precision, Recall
from synthscope.metrics.sets.sliced import SlicedDistance
from synthscope.metrics.sets.specimens import Influences, grouped_jackknife
from synthscope.metrics.sets.two_sample import ClassifierTest
from synthscope.records.metric import Layout

PLAIN = Layout()
RUNS, DRAWS, D = 200, 200, 4
LEAST = 0.88
"""Of 200 runs at 95 %, 1 in 10 000 times fewer than 89 % hold; a point for skewness of few specimens."""
TIGHT = [KernelDistance, RawFrechet, Diversity, ClassifierTest]
WIDE = [ReducedFrechet, Precision, Recall, Density, Coverage, Authenticity]
"""Figures of nearest neighbours jump, and components move with the real set: their intervals are wider than need be."""


def both(rng: np.random.Generator, specimens: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw two sets half a deviation apart, half of whose variance is that between specimens."""
    share = 0.5 if rows > 1 else 0.0

    def one(middle: float) -> np.ndarray:
        between = rng.normal(size=(specimens, 1, D)) * np.sqrt(share)
        drawn = between + rng.normal(size=(specimens, rows, D)) * np.sqrt(1 - share)
        return drawn.reshape(-1, D) + middle

    return one(0.0), one(0.5)


def ends(metric: Any, real: np.ndarray, generated: np.ndarray, units: np.ndarray, seed: int) -> tuple[float, float]:
    """Give the interval as an evaluation does: percentiles, moved so that their median is the value."""
    value = metric.measure(real, generated, PLAIN)[""]
    drawn = metric.resample(real, generated, PLAIN, (units, units), np.random.default_rng(seed), DRAWS)[""]
    low, middle, high = np.percentile(drawn, [2.5, 50, 97.5])
    return value + low - middle, value + high - middle


def held(metric: Any, specimens: int, rows: int, units: np.ndarray, rng: np.random.Generator) -> float:
    """Give the part of intervals that hold the expected value at this number of images."""
    many = [metric.measure(*both(rng, specimens, rows), PLAIN)[""] for _ in range(400)]
    found = []
    for run in range(RUNS):
        low, high = ends(metric, *both(rng, specimens, rows), units, run)
        found.append(low <= np.mean(many) <= high)
    return float(np.mean(found))


@pytest.mark.parametrize("kind", [*TIGHT, Vendi])
def test_intervals_over_images_hold_as_often_as_they_say(kind: type, rng: np.random.Generator) -> None:
    assert LEAST <= held(kind(), 40, 1, np.arange(40), rng) <= 0.995


@pytest.mark.parametrize("kind", [*TIGHT, Vendi])
def test_intervals_over_specimens_hold_as_often_as_they_say(kind: type, rng: np.random.Generator) -> None:
    assert held(kind(), 20, 3, np.repeat(np.arange(20), 3), rng) >= LEAST


@pytest.mark.parametrize("kind", WIDE)
def test_intervals_of_figures_that_jump_hold_at_least_as_often(kind: type, rng: np.random.Generator) -> None:
    assert held(kind(), 20, 2, np.repeat(np.arange(20), 2), rng) >= 0.9


@pytest.mark.parametrize("kind", [KernelDistance, RawFrechet])
def test_intervals_over_rows_are_too_narrow_where_rows_of_a_specimen_are_alike(
    kind: type, rng: np.random.Generator
) -> None:
    assert held(kind(), 10, 6, np.arange(60), rng) < 0.85


def test_the_sliced_distance_has_an_interval_of_the_right_width(rng: np.random.Generator) -> None:
    metric = SlicedDistance()
    many = [metric.measure(*both(rng, 40, 1), PLAIN)[""] for _ in range(200)]
    widths = [np.diff(ends(metric, *both(rng, 40, 1), np.arange(40), run)) / (2 * 1.96) for run in range(12)]
    assert np.mean(widths) == pytest.approx(np.std(many), rel=0.3)


@pytest.mark.parametrize("kind", [*TIGHT, *WIDE, Vendi])
def test_the_same_seed_draws_the_same_values(kind: type, rng: np.random.Generator) -> None:
    real, generated = both(rng, 10, 2)
    units = np.repeat(np.arange(10), 2)
    first, second = (ends(kind(), real, generated, units, 5) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("groups", [12, 60])
def test_the_jackknife_of_a_mean_is_the_error_of_the_mean(groups: int, rng: np.random.Generator) -> None:
    """Leaving out one after the other it is exact; in 24 groups it is so on average."""
    values = rng.normal(size=(2, groups))
    units = np.arange(groups)
    found = grouped_jackknife(
        lambda rows, columns: float(values[0, rows].mean() + values[1, columns].mean()), (units, units), rng
    )
    exact = np.sqrt(values.var(axis=1, ddof=1).sum() / groups)
    spread = found.draw(0.0, rng, 4000).std()
    assert spread == pytest.approx(exact, rel=0.05 if groups == 12 else 0.5)


def test_widened_intervals_are_those_of_students_t(rng: np.random.Generator) -> None:
    """Ten groups: 2.262 (nine degrees of freedom) over 1.960."""
    values = Influences(rng.normal(size=10), rng.normal(size=12))
    np.testing.assert_allclose(values.widened().real / values.real, 2.262157 / 1.959964, rtol=1e-5)
    np.testing.assert_allclose(values.widened().generated / values.generated, 2.262157 / 1.959964, rtol=1e-5)


def test_one_specimen_has_no_interval(rng: np.random.Generator) -> None:
    assert np.isnan(Influences(np.zeros(1), np.ones(5)).draw(1.0, rng, 3)).all()
