from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from skimage.io import imread
from skimage.metrics import structural_similarity

from synthscope.errors import InputError
from synthscope.imaging.local_similarity import (
    averaged,
    multiscale_similarity,
    scales_that_fit,
    similarity_maps,
    viewing_factor,
)
from synthscope.imaging.similarity import ms_ssim, nrmse, ssim


@pytest.fixture
def published(real_data: Path) -> tuple[np.ndarray, np.ndarray]:
    """The pair of the SSIM authors' page: a picture and its JPEG."""
    folder = real_data.parent / "known_answers" / "images"
    if not folder.is_dir():
        pytest.skip("the pair goldhill.gif, goldhill_jpeg.gif is not beside the public images")
    first, second = (np.squeeze(imread(folder / f"{name}.gif")) for name in ("goldhill", "goldhill_jpeg"))
    return first, second


def volumes(rng: np.random.Generator, side: int) -> tuple[np.ndarray, np.ndarray]:
    first = rng.normal(size=(side, side, side)).cumsum(axis=0)
    return first, first + 0.5 * rng.normal(size=first.shape)


def test_the_value_of_the_authors_program_comes_out(published: tuple[np.ndarray, np.ndarray]) -> None:
    """K14: ssim.m, which averages pictures of 512 pixels down to 256, gives 0.8202; piq 0.8.0 0.8202025."""
    assert ssim(*published, data_range=255.0, as_viewed=True) == pytest.approx(0.8202025, abs=1e-6)


def test_without_averaging_the_value_is_that_of_other_libraries(published: tuple[np.ndarray, np.ndarray]) -> None:
    """K15: scikit-image 0.26 and pytorch-msssim 1.0 with a window in double precision 0.68237182."""
    assert ssim(*published, data_range=255.0) == pytest.approx(0.68237182, abs=1e-8)


def test_multi_scale_similarity_has_its_published_value(published: tuple[np.ndarray, np.ndarray]) -> None:
    """K17: piq 0.8.0 and pytorch-msssim 1.0 with a window in double precision 0.90116256."""
    assert ms_ssim(*published, data_range=255.0) == pytest.approx(0.90116256, abs=1e-8)
    assert ms_ssim(*published[::-1], data_range=255.0) == pytest.approx(0.90116256, abs=1e-8)


def test_the_range_of_the_type_makes_16_bits_look_almost_perfect(published: tuple[np.ndarray, np.ndarray]) -> None:
    """S10: 0.9926 by the range of uint16, 0.6824 by that of the picture, times 16 as its values are."""
    first, second = (picture.astype(np.uint16) * 16 for picture in published)
    assert ssim(first, second, data_range=65535.0) == pytest.approx(0.9926, abs=5e-5)
    assert ssim(first, second, data_range=255.0 * 16) == pytest.approx(0.6824, abs=5e-5)


@pytest.mark.parametrize("shape", [(40, 33), (14, 20, 22)])
def test_planes_and_volumes_have_the_similarity_of_scikit_image(
    shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    first = 1000 + rng.normal(size=shape)
    second = first + 0.5 * rng.normal(size=shape)
    mean, everywhere = structural_similarity(
        first, second, data_range=6.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True
    )
    np.testing.assert_allclose(similarity_maps(first, second, 6.0).whole, everywhere, atol=1e-7)
    assert ssim(first, second, data_range=6.0) == pytest.approx(mean, abs=1e-8)


def test_a_volume_over_three_scales_has_the_value_of_the_literature_s_formula() -> None:
    """pytorch-msssim 1.0's ``_ssim`` at three scales, window in double precision, ``avg_pool3d`` between them:

    r = np.random.default_rng(4); r.normal(size=(14, 20, 22)), r.normal(size=(14, 20, 22)); then as `volumes`, 48 wide,
    with data_range 20 and the weights of the three finest scales, made to add up to 1: 0.99788469878268.
    """
    r = np.random.default_rng(4)
    r.normal(size=2 * 14 * 20 * 22)
    assert ms_ssim(*volumes(r, 48), data_range=20.0) == pytest.approx(0.99788469878268, abs=1e-11)


@pytest.mark.parametrize(
    ("shape", "scales"), [((10, 50), 0), ((11, 50), 1), ((64, 64), 3), ((176, 300), 5), ((9999, 9999), 5)]
)
def test_as_many_scales_are_taken_as_windows_fit(shape: tuple[int, ...], scales: int) -> None:
    assert scales_that_fit(shape) == scales


def test_equal_images_are_perfectly_alike_at_every_scale(rng: np.random.Generator) -> None:
    first, _ = volumes(rng, 24)
    assert multiscale_similarity(first, first, 3.0) == pytest.approx(1)
    assert multiscale_similarity(first[0], first[0], 3.0) == pytest.approx(1)


def test_an_image_and_its_negative_have_no_structure_in_common(rng: np.random.Generator) -> None:
    first = rng.normal(size=(64, 64))
    assert ssim(9 + first, 9 - first, data_range=0.1) < -0.9
    assert ms_ssim(9 + first, 9 - first, data_range=0.1) == 0


def test_only_what_is_masked_counts_at_every_scale(rng: np.random.Generator) -> None:
    first = rng.normal(size=(96, 96))
    second = first.copy()
    second[:, :32] += rng.normal(size=(96, 32))
    far = np.zeros((96, 96), bool)
    far[:, 76:] = True
    assert ms_ssim(first, second, data_range=6.0, mask=far) == pytest.approx(1)
    assert ms_ssim(first, second, data_range=6.0, mask=~far) < 0.99
    assert ssim(first, second, data_range=6.0, mask=far, as_viewed=True) == pytest.approx(1)


def test_blocks_are_averaged_and_what_is_left_over_is_left_out() -> None:
    np.testing.assert_array_equal(averaged(np.arange(15.0).reshape(3, 5), 2), [[3, 5]])
    assert averaged(np.zeros((4, 6, 9)), 3).shape == (1, 2, 3)


@pytest.mark.parametrize(("side", "factor"), [(64, 1), (383, 1), (384, 2), (512, 2), (2048, 8)])
def test_pictures_are_viewed_at_some_256_pixels(side: int, factor: int) -> None:
    assert viewing_factor((side, 4000)) == factor


def test_the_root_of_the_error_is_a_part_of_the_range() -> None:
    a = np.zeros((4, 4), np.uint16)
    assert nrmse(a, a + np.uint16(10), data_range=40.0) == pytest.approx(0.25)
    assert math.isclose(nrmse(a, a, data_range=40.0), 0)


def test_images_smaller_than_a_window_are_refused() -> None:
    small = np.zeros((9, 20, 20))
    with pytest.raises(InputError, match="11 × 11 × 11"):
        ssim(small, small, data_range=1.0)
    with pytest.raises(InputError, match="11 × 11 pixels"):
        ms_ssim(small[:, 0], small[:, 0], data_range=1.0)
    with pytest.raises(InputError, match="11 voxels along every axis"):
        multiscale_similarity(small, small, 1.0)
