from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.correlations import autocovariance, two_point_distance, two_point_probability


def test_blurred_noise_has_the_correlation_of_its_kernel_with_itself() -> None:
    noise = np.random.default_rng(1).normal(size=(512, 512))
    found = autocovariance(ndimage.gaussian_filter(noise, 3.0, mode="wrap"), (0.5, 0.5))
    near = found.distance <= 5.0
    expected = np.exp(-((found.distance / 0.5) ** 2) / (4 * 3.0**2))
    np.testing.assert_allclose(found.value[near], expected[near], atol=0.05)
    assert found.value[0] == pytest.approx(1)


def test_independent_pixels_are_in_a_phase_together_by_chance() -> None:
    phase = np.random.default_rng(2).random((400, 400, 3)) < 0.3
    found = two_point_probability(phase, (1.0, 1.0))
    assert found.value[0] == pytest.approx(phase.mean())
    np.testing.assert_allclose(found.value[1:], 0.09, atol=0.002)


def test_overlapping_discs_leave_the_pores_that_poisson_says() -> None:
    # void phase of discs of radius R at density rho: S2(r) = exp(-rho v2(r)), v2 the area of the union of two
    # discs r apart (Torquato 2002, Eq. 5.15)
    size, radius, count = 1000, 8.0, 1500
    rng = np.random.default_rng(3)
    seeds = np.ones((size, size), bool)
    rows, columns = rng.integers(0, size, (2, count))
    seeds[rows, columns] = False
    tiled = np.pad(seeds, 16, mode="wrap")
    void = (ndimage.distance_transform_edt(tiled) > radius)[16:-16, 16:-16]
    found = two_point_probability(void)
    disc = np.hypot(*np.mgrid[-8:9, -8:9]) <= radius
    area = disc.sum()
    r = np.minimum(found.distance / radius, 2.0)
    union = area * (1 + (2 / np.pi) * (np.arcsin(r / 2) + r / 2 * np.sqrt(1 - r**2 / 4)))
    near = found.distance < 40
    np.testing.assert_allclose(found.value[near], np.exp(-count / size**2 * union)[near], atol=0.012)


def test_stripes_are_correlated_as_a_triangle_wave_across_and_wholly_along() -> None:
    stripes = np.tile(np.arange(64) // 8 % 2 == 0, (1, 1, 1)).astype(bool)[0]
    found = two_point_probability(stripes)
    lag = np.arange(9)
    np.testing.assert_allclose(found.value[lag], (8 - lag) * (64 / 16) / (64 - lag), atol=1e-12)


def test_the_border_is_not_felt() -> None:
    whole = np.ones((20, 30), bool)
    np.testing.assert_allclose(two_point_probability(whole).value, 1.0)
    np.testing.assert_allclose(two_point_probability(whole[:1]).value, 1.0)


def test_distances_are_in_units_and_coarser_axes_count_less() -> None:
    found = autocovariance(np.random.default_rng(4).normal(size=(12, 40, 40)), (2.0, 0.5, 0.5))
    assert found.distance[0] == 0
    assert found.distance[1] == pytest.approx(0.6, abs=0.01)  # of 0.5 along an axis and 0.7 across
    assert found.distance[-1] <= 10.25


def test_an_image_without_contrast_is_alike_nowhere() -> None:
    first, *others = autocovariance(np.full((9, 9), 3)).value
    assert first == 1
    assert not any(others)


def test_the_distance_is_zero_for_one_phase_and_grows_with_difference() -> None:
    rng = np.random.default_rng(5)
    fields = [ndimage.gaussian_filter(rng.normal(size=(200, 200)), s) for s in (3, 3, 3.5, 9)]
    phases = [f > np.median(f) for f in fields]
    near, far, farther = (two_point_distance(phases[0], other) for other in phases[1:])
    assert two_point_distance(phases[0], phases[0]) == 0
    assert near < far < farther


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(InputError, match="one shape"):
        two_point_distance(np.ones((4, 4), bool), np.ones((4, 5), bool))
    with pytest.raises(InputError, match="two voxels"):
        autocovariance(np.ones((1, 1)))
