"""Overlapping discs and balls of centres between the pixels: the formulas of the continuum hold but for the raster."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from synthscope.imaging.chords import mean_chord
from synthscope.imaging.configurations import minkowski
from synthscope.imaging.correlations import two_point_probability

RADIUS = 8.0
RASTER = 0.03
"""What a raster of 8 pixels to a radius may take or add, as a part."""


def grains(coverage: float, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Draw a periodic Boolean model of mean coverage `coverage` (eta, number density times content): True in grains."""
    content = np.pi * RADIUS**2 if len(shape) == 2 else 4 / 3 * np.pi * RADIUS**3
    centres = rng.uniform(0, shape, (round(coverage * np.prod(shape) / content), len(shape)))
    voxels = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), -1).reshape(-1, len(shape))
    apart, _ = cKDTree(centres, boxsize=shape).query(voxels, distance_upper_bound=RADIUS)
    return np.isfinite(apart).reshape(shape)


@pytest.fixture(scope="module")
def balls() -> list[np.ndarray]:
    rng = np.random.default_rng(20261126)
    return [grains(0.7, (96, 96, 96), rng) for _ in range(6)]


def test_the_mean_chord_between_balls_is_that_of_the_continuum(balls: list[np.ndarray]) -> None:
    """S1: 4 R / (3 eta)."""
    found = [mean_chord(~phase) for phase in balls]
    assert np.std(found, ddof=1) / np.sqrt(len(found)) < RASTER * np.mean(found)
    assert np.mean(found) == pytest.approx(4 * RADIUS / (3 * 0.7), rel=2 * RASTER)


def test_two_point_probability_falls_from_nought_by_a_quarter_of_the_surface(balls: list[np.ndarray]) -> None:
    """S1: S2'(0) = -s / 4 in three dimensions; s = 4 pi R^2 rho exp(-eta), rho the number of balls in a voxel."""
    rho = 0.7 / (4 / 3 * np.pi * RADIUS**3)
    surface = 4 * np.pi * RADIUS**2 * rho * np.exp(-0.7)
    slopes = []
    for phase in balls:
        found = two_point_probability(~phase)
        at = [int(np.argmin(np.abs(found.distance - wanted))) for wanted in (0, 1)]
        first, second = found.value[at]
        step = found.distance[at[1]] - found.distance[at[0]]
        slopes.append(first * np.log(second / first) / step)  # the logarithm falls in a line, S2 only at first
    assert np.mean(slopes) == pytest.approx(-surface / 4, rel=2 * RASTER)


def test_the_euler_density_of_discs_is_nought_where_they_cover_all_but_one_part_in_e() -> None:
    """S2: rho exp(-eta) (1 - eta), which changes its sign at eta = 1: an area fraction of 1 - 1 / e.

    Grains that touch by a corner only count as apart (their complement's figure, turned round): the cusps between
    discs that nearly touch are narrower than a pixel at any radius, and close where corners join.
    """
    rng = np.random.default_rng(7)
    for coverage in (0.6, 1.0, 1.6):
        phases = [grains(coverage, (512, 512), rng) for _ in range(6)]
        assert np.mean(phases) == pytest.approx(1 - np.exp(-coverage), rel=RASTER)
        found = -np.mean([minkowski(~phase).euler for phase in phases]) * np.pi * RADIUS**2
        assert found == pytest.approx(coverage * np.exp(-coverage) * (1 - coverage), abs=0.05)
