"""What an instrument sees of finer pixels: the mean of each block, or a Gaussian about its centre."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.imaging.regridding import averaged, point_spread, seen_through


@pytest.mark.parametrize("factor", [1, 2, 3, 4])
@pytest.mark.parametrize("sigma", [0.2, 1.0, 3.5])
def test_each_coarse_pixel_looks_about_its_own_centre_and_weighs_one(factor: int, sigma: float) -> None:
    matrix = point_spread(40, factor, sigma)
    assert matrix.shape == (40, 40 * factor)
    assert matrix.sum(axis=1) == pytest.approx(1)
    places = np.arange(40 * factor)
    inside = slice(16, 24)
    assert (matrix @ places)[inside] == pytest.approx((np.arange(40) * factor + (factor - 1) / 2)[inside])


@pytest.mark.parametrize("sigma", [1.0, 2.5])
def test_with_odd_factors_it_is_a_convolution_that_is_decimated(sigma: float) -> None:
    rng = np.random.default_rng(0)
    fine = rng.standard_normal(90)
    kernel = np.diff(ndtr_at(np.arange(-40, 42) - 0.5, sigma))
    convolved = ndimage.convolve1d(fine, kernel / kernel.sum(), mode="reflect")
    assert point_spread(30, 3, sigma) @ fine == pytest.approx(convolved[1::3], abs=1e-3)


def ndtr_at(edges: np.ndarray, sigma: float) -> np.ndarray:
    from scipy.special import ndtr

    return np.asarray(ndtr(edges / sigma))


def test_a_flat_image_stays_flat_to_its_borders() -> None:
    seen = seen_through(np.full((3, 8, 12), 7.0), (1, 2, 4), (0.0, 2.0, 5.0))
    assert seen.shape == (3, 4, 3)
    assert seen == pytest.approx(7.0)


def test_without_a_width_it_is_the_mean_over_blocks() -> None:
    pixels = np.random.default_rng(1).standard_normal((4, 6, 6))
    assert np.array_equal(seen_through(pixels, (2, 3, 1), (0.0,) * 3), averaged(pixels, (2, 3, 1)))


def test_a_wider_function_blurs_more() -> None:
    pixels = np.random.default_rng(2).standard_normal((32, 32))
    spread = [seen_through(pixels, (2, 2), (sigma, sigma)).std() for sigma in (0.5, 1.0, 2.0, 4.0)]
    assert spread == sorted(spread, reverse=True)
