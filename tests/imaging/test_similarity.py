from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.io import imread

from synthscope.errors import InputError, MaskError
from synthscope.imaging.similarity import data_range_of, mse, psnr, ssim

PLANES = hnp.arrays(np.uint16, (13, 14), elements=st.integers(0, 65535))


@pytest.fixture
def blocks(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    reference = rng.integers(1000, 3000, (3, 20, 24, 2)).astype(np.uint16)
    return reference, (reference + rng.integers(0, 50, reference.shape)).astype(np.uint16)


@given(PLANES, PLANES)
def test_mse_is_the_mean_of_squared_differences_without_wrap_around(a: np.ndarray, b: np.ndarray) -> None:
    expected = np.mean([(int(x) - int(y)) ** 2 for x, y in zip(a.ravel(), b.ravel(), strict=True)])
    assert mse(a, b) == pytest.approx(expected)
    assert mse(a, b) == mse(b, a)


@given(PLANES)
def test_equal_images_are_perfectly_alike(a: np.ndarray) -> None:
    assert mse(a, a) == 0
    assert psnr(a, a, data_range=100.0) == math.inf
    assert ssim(a, a, data_range=100.0) == pytest.approx(1.0)


@given(PLANES, PLANES)
def test_ssim_is_symmetric_and_at_most_1(a: np.ndarray, b: np.ndarray) -> None:
    assert ssim(a, b, data_range=65535.0) == pytest.approx(ssim(b, a, data_range=65535.0))
    assert ssim(a, b, data_range=65535.0) <= 1 + 1e-12


def test_psnr_of_a_tenth_of_the_range_is_20_db() -> None:
    a = np.zeros((4, 4), np.uint16)
    assert psnr(a, a + np.uint16(10), data_range=100.0) == pytest.approx(20.0)


def test_ssim_of_constant_planes_is_the_luminance_term() -> None:
    """(2 a b + C1) / (a^2 + b^2 + C1) with C1 = (0.01 L)^2, Wang et al. 2004."""
    a, b = np.full((16, 16), 100.0), np.full((16, 16), 120.0)
    c1 = (0.01 * 255) ** 2
    expected = (2 * 100 * 120 + c1) / (100**2 + 120**2 + c1)
    assert ssim(a, b, data_range=255.0) == pytest.approx(expected)


def test_similarity_does_not_depend_on_how_16_bits_are_filled(rng: np.random.Generator) -> None:
    """The trap: with the range of the dtype, 12-bit data in a 16-bit file look almost perfect."""
    a = rng.integers(0, 4096, (32, 32)).astype(np.uint16)
    b = np.clip(a + rng.normal(0, 800, a.shape), 0, 4095).astype(np.uint16)
    honest = ssim(a, b, data_range=data_range_of(a))
    scaled = ssim(a * np.uint16(16), b * np.uint16(16), data_range=data_range_of(a * np.uint16(16)))
    assert scaled == pytest.approx(honest, rel=1e-6)
    assert ssim(a, b, data_range=65535.0) > honest + 0.01


def test_the_data_range_is_that_of_the_reference_inside_the_mask() -> None:
    a = np.array([[1, 5], [9, 200]], np.uint16)
    assert data_range_of(a) == 199
    assert data_range_of(a, a < 100) == 8


@pytest.mark.parametrize(
    ("values", "words"),
    [(np.full(4, 7), "everywhere"), (np.array([0.0, np.nan]), "not finite"), (np.zeros(0), "no voxels")],
)
def test_a_reference_without_a_range_is_refused(values: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        data_range_of(values)


def test_inside_and_outside_join_to_the_whole(blocks: tuple[np.ndarray, np.ndarray], rng: np.random.Generator) -> None:
    mask = rng.random((3, 20, 24)) < 0.3
    inside, outside, whole = (mse(*blocks, mask=m) for m in (mask, ~mask, None))
    part = mask.mean()
    assert inside * part + outside * (1 - part) == pytest.approx(whole)


def test_only_voxels_of_the_mask_count(blocks: tuple[np.ndarray, np.ndarray]) -> None:
    reference, image = blocks
    mask = np.zeros((3, 20, 24), bool)
    mask[1, 5:9, 5:9] = True
    clean = np.where(mask[..., None], reference, image)
    assert mse(reference, clean, mask=mask) == 0
    assert mse(reference, clean, mask=~mask) > 0


def test_planes_too_small_for_ssim_still_have_mse_and_psnr() -> None:
    a = np.arange(2 * 5 * 5).reshape(2, 5, 5, 1).astype(np.uint16)
    assert mse(a, a + np.uint16(1)) == 1
    assert psnr(a, a + np.uint16(1), data_range=10.0) == pytest.approx(20.0)
    with pytest.raises(InputError, match="11 × 11"):
        ssim(a[0, ..., 0], a[0, ..., 0], data_range=1.0)


def test_images_that_differ_in_kind_are_refused_in_one_sentence() -> None:
    a = np.zeros((4, 4), np.uint16)
    with pytest.raises(InputError, match=r"Shapes \(4, 4\) and \(4, 5\) differ"):
        mse(a, np.zeros((4, 5), np.uint16))
    with pytest.raises(InputError, match="Types uint16 and uint8 differ"):
        mse(a, a.astype(np.uint8))
    with pytest.raises(InputError, match="Data range is 0"):
        psnr(a, a, data_range=0.0)
    with pytest.raises(InputError, match="empty"):
        mse(a[:0], a[:0])
    with pytest.raises(InputError, match="not finite"):
        mse(np.array([np.nan]), np.array([1.0]))


@pytest.mark.parametrize(
    ("mask", "words"),
    [(np.zeros((4, 4), bool), "empty"), (np.ones((3, 4), bool), "does not fit"), (np.ones((4, 4)), "does not fit")],
)
def test_masks_that_cannot_be_used_are_refused(mask: np.ndarray, words: str) -> None:
    a = np.zeros((4, 4), np.uint16)
    with pytest.raises(MaskError, match=words):
        mse(a, a, mask)


def test_published_values_of_a_published_pair_come_out(real_data: Path) -> None:
    """goldhill.gif and goldhill_jpeg.gif, the pair of the SSIM authors.

    MSE 117.473923, PSNR 27.43139 dB; SSIM with an 11 x 11 Gaussian window and no down-sampling 0.682372
    (scikit-image 0.26, pytorch_msssim 1.0 gives 0.682370, piq 0.8 0.682371).
    """
    folder = real_data.parent / "known_answers" / "images"
    if not folder.is_dir():
        pytest.skip("the pair goldhill.gif, goldhill_jpeg.gif is not beside the public images")
    a, b = (np.squeeze(imread(folder / f"{name}.gif")) for name in ("goldhill", "goldhill_jpeg"))
    assert mse(a, b) == pytest.approx(117.473923, abs=1e-6)
    assert psnr(a, b, data_range=255.0) == pytest.approx(27.43139, abs=1e-5)
    assert ssim(a, b, data_range=255.0) == pytest.approx(0.682372, abs=1e-6)
