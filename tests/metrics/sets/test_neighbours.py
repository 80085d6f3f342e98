from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from synthscope.errors import InputError
from synthscope.metrics.sets import balls as balls_module
from synthscope.metrics.sets import distances as distances_module
from synthscope.metrics.sets.distances import distance_blocks
from synthscope.metrics.sets.diversity import Diversity
from synthscope.metrics.sets.neighbours import (
    Authenticity,
    Coverage,
    Density,
    Manifolds,
    Precision,
    Recall,
    authenticity,
    expected_coverage,
    expected_density,
    manifolds,
)
from synthscope.metrics.sets.specimens import grouped_jackknife
from synthscope.records.metric import Layout

PLAIN = Layout()


def column(*values: float) -> np.ndarray:
    return np.asarray(values)[:, None]


def test_three_points_by_hand() -> None:
    """K10; prdc 0.2 gives the same."""
    found = manifolds(column(0, 1, 3), column(0.5, 2.5, 10), k=1)
    assert found == Manifolds(pytest.approx(2 / 3), 1, 1, 1)


@pytest.mark.parametrize(
    ("real", "generated", "k", "exact"), [(100, 100, 5, 0.9711), (60, 120, 3, 0.9654), (500, 500, 5, 0.9692)]
)
def test_expected_coverage_is_the_published_product(real: int, generated: int, k: int, exact: float) -> None:
    """K8, Naeem et al. 2020."""
    assert expected_coverage(real, generated, k) == pytest.approx(exact, abs=5e-5)


@pytest.mark.parametrize(("n", "m", "k", "d"), [(100, 100, 5, 3), (60, 120, 3, 64), (500, 500, 5, 16)])
def test_coverage_and_density_of_one_kind_have_their_expectation_in_any_dimension(
    n: int, m: int, k: int, d: int, rng: np.random.Generator
) -> None:
    """K8 and K9."""
    found = [manifolds(rng.normal(size=(n, d)), rng.normal(size=(m, d)), k) for _ in range(150)]
    for name, expected in (("coverage", expected_coverage(n, m, k)), ("density", expected_density())):
        values = np.array([getattr(one, name) for one in found])
        assert abs(values.mean() - expected) < 4 * values.std() / np.sqrt(len(values)), name


@pytest.mark.slow
def test_the_readme_of_prdc() -> None:
    """K11: P .4772, R .4705, D 1.0555, C .9735 for 10 000 samples of 1000 dimensions, "may fluctuate".

    It does: from this seed prdc 0.2 gives P .4563, R .4858, D .91246, C .9563, and so do we, to the last count.
    """
    rng = np.random.default_rng(0)
    found = manifolds(rng.normal(size=(10_000, 1000)), rng.normal(size=(10_000, 1000)))
    assert (found.precision, found.recall, found.coverage) == (0.4563, 0.4858, 0.9563)
    assert found.density == pytest.approx(0.91246)


def test_figures_are_those_of_a_direct_search(rng: np.random.Generator) -> None:
    real, generated = 50 + rng.normal(size=(40, 4)), 50.4 + rng.normal(size=(30, 4))
    found = manifolds(real, generated)
    within = [np.sort(cdist(x, x), axis=1)[:, 5] for x in (real, generated)]  # column 0 is the row itself
    between = cdist(real, generated)
    assert found.precision == (between < within[0][:, None]).any(axis=0).mean()
    assert found.recall == (between < within[1]).any(axis=1).mean()
    assert found.density == pytest.approx((between < within[0][:, None]).sum(axis=0).mean() / 5)
    assert found.coverage == (between.min(axis=1) < within[0]).mean()


def test_figures_are_those_of_prdc() -> None:
    """Golden values of prdc 0.2, ``compute_prdc(a, b, nearest_k=5)``."""
    r = np.random.default_rng(3)
    a, b = r.normal(size=(60, 8)), 0.4 + 0.9 * r.normal(size=(80, 8))
    found = manifolds(a, b)
    assert (found.precision, found.recall, found.coverage) == (0.95, pytest.approx(0.7666666666666667), 0.95)
    assert found.density == pytest.approx(1.0375)


def test_each_metric_is_one_of_the_four_figures(rng: np.random.Generator) -> None:
    real, generated = rng.normal(size=(40, 4)), 0.5 + rng.normal(size=(40, 4))
    found = manifolds(real, generated)
    for metric, name in ((Precision(), "precision"), (Recall(), "recall"), (Density(), "density")):
        assert metric.measure(real, generated, PLAIN)[""] == pytest.approx(getattr(found, name))
    assert Coverage().measure(real, generated, PLAIN)[""] == found.coverage
    assert found.precision == manifolds(generated, real).recall


