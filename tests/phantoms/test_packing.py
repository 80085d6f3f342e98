from __future__ import annotations

import numpy as np
import pytest

from synthscope.phantoms.packing import largest_overlap, relax, within_box, within_ellipse


@pytest.mark.parametrize("dimensions", [2, 3])
def test_loose_balls_end_without_overlap(rng: np.random.Generator, dimensions: int) -> None:
    high = np.full(dimensions, 20.0)
    radii = np.full(30, 1.0)
    first = rng.uniform(0, 20, (30, dimensions))
    assert largest_overlap(first, radii) > 0.1 or dimensions == 3
    assert largest_overlap(relax(first, radii, within_box(0 * high, high), 500), radii) < 0.01


def test_a_dense_packing_keeps_only_small_overlaps(rng: np.random.Generator) -> None:
    count = round(0.55 * 20**3 / (4 / 3 * np.pi))
    centres = relax(rng.uniform(0, 20, (count, 3)), np.ones(count), within_box(np.zeros(3), np.full(3, 20.0)), 400)
    assert largest_overlap(centres, np.ones(count)) < 0.15


def test_balls_stay_in_their_container(rng: np.random.Generator) -> None:
    centre, axes = np.array([5.0, 9.0]), np.array([3.0, 8.0])
    centres = relax(rng.uniform(-30, 30, (80, 2)), np.ones(80), within_ellipse(centre, axes))
    assert np.all(np.sum(((centres - centre) / axes) ** 2, axis=1) <= 1 + 1e-9)


def test_the_first_positions_are_left_alone(rng: np.random.Generator) -> None:
    first = rng.uniform(0, 3, (10, 2))
    kept = first.copy()
    relax(first, np.ones(10), within_box(np.zeros(2), np.full(2, 9.0)))
    assert np.array_equal(first, kept)


@pytest.mark.parametrize("count", [0, 1])
def test_none_or_one_ball_needs_no_room(count: int) -> None:
    moved = relax(np.full((count, 2), 50.0), np.ones(count), within_box(np.zeros(2), np.full(2, 9.0)))
    assert moved.shape == (count, 2)
    assert np.all(moved == 9.0)
