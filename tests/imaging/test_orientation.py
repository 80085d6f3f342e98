"""Directions of lines and rods that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.imaging.orientation import orientation


def lines(degrees: float, side: int = 96) -> np.ndarray:
    """Waves that run along a direction: `degrees` from x towards y."""
    y, x = np.mgrid[:side, :side]
    turn = np.radians(degrees)
    return np.sin(2 * np.pi / 9 * (y * np.cos(turn) - x * np.sin(turn)))


@pytest.mark.parametrize("degrees", [0, 30, 90, 150])
def test_parallel_lines_have_their_direction_and_full_order(degrees: float) -> None:
    found = orientation(lines(degrees))
    assert found is not None
    angle = np.degrees(np.arctan2(found.mean[0], found.mean[1])) % 180
    assert min(abs(angle - degrees), 180 - abs(angle - degrees)) < 1
    assert found.order > 0.99
    assert found.dispersion < 3


def test_two_crossing_directions_have_the_order_of_their_tensor() -> None:
    half = np.concatenate([lines(20, 128)[:64], lines(80, 128)[:64]])
    found = orientation(half)
    assert found is not None
    assert found.order == pytest.approx(np.cos(np.radians(60)), abs=0.08)  # |<exp 2 i theta>| of 20 and 80 degrees
    assert np.degrees(np.arctan2(*found.mean)) % 180 == pytest.approx(50, abs=4)


def test_noise_has_hardly_any_order() -> None:
    noise = ndimage.gaussian_filter(np.random.default_rng(0).standard_normal((256, 256)), 2)
    found = orientation(noise)
    assert found is not None
    assert found.order < 0.1
    assert np.trace(found.tensor) == pytest.approx(1)


def test_rods_in_a_volume_have_their_direction_in_units() -> None:
    z, y, x = np.indices((40, 60, 60)).astype(float)
    z *= 2  # slices twice as far apart as pixels
    along = np.array([np.cos(np.radians(35)), np.sin(np.radians(35)), 0])
    across = y * along[0] - z * along[1]
    rods = np.sin(2 * np.pi / 12 * across) + np.sin(2 * np.pi / 12 * x)
    found = orientation(rods, (2.0, 1.0, 1.0))
    assert found is not None
    assert np.degrees(np.arccos(abs(np.dot(found.mean, along)))) < 4
    assert found.order > 0.9


def test_a_plain_image_has_no_direction() -> None:
    assert orientation(np.ones((20, 20))) is None