def test_images_outside_every_neighbourhood_are_more_than_one_radius_away(rng: np.random.Generator) -> None:
    real, generated = rng.normal(size=(60, 3)), 1.2 + rng.normal(size=(40, 3))
    away = Precision().each(real, generated, PLAIN)
    assert (away < 1).mean() == pytest.approx(manifolds(real, generated).precision)


def test_copies_have_no_authenticity_and_honest_samples_about_two_thirds(rng: np.random.Generator) -> None:
    """K13: 68.5 +- 0.4 in METRICS.md at N = 200, d = 16; 67.7 +- 0.1 over 1000 draws of ours, of 3.5 spread each."""
    training = rng.normal(size=(200, 16))
    assert authenticity(training, training[::2]) == 0
    honest = [authenticity(rng.normal(size=(200, 16)), rng.normal(size=(200, 16))) for _ in range(100)]
    assert np.mean(honest) == pytest.approx(0.68, abs=0.015)


def test_authenticity_is_found_again_by_a_direct_search(rng: np.random.Generator) -> None:
    training, generated = rng.normal(size=(50, 3)), rng.normal(size=(30, 3))
    own = cdist(training, training) + np.diag(np.full(50, np.inf))
    between = cdist(generated, training)
    expected = np.mean([row.min() > own[row.argmin()].min() for row in between])
    assert Authenticity().measure(training, generated, PLAIN)[""] == pytest.approx(100 * expected)
    assert (Authenticity().each(training, generated, PLAIN) > 1).mean() == pytest.approx(expected)


def test_equal_rows_are_at_no_distance_however_far_from_zero(rng: np.random.Generator) -> None:
    features = 1e6 + rng.normal(size=(20, 50))
    found = np.concatenate([block for _, block in distance_blocks(features, features, rows=7)])
    assert (np.diagonal(found) == 0).all()
    np.testing.assert_allclose(found, cdist(features, features, "sqeuclidean"), rtol=1e-6)


def test_too_few_rows_for_the_neighbours_are_refused() -> None:
    with pytest.raises(InputError, match="A set has 5 images and 6 are the least"):
        Precision().measure(np.zeros((5, 2)), np.zeros((9, 2)), PLAIN)


FIGURES = (Precision, Recall, Density, Coverage, Authenticity, Diversity)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("specimens", [200, 3])
def test_figures_without_groups_are_those_of_the_rows_that_are_left(figure: type, specimens: int) -> None:
    """The rows that stay are measured anew: what is left out of the distances that were taken once gives the same."""
    rng = np.random.default_rng(7)
    units = tuple(np.sort(rng.integers(0, specimens, n)) for n in (61, 53))
    real, generated = (rng.normal(size=(len(of), 4)) + 0.8 * rng.normal(size=(specimens, 4))[of] for of in units)
    metric = figure()

    def anew(rows: np.ndarray, columns: np.ndarray) -> float:
        return float(metric.measure(real[rows], generated[columns], PLAIN)[""])

    value = anew(np.arange(61), np.arange(53))
    expected = grouped_jackknife(anew, units, np.random.default_rng(1)).draw(value, np.random.default_rng(2), 50)
    influences = metric.resample(real, generated, PLAIN, units, _Twice(1, 2), 50)[""]
    np.testing.assert_allclose(influences, expected, rtol=1e-9)


class _Twice:
    """Random numbers of which groups are dealt by one seed, and drawn by another."""

    def __init__(self, first: int, second: int) -> None:
        self.permutation = np.random.default_rng(first).permutation
        self.multinomial = np.random.default_rng(second).multinomial


@pytest.mark.parametrize("figure", FIGURES, ids=lambda one: one.__name__)
def test_a_few_rows_at_a_time_give_the_same(figure: type, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    real, generated = rng.normal(size=(90, 6)), 0.3 + rng.normal(size=(70, 6))
    units = (np.arange(90) // 2, np.arange(70))
    whole = _all_of(figure(), real, generated, units)
    for module in (balls_module, distances_module):
        monkeypatch.setattr(module, "HELD", 7 * 90)
    for one, other in zip(whole, _all_of(figure(), real, generated, units), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def _all_of(metric: Any, real: np.ndarray, generated: np.ndarray, units: tuple[np.ndarray, np.ndarray]) -> list[Any]:
    each = metric.each(real, generated, PLAIN) if hasattr(metric, "each") else 0
    draws = metric.resample(real, generated, PLAIN, units, np.random.default_rng(3), 20)[""]
    return [metric.measure(real, generated, PLAIN)[""], draws, each]
