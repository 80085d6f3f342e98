"""Minkowski functionals of bodies whose size is known."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.measure import euler_number

from synthscope.errors import InputError
from synthscope.imaging.configurations import minkowski, window_shares


def distance(shape: tuple[int, ...], step: tuple[float, ...]) -> np.ndarray:
    return np.sqrt(sum(((g - (n - 1) / 2) * s) ** 2 for g, n, s in zip(np.indices(shape), shape, step, strict=True)))


def windows(shape: tuple[int, ...], step: tuple[float, ...]) -> float:
    return float(np.prod([(n - 1) * s for n, s in zip(shape, step, strict=True)]))


@pytest.mark.parametrize("step", [(1.0, 1.0), (0.5, 0.5), (0.5, 1.0)])
def test_the_perimeter_of_a_disc_is_within_two_per_cent(step: tuple[float, float]) -> None:
    shape = (81 * 2 if step[0] < step[1] else 81, 81)
    radius = 30 * step[1]
    found = minkowski(distance(shape, step) <= radius, step)
    assert found.boundary * windows(shape, step) == pytest.approx(2 * np.pi * radius, rel=0.02)
    assert found.euler * windows(shape, step) == pytest.approx(1)
    assert np.isnan(found.curvature)


@pytest.mark.parametrize("step", [(1.0, 1.0, 1.0), (2.0, 1.0, 1.0)])
def test_surface_mean_curvature_and_euler_number_of_a_ball(step: tuple[float, float, float]) -> None:
    shape = (81 if step[0] == 1 else 41, 81, 81)
    found = minkowski(distance(shape, step) <= 30, step)
    volume = windows(shape, step)
    assert found.boundary * volume == pytest.approx(4 * np.pi * 30**2, rel=0.01)  # 11309.7; marching cubes: 12284
    assert found.curvature * volume == pytest.approx(4 * np.pi * 30, rel=0.02)
    assert found.euler * volume == pytest.approx(1)
    assert found.fraction * np.prod(shape) * step[0] == pytest.approx(4 / 3 * np.pi * 30**3, rel=0.005)


def test_annulus_hollow_cube_and_cube_with_a_hole_have_known_euler_numbers() -> None:
    plane = distance((41, 41), (1, 1))
    assert minkowski((plane < 15) & (plane > 7)).euler * 40**2 == pytest.approx(0, abs=1e-9)
    cube = np.zeros((20, 20, 20), bool)
    cube[4:16, 4:16, 4:16] = True
    cube[7:13, 7:13, 7:13] = False
    assert minkowski(cube).euler * 19**3 == pytest.approx(2)
    cube[:, 9:11, 9:11] = False
    assert minkowski(cube).euler * 19**3 == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("shape", [(30, 34), (12, 14, 13)])
def test_inside_an_empty_border_the_euler_number_is_that_of_scikit_image(shape: tuple[int, ...]) -> None:
    for seed in range(4):
        phase = np.zeros(shape, bool)
        inner = (slice(1, -1),) * len(shape)
        phase[inner] = np.random.default_rng(seed).random([n - 2 for n in shape]) < 0.4
        expected = euler_number(phase, connectivity=len(shape))
        assert minkowski(phase).euler * windows(shape, (1.0,) * len(shape)) == pytest.approx(expected)


def test_a_phase_that_goes_on_beyond_the_border_has_no_ends_there() -> None:
    full = minkowski(np.ones((16, 16, 16), bool))
    assert (full.fraction, full.boundary, full.curvature, full.euler) == pytest.approx((1, 0, 0, 0), abs=1e-12)
    slab = np.zeros((20, 20, 20), bool)
    slab[5:11] = True
    found = minkowski(slab)
    assert found.euler == pytest.approx(0, abs=1e-12)
    assert found.curvature == pytest.approx(0, abs=1e-12)
    assert found.boundary * 19 == pytest.approx(2, rel=0.1)  # a plane along the grid is the worst case of 13 directions


def test_windows_are_counted_by_their_corners() -> None:
    phase = np.array([[1, 0, 0], [0, 0, 1]], bool)
    shares = window_shares(phase)
    assert shares[0b0001] == 0.5
    assert shares[0b1000] == 0.5
    assert shares.sum() == 1


def test_what_has_no_windows_is_refused() -> None:
    with pytest.raises(InputError, match="no Euler density"):
        minkowski(np.ones((4, 4), bool), (1.0,))
    with pytest.raises(InputError, match="no 2 x 2 windows"):
        minkowski(np.ones((1, 4), bool))
