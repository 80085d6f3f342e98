from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.checkerboard import LEAST_SIDE, checkerboard_ratio, nyquist_power

ROWS, COLUMNS = np.indices((48, 64))
PATTERNS = {
    "checkerboard": (-1.0) ** (ROWS + COLUMNS),
    "stripes along columns": (-1.0) ** ROWS,
    "stripes along rows": (-1.0) ** COLUMNS,
}


def textures(count: int, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(count, 48, 64, 1))
    return 100 * ndimage.gaussian_filter(noise, (0, 1, 1, 0))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_power_of_a_checkerboard_is_the_square_of_its_amplitude(pattern: str) -> None:
    images = 7.0 + 3.0 * PATTERNS[pattern][None, ..., None]
    assert nyquist_power(images) == pytest.approx([9.0], rel=5e-3)


def test_coarser_waves_gradients_and_borders_have_none() -> None:
    wave = np.cos(2 * np.pi * COLUMNS / 4)
    ramp = (ROWS / 48 + COLUMNS / 64) * 100
    assert nyquist_power(wave[None, ..., None])[0] < 1e-4
    assert nyquist_power(ramp[None, ..., None])[0] < 1e-4 * ramp.var()


def test_of_white_noise_it_is_the_part_of_the_bins() -> None:
    noise = np.random.default_rng(0).normal(0, 2.0, size=(300, 64, 64, 1))
    assert nyquist_power(noise) == pytest.approx([4.0 * 3 * 9 * 9 / 64**2], rel=0.02)


def test_the_ratio_of_two_of_one_kind_is_one_and_a_checkerboard_raises_it_by_its_power() -> None:
    real, made = textures(200, 1), textures(200, 2)
    assert checkerboard_ratio(made, real) == pytest.approx(1.0, abs=0.05)
    amplitude = 2.0
    board = amplitude * PATTERNS["checkerboard"][None, ..., None]
    base = nyquist_power(real)[0]
    expected = 1 + amplitude**2 / (base + 1e-4 * real.var())
    assert checkerboard_ratio(real + board, real) == pytest.approx(expected, rel=0.05)
    assert expected > 2


def test_a_checkerboard_that_comes_and_goes_within_the_image_counts_as_well() -> None:
    real = textures(100, 3)
    board = 2.0 * PATTERNS["checkerboard"] * np.sin(2 * np.pi * COLUMNS / 64)
    assert checkerboard_ratio(real + board[None, ..., None], real) > 1.8


def test_what_nobody_could_see_is_no_checkerboard() -> None:
    smooth = 100 * ndimage.gaussian_filter(np.random.default_rng(4).normal(size=(50, 48, 64, 1)), (0, 4, 4, 0))
    unseen = 0.002 * smooth.std() * PATTERNS["checkerboard"][None, ..., None]
    assert checkerboard_ratio(smooth + unseen, smooth) < 1.1
    assert checkerboard_ratio(smooth + 100 * unseen, smooth) > 10


def test_the_worst_channel_counts() -> None:
    grey = textures(50, 5)
    real = np.concatenate([grey, 10 * grey], axis=-1)
    made = real.copy()
    made[..., 0] += 3.0 * PATTERNS["checkerboard"]
    assert checkerboard_ratio(made, real) == pytest.approx(checkerboard_ratio(made[..., :1], grey))


def test_images_without_variance_have_no_ratio_and_small_ones_are_refused() -> None:
    flat = np.ones((2, LEAST_SIDE, LEAST_SIDE, 1))
    assert np.isnan(checkerboard_ratio(flat, flat))
    with pytest.raises(InputError, match=r"\(15, 16\) pixels are too small"):
        nyquist_power(np.zeros((2, 15, 16, 1)))
