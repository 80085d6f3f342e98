"""Noise, co-occurrence, local patterns, granularity and roll-off of images that are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.imaging.grey_texture import PATTERNS, binary_patterns, co_occurrence, granularity, noise_level
from synthscope.imaging.spectra import image_roll_off, radial_spectrum


def test_the_noise_level_is_that_of_the_noise_whatever_lies_under_it() -> None:
    rng = np.random.default_rng(0)
    noise = 5 * rng.standard_normal((256, 256))
    discs = 100.0 * (np.hypot(*(np.mgrid[:256, :256] % 64 - 32)) < 20)
    assert noise_level(noise) == pytest.approx(5, rel=0.02)
    assert noise_level(discs + noise) == pytest.approx(5, rel=0.06)
    assert noise_level(discs) == 0


def test_co_occurrence_of_a_checkerboard_and_of_a_plain_image() -> None:
    board = np.indices((32, 32)).sum(axis=0) % 2.0
    found = co_occurrence(board)
    # Of the four directions two meet the other colour, 15 levels away, and two the same.
    assert found["contrast"] == pytest.approx(15**2 / 2)
    assert found["homogeneity"] == pytest.approx(0.5 + 0.5 / (1 + 15**2))
    assert found["correlation"] == pytest.approx(0, abs=1e-3)
    assert found["entropy"] == pytest.approx(2, abs=0.01)
    plain = co_occurrence(np.full((8, 8), 0.4))
    assert plain["contrast"] == 0
    assert plain["homogeneity"] == 1
    assert np.isnan(plain["correlation"])


def test_neighbours_of_white_noise_are_not_correlated_and_of_smooth_noise_are() -> None:
    noise = np.random.default_rng(1).random((200, 200))
    smooth = ndimage.gaussian_filter(noise, 2)
    smooth = (smooth - smooth.min()) / np.ptp(smooth)
    assert co_occurrence(noise)["correlation"] == pytest.approx(0, abs=0.02)
    assert co_occurrence(smooth)["correlation"] > 0.8


def test_a_plain_image_has_one_local_pattern_and_shares_add_up() -> None:
    plain = binary_patterns(np.full((12, 12), 0.5))
    assert plain[8] > 0.6  # all neighbours are as bright; at the border some lie outside
    noise = binary_patterns(np.random.default_rng(2).random((3, 40, 40)))
    assert noise.shape == (PATTERNS,)
    assert noise.sum() == pytest.approx(1)
    assert noise.argmax() == 9  # mixed


def test_granularity_loses_squares_at_their_size() -> None:
    image = np.zeros((90, 90))
    image[10:17, 10:17] = 1  # 7 wide
    image[40:61, 40:61] = 1  # 21 wide
    lost = granularity(image, (3, 5, 7, 9, 21, 23))
    np.testing.assert_allclose(lost, [0, 0, 0, 49 / 490, 0, 441 / 490])
    assert np.isnan(granularity(np.zeros((9, 9)), (3,))).all()


def test_white_noise_has_a_flat_spectrum_and_rolls_off_where_all_frequencies_end() -> None:
    noise = np.random.default_rng(3).standard_normal((256, 256))
    found = radial_spectrum(noise)
    slope = np.polyfit(np.log10(found.frequency[16:]), np.log10(found.power[16:]), 1)[0]
    assert slope == pytest.approx(0, abs=0.05)
    assert found.power[4:].mean() == pytest.approx(1, rel=0.03)
    # 95 % of the area of the square of frequencies lies within this radius.
    y, x = (np.mgrid[:512, :512] + 0.5) / 1024
    assert image_roll_off(noise) == pytest.approx(np.quantile(np.hypot(y, x), 0.95), rel=0.01)


def test_a_sinusoid_has_its_power_at_its_frequency() -> None:
    wave = np.tile(np.sin(2 * np.pi * 20 / 128 * np.arange(128)), (128, 1))
    found = radial_spectrum(wave, (0.5, 0.5))
    assert found.frequency[found.power.argmax()] == pytest.approx(20 / 128 / 0.5, rel=0.03)
    assert image_roll_off(wave, (0.5, 0.5)) == pytest.approx(20 / 128 / 0.5, rel=0.06)


@pytest.mark.parametrize("hurst", [0.3, 0.7])
def test_fractional_brownian_surfaces_have_the_slope_of_their_exponent(hurst: float) -> None:
    side = 256
    rng = np.random.default_rng(4)
    fy, fx = np.meshgrid(np.fft.fftfreq(side), np.fft.fftfreq(side), indexing="ij")
    radius = np.hypot(fy, fx)
    radius[0, 0] = 1
    white = np.fft.fft2(rng.standard_normal((side, side)))
    surface = np.fft.ifft2(white * radius ** -(hurst + 1)).real
    found = radial_spectrum(surface)
    middle = (found.frequency > 0.03) & (found.frequency < 0.4)
    slope = np.polyfit(np.log10(found.frequency[middle]), np.log10(found.power[middle]), 1)[0]
    assert slope == pytest.approx(-(2 * hurst + 2), abs=0.12)


def test_blur_lowers_the_roll_off_and_nothing_has_none() -> None:
    noise = np.random.default_rng(5).standard_normal((64, 64))
    assert image_roll_off(ndimage.gaussian_filter(noise, 1)) < 0.6 * image_roll_off(noise)
    assert image_roll_off(np.ones((8, 8))) == 0
