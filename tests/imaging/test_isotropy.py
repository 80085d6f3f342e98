"""The test of isotropy against fields whose stretch is known, and its rate of false alarms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage, stats

from synthscope.imaging.isotropy import ALPHA, AXES, MOST_CUBES, common_factors, isotropy

CUBIC = (1.0, 1.0, 1.0)


def field(seed: int, sigma: tuple[float, float, float] = (1.5, 1.5, 1.5), shape: tuple[int, ...] = (48, 64, 64)):
    """Blurred noise with a fifth of its spread in white noise: (Z, Y, X, 1)."""
    rng = np.random.default_rng(seed)
    blurred = ndimage.gaussian_filter(rng.normal(size=shape), sigma, mode="wrap")
    return (blurred / blurred.std() + rng.normal(0, 0.2, shape))[..., None]


def test_false_alarms_come_no_more_often_than_the_level_says():
    found = [isotropy(field(seed), CUBIC, np.random.default_rng(seed)) for seed in range(60)]
    alarms = sum(not one.holds for one in found)
    assert alarms <= stats.binom.ppf(0.9999, 60, ALPHA)
    assert sum(one.p <= 0.1 for one in found) <= stats.binom.ppf(0.9999, 60, 0.1)
    assert all(one.cubes == 48 for one in found)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("stretch", [1.5, 2.5, 0.5])
def test_a_stretched_field_is_named_with_its_axis_and_by_how_much(axis, stretch):
    sigma = [1.5 if stretch > 1 else 3.0] * 3
    sigma[axis] *= stretch
    found = isotropy(field(1, tuple(sigma)), CUBIC, np.random.default_rng(0))
    assert not found.holds
    assert found.axis == AXES[axis]
    assert found.stretch == pytest.approx(stretch, rel=0.1)
    assert found.low < found.stretch * 1.001
    assert found.high > found.stretch * 0.999


def test_thick_slices_of_an_isotropic_material_are_no_anisotropy_and_of_a_stretched_one_are():
    alike, longer = (
        field(2, sigma, (144, 144, 144)).reshape(48, 3, 144, 144, 1).mean(axis=1) for sigma in ((3, 3, 3), (6, 3, 3))
    )
    assert isotropy(alike, (3.0, 1.0, 1.0), np.random.default_rng(0)).holds
    found = isotropy(longer, (3.0, 1.0, 1.0), np.random.default_rng(0))
    assert (found.axis, found.holds) == ("z", False)
    assert found.stretch == pytest.approx(2, rel=0.2)


def test_white_noise_has_no_direction_and_any_stretch_would_fit_it():
    noise = np.random.default_rng(3).normal(size=(48, 48, 48, 2))
    found = isotropy(noise, CUBIC, np.random.default_rng(0))
    assert found.holds
    assert found.low < 1 < found.high


def test_the_same_generator_of_random_numbers_gives_the_same_answer():
    first, second = (isotropy(field(4), CUBIC, np.random.default_rng(7)) for _ in range(2))
    assert first == second


def test_a_large_volume_costs_no_more_than_so_many_cubes():
    found = isotropy(field(5, shape=(96, 96, 96)), CUBIC, np.random.default_rng(0))
    assert found.cubes == MOST_CUBES


@pytest.mark.parametrize(
    ("voxel_size", "factors"),
    [
        ((1.0, 1.0, 1.0), (1, 1, 1)),
        ((3.0, 1.0, 1.0), (1, 3, 3)),
        ((2.5, 1.0, 1.0), (2, 5, 5)),
        ((1.02, 1.0, 1.0), (1, 1, 1)),
        ((0.5, 1.0, 1.0), (2, 1, 1)),
        ((1.08, 1.0, 1.0), None),
    ],
)
def test_voxels_are_averaged_to_the_smallest_common_cube(voxel_size, factors):
    assert common_factors(voxel_size) == factors


@pytest.mark.parametrize(
    "block",
    [
        np.zeros((48, 48, 48, 1)),
        np.full((48, 48, 48, 1), np.nan),
        np.random.default_rng(0).normal(size=(5, 64, 64, 1)),
        np.random.default_rng(0).normal(size=(16, 16, 32, 1)),
    ],
    ids=["flat", "no numbers", "too thin", "too few cubes"],
)
def test_what_cannot_be_told_is_not_told(block):
    assert isotropy(block, CUBIC, np.random.default_rng(0)) is None
