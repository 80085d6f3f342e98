"""Numbers on a circle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from synthscope.imaging.circular import circular_distance, circular_mean, wrapped

ANGLES = st.lists(st.floats(0, 179.9), min_size=1, max_size=12).map(np.array)


def test_the_shorter_way_round_is_taken() -> None:
    np.testing.assert_allclose(wrapped(np.array([178.0, -178.0, 10.0]), 180), [-2, 2, 10])


def test_the_mean_of_directions_on_both_sides_of_the_cut_lies_at_the_cut() -> None:
    assert wrapped(np.array([circular_mean(np.array([179.0, 1.0]), 180)]), 180)[0] == pytest.approx(0, abs=1e-9)
    assert np.isnan(circular_mean(np.array([0.0, 90.0]), 180))


def test_sets_on_both_sides_of_the_cut_are_near() -> None:
    assert circular_distance(np.array([179.0, 178.0]), np.array([1.0, 2.0]), 180) == pytest.approx(3)


def test_far_from_the_cut_it_is_the_distance_on_a_line() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(80, 5, 30), rng.normal(95, 8, 20)
    assert circular_distance(a, b, 180) == pytest.approx(stats.wasserstein_distance(a, b))


@given(ANGLES, ANGLES, st.floats(0, 180))
def test_turning_both_sets_changes_nothing_and_neither_does_their_order(
    a: np.ndarray, b: np.ndarray, turn: float
) -> None:
    found = circular_distance(a, b, 180)
    assert circular_distance(b, a, 180) == pytest.approx(found, abs=1e-6)
    assert circular_distance(a + turn, b + turn, 180) == pytest.approx(found, abs=1e-6)
    assert found <= 90 + 1e-6


@given(ANGLES, st.floats(-89, 89))
def test_a_turn_of_a_single_direction_is_its_distance(a: np.ndarray, turn: float) -> None:
    assert circular_distance(a[:1], a[:1] + turn, 180) == pytest.approx(abs(turn), abs=1e-6)
