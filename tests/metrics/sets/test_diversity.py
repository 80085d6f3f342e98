from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from synthscope.metrics.sets.diversity import Diversity, Vendi, mean_pairwise_distance, vendi_score
from synthscope.metrics.sets.sliced import SlicedDistance, fixed_directions, sliced_distance
from synthscope.records.metric import Layout

PLAIN = Layout()


def test_the_mean_distance_is_that_over_pairs(rng: np.random.Generator) -> None:
    features = rng.normal(size=(30, 5))
    assert mean_pairwise_distance(features) == pytest.approx(pdist(features).mean())


def test_half_the_spread_is_half_the_diversity(rng: np.random.Generator) -> None:
    real = rng.normal(size=(30, 5))
    assert Diversity().measure(real, 3 + real / 2, PLAIN)[""] == pytest.approx(0.5)


def test_a_collapsed_set_has_no_diversity_and_is_one_image_in_effect(rng: np.random.Generator) -> None:
    real = rng.normal(size=(30, 50))
    collapsed = np.repeat(real[:1], 30, axis=0)
    assert Diversity().measure(real, collapsed, PLAIN)[""] == 0
    assert vendi_score(collapsed) == pytest.approx(1)
    assert Vendi().measure(real, collapsed, PLAIN)[""] < 0.06


@pytest.mark.parametrize(("copies", "dimension"), [(1, 12), (3, 12)])
def test_the_effective_number_counts_what_is_different(copies: int, dimension: int) -> None:
    """Friedman & Dieng 2023: N orthogonal images count N, copies of them add nothing."""
    assert vendi_score(np.repeat(np.eye(dimension), copies, axis=0)) == pytest.approx(dimension)


def test_a_real_set_of_equal_images_has_no_diversity_to_compare_with() -> None:
    assert np.isnan(Diversity().measure(np.ones((5, 3)), np.eye(3), PLAIN)[""])


def test_figures_of_spread_are_each_others_inverse_when_sets_change_places(rng: np.random.Generator) -> None:
    a, b = rng.normal(size=(30, 5)), 2 * rng.normal(size=(30, 5))
    there, back = Diversity().measure(a, b, PLAIN)[""], Diversity().measure(b, a, PLAIN)[""]
    assert there * back == pytest.approx(1)


def test_a_shift_in_every_feature_has_its_closed_form(rng: np.random.Generator) -> None:
    """K12: 3 d mu^2, to 10 % at 4000 rows."""
    d, mu = 32, 0.5
    directions = fixed_directions(d)
    real, generated = rng.normal(size=(2000, d)), mu + rng.normal(size=(2000, d))
    found = sliced_distance(real, generated, directions)
    assert found == pytest.approx(3 * d * mu**2, rel=0.1)
    assert found == pytest.approx(sliced_distance(generated, real, directions))


def test_the_sliced_distance_along_an_axis_is_the_transport_distance(rng: np.random.Generator) -> None:
    """Of equal numbers of rows the sorted ones belong together; of 2 and 4 by quantiles, here by hand."""
    axis = np.ones((1, 1))
    assert sliced_distance(np.array([[0.0], [4]]), np.array([[5.0], [1]]), axis) == pytest.approx(3)
    a, b = np.array([[0.0], [4]]), np.array([[0.0], [1], [3], [4]])
    assert sliced_distance(a, b, axis) == pytest.approx(0)
    assert sliced_distance(a, b + 2, axis) == pytest.approx(3 * 4)


def test_directions_are_the_same_every_time_and_of_length_1() -> None:
    directions = fixed_directions(7)
    assert np.array_equal(directions, fixed_directions(7))
    np.testing.assert_allclose(np.linalg.norm(directions, axis=0), 1)


def test_a_set_is_at_no_sliced_distance_from_itself(rng: np.random.Generator) -> None:
    features = rng.normal(size=(30, 5))
    assert SlicedDistance().measure(features, features[::-1], PLAIN)[""] == pytest.approx(0, abs=1e-20)
