"""A fill beside its true partner, in numbers with closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthscope.errors import InputError
from synthscope.imaging.similarity import psnr, ssim
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.comparing import compare_images, measure_partner


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_a_constant_offset_has_its_square_as_error(offset: int, seed: int) -> None:
    real = np.random.default_rng(seed).integers(0, 1000, (3, 20, 24)).astype(np.uint16)
    mask = np.zeros(real.shape, bool)
    mask[1, 5:9, 6:10] = True
    fill = np.where(mask, real + offset, real).astype(np.uint16)
    found = measure_partner(real, fill, mask, Space("zyx"))
    assert found.mse == pytest.approx(offset**2)
    assert found.psnr == pytest.approx(20 * math.log10((int(real.max()) - int(real.min())) / offset))
    assert found.voxels == 16


def test_equal_images_are_as_close_as_can_be(rng: np.random.Generator) -> None:
    real = rng.normal(size=(20, 24)).astype(np.float32)
    found = measure_partner(real, real, None, Space("yx"))
    assert (found.mse, found.psnr, found.spectrum) == (0.0, math.inf, 0.0)
    assert found.ssim == pytest.approx(1.0)
    assert found.voxels == real.size


def test_an_empty_mask_means_all_voxels(rng: np.random.Generator) -> None:
    real = rng.integers(0, 99, (20, 24)).astype(np.uint8)
    assert measure_partner(real, real + 1, np.zeros(real.shape, bool), Space("yx")).mse == pytest.approx(1.0)


def test_colours_and_channels_count_by_voxel(rng: np.random.Generator) -> None:
    real = rng.integers(0, 99, (20, 24, 3)).astype(np.uint8)
    mask = np.zeros((20, 24), bool)
    mask[4:8, 4:8] = True
    found = measure_partner(real, real + 2, mask, Space("yxs"))
    assert (found.voxels, found.mse) == (16, pytest.approx(4.0))


def test_a_constant_partner_has_no_range_of_its_own_and_does_no_harm() -> None:
    real = np.full((20, 24), 7, np.uint8)
    assert measure_partner(real, real, None, Space("yx")).data_ranges == (1.0,)


def two_channels(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Space]:
    """A dim channel (range 100) that was made badly beside a bright one (range 10 000) that was made well."""
    real = np.stack([rng.integers(0, 101, (40, 44)), 100 * rng.integers(0, 101, (40, 44))]).astype(np.uint16)
    real[:, 0, 0], real[:, 0, 1] = 0, (100, 10_000)
    return real, real + np.array([20, 1], np.uint16)[:, None, None], Space("cyx")


def test_each_channel_is_compared_by_its_own_range(rng: np.random.Generator) -> None:
    real, made, space = two_channels(rng)
    found = compare_images(Image(real, space, "real"), Image(made, space, "made"))
    assert found["data_range"] == [100.0, 10_000.0]
    assert found["mean_squared_error"] == pytest.approx((20**2 + 1) / 2)
    assert found["psnr"] == pytest.approx(-10 * math.log10((0.2**2 + 0.0001**2) / 2))  # by one range 57 dB
    each = [ssim(a, b, data_range=r) for a, b, r in zip(real, made, (100.0, 10_000.0), strict=True)]
    assert found["ssim"] == pytest.approx(np.mean(each))
    partner = measure_partner(real, made, None, space)
    assert (partner.psnr, partner.ssim) == (found["psnr"], found["ssim"])
    assert partner.data_ranges == (100.0, 10_000.0)


def test_a_channel_of_one_value_is_left_out_of_what_needs_a_range(rng: np.random.Generator) -> None:
    real, made, space = two_channels(rng)
    real[1] = 7
    found = compare_images(Image(real, space, "real"), Image(made, space, "made"))
    assert found["data_range"] == [100.0, 0.0]
    assert found["psnr"] == pytest.approx(psnr(real[0], made[0], data_range=100.0))
    assert found["ssim"] == pytest.approx(ssim(real[0], made[0], data_range=100.0))
    both = compare_images(Image(np.full_like(real, 7), space, "real"), Image(made, space, "made"))
    assert (both["psnr"], both["ssim"], both["data_range"]) == (None, None, [0.0, 0.0])
    assert both["mean_squared_error"] > 0


def test_shapes_and_types_must_fit() -> None:
    real = np.zeros((20, 24), np.uint8)
    with pytest.raises(InputError, match="differ"):
        measure_partner(real, real.astype(np.uint16), None, Space("yx"))
