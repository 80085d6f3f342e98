"""Patterns, seams, rings, repetition and noise: the numbers known for `gravel`, and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage
from skimage import data
from tests.metrics.trust.defects import chequered, gridded, tiled

from synthscope.imaging.lattices import clearest_grid, lattice_score, periodic_power, step_ratio
from synthscope.imaging.repetition import repetition
from synthscope.imaging.ring_score import ring_score
from synthscope.imaging.spectra import roll_off
from synthscope.imaging.texture import edge_strength, flat_share, wavelet_noise


@pytest.fixture(scope="module")
def gravel():
    return data.gravel().astype(float)


def planes(image):
    return image[None, ..., None]


def scores(image):
    return [lattice_score(periodic_power(planes(image)), factor) for factor in (2, 4, 8)]


def test_gravel_has_no_pattern(gravel):
    assert np.abs(scores(gravel)).max() < 2.5  # published: 0.9, 1.8, 2.1


def test_a_chequerboard_of_three_percent_shows_at_two_pixels_only(gravel, rng):
    found = scores(chequered(gravel, 0.033, rng))
    assert found[0] == pytest.approx(9.9, abs=1)  # published: 9.9
    assert np.abs(found[1:]).max() < 2.5


def test_lines_every_eight_pixels_show_at_all_factors(gravel, rng):
    assert scores(gridded(gravel, 0.033, rng)) == pytest.approx([4.6, 2.6, 4.0], abs=0.5)  # published


def test_repeated_pixels_show_as_missing_power(gravel):
    assert scores(ndimage.zoom(gravel[:256, :256], 2, order=0))[0] < -2.5


def test_the_power_of_a_wave_lies_at_its_frequency_and_equals_its_variance():
    y = np.arange(64)
    wave = np.cos(2 * np.pi * 8 * y / 64)[:, None] * np.ones(48)
    power = periodic_power(planes(wave))
    assert power.sum() / wave.size == pytest.approx(0.5, rel=0.05)
    assert np.unravel_index(power.argmax(), power.shape)[0] in (8, 56)
    assert roll_off(power) == pytest.approx(8 / 64)


def test_the_jump_from_edge_to_edge_of_a_slope_does_not_spread_along_the_axes():
    slope = np.arange(64.0)[:, None] * np.ones(64)
    plain = np.abs(np.fft.fft2(slope)) ** 2 / slope.size
    assert periodic_power(planes(slope))[16, 0] < 1e-3 * plain[16, 0]


def test_the_grid_of_visible_tiles_is_found(gravel, rng):
    found = clearest_grid(planes(tiled(gravel, 0.5, rng, side=64)))
    assert (found.period, found.offset) == (64, 64)
    assert found.ratio > 1.3
    assert found.score > 1.5 * clearest_grid(planes(gravel)).score


def test_a_tiled_texture_repeats_itself_and_gravel_does_not(gravel, rng):
    tile = np.tile(gravel[:50, :50], (3, 3))[:128, :128]
    assert repetition(tile) == pytest.approx(1, abs=1e-5)
    noisy = tile + tile.std() * rng.standard_normal(tile.shape)
    assert repetition(noisy) == pytest.approx(0.5, abs=0.08)
    assert repetition(gravel[:128, :128]) < 0.3


def test_wavelet_noise_is_the_deviation_of_white_noise(rng):
    noise = 3 * rng.standard_normal((1, 256, 256, 1))
    slope = np.add.outer(np.arange(256.0), 2 * np.arange(256.0))[None, ..., None]
    assert wavelet_noise(noise) == pytest.approx(3, rel=0.03)
    assert wavelet_noise(noise + slope) == pytest.approx(3, rel=0.03)


def test_edges_of_a_slope_and_the_share_of_flat_tiles_are_exact():
    slope = np.add.outer(3.0 * np.arange(16), 4.0 * np.arange(16))
    assert edge_strength(planes(slope)) == pytest.approx(5)
    half = slope.copy()
    half[:8] = 0
    assert flat_share(planes(half), 0.01) == 0.5


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_an_image_without_contrast_has_no_artefacts_and_no_nan(value):
    flat = np.full((40, 40), value)
    power = periodic_power(planes(flat))
    assert [lattice_score(power, s) for s in (2, 4, 8)] == [0, 0, 0]
    assert roll_off(power) == 0
    assert ring_score(flat) == 1
    assert repetition(flat) == 0
    assert clearest_grid(planes(flat)).score == 0


def ramp(steps):
    """Rows whose steps are those: the line at n lies before row n."""
    return planes(np.tile(np.concatenate([[0.0], np.cumsum(steps)])[:, None], (1, 40)))


def test_the_ratio_of_a_known_step_is_that_over_the_steps_beside_it():
    steps = np.ones(47)
    steps[20 - 1], steps[36 - 1] = 3, 0.5
    assert step_ratio(ramp(steps), (20,), ()) == pytest.approx(3)
    assert step_ratio(ramp(steps), (36,), ()) == pytest.approx(0.5)
    assert step_ratio(ramp(steps), (20, 36), ()) == pytest.approx(1.5**0.5)
    assert step_ratio(ramp(steps), (10,), ()) == pytest.approx(1)
    assert step_ratio(np.swapaxes(ramp(steps), 1, 2), (), (20,)) == pytest.approx(3)
    assert step_ratio(7 * ramp(steps) - 100, (20,), ()) == pytest.approx(3)  # no unit plays a part


def test_without_lines_or_contrast_there_is_no_ratio():
    assert np.isnan(step_ratio(ramp(np.ones(47)), (), ()))
    assert np.isnan(step_ratio(np.ones((1, 40, 40, 1)), (20,), (20,)))


def test_known_borders_of_tiles_show_and_lines_between_them_do_not(gravel, rng):
    seamed = planes(tiled(gravel, 0.5, rng, side=64))
    borders, between = tuple(range(64, 512, 64)), tuple(range(32, 512, 64))
    assert step_ratio(seamed, borders, borders) > 1.5
    assert step_ratio(seamed, between, between) == pytest.approx(1, abs=0.05)
    assert step_ratio(planes(gravel), borders, borders) == pytest.approx(1, abs=0.05)
