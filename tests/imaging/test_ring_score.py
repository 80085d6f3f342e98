"""Rings are found wherever their centre lies, and honest texture has none."""

from __future__ import annotations

import numpy as np
import pytest
from skimage import data
from tests.metrics.trust.defects import ringed, ringed_around

from synthscope.imaging.ring_score import find_rings, ring_score

SIDE = 128


@pytest.fixture(scope="module")
def gravel() -> np.ndarray:
    return data.gravel().astype(float)


def fields(half: np.ndarray, count: int, seed: int) -> list[np.ndarray]:
    places = np.random.default_rng(seed).integers(0, np.array(half.shape) - SIDE, (count, 2))
    return [half[y : y + SIDE, x : x + SIDE] for y, x in places]


def test_weak_rings_around_the_middle_stand_out_more_than_by_wrong_centres_alone(gravel: np.ndarray) -> None:
    """The prototype had 1.81 and 6.05 for rings of 13 and 33 % of a standard deviation, beside at most 1.19."""
    null = ring_score(gravel)
    weak, strong = (ring_score(ringed(gravel, s, np.random.default_rng(3))) for s in (0.13, 0.33))
    assert null < 1.3
    assert weak > 1.81 * null
    assert strong > 6.05 * null


def test_the_centre_of_moved_rings_is_found(gravel: np.ndarray) -> None:
    rings = np.roll(ringed(gravel, 0.3, np.random.default_rng(4)), (20, -30), axis=(0, 1))
    assert find_rings(rings).centre == pytest.approx((275.5, 225.5), abs=1)


@pytest.mark.parametrize("away", [(0.2, -0.3), (0.5, 0.5), (0.0, -0.9), (1.2, 1.2), (-2.5, 0.8)], ids=str)
def test_a_cut_field_has_its_arcs_found_and_where_they_come_from(gravel: np.ndarray, away: tuple[float, float]) -> None:
    honest = fields(gravel, 8, 1)
    found = [find_rings(ringed_around(away, one, 0.4, np.random.default_rng(7))) for one in honest]
    assert min(one.score for one in found) > max(map(ring_score, honest))
    true = (SIDE - 1) / 2 + SIDE * np.array(away)
    apart = [float(np.hypot(*(one.centre - true))) for one in found]
    assert np.median(apart) < max(4, 0.05 * np.hypot(*(true - SIDE / 2)))


def test_the_highest_of_held_out_fields_keeps_its_rate_of_false_alarms() -> None:
    """Of 32 and 32 fields of one photograph that do not overlap: one of 32 is meant to lie above the highest of 32."""
    alarms = 0
    for image in (data.gravel(), data.grass(), data.brick()):
        places = [(y, x) for y in range(0, 512, 64) for x in range(0, 512, 64)]
        scores = {(y, x): ring_score(image[y : y + 64, x : x + 64]) for y, x in places}
        held_out, honest = ([scores[y, x] for y, x in places if (y + x) // 64 % 2 == side] for side in (0, 1))
        alarms += sum(score > max(held_out) for score in honest)
    assert alarms <= 8


def test_turning_and_scaling_an_image_changes_its_score_little(gravel: np.ndarray) -> None:
    plane = ringed_around((0.6, 0.3), fields(gravel, 1, 5)[0], 0.4, np.random.default_rng(9))
    assert ring_score(7 + 300 * plane) == pytest.approx(ring_score(plane), rel=1e-6)
    assert ring_score(np.rot90(plane)) == pytest.approx(ring_score(plane), rel=0.1)


@pytest.mark.parametrize("shape", [(24, 24), (32, 32), (33, 47), (24, 200)])
def test_small_and_long_images_have_a_score_too(gravel: np.ndarray, shape: tuple[int, int]) -> None:
    assert 1 <= ring_score(gravel[: shape[0], : shape[1]]) < 20
    assert ring_score(np.pad(np.ones((8, 8)), ((0, shape[0] - 8), (0, shape[1] - 8)))) >= 1


@pytest.mark.parametrize("shape", [(20, 80), (64, 64)])
def test_what_is_flat_or_too_small_has_a_score_of_one(shape: tuple[int, int]) -> None:
    flat = np.full(shape, 7.0)
    flat[0, 0] = 9 if shape[0] < 24 else 7
    assert ring_score(flat) == 1
