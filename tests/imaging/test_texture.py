"""The texture ratio against what it must be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.imaging.texture import laplacian_variance, texture_ratio


@pytest.fixture
def mask():
    mask = np.zeros((50, 50), dtype=bool)
    mask[10:40, 10:40] = True
    return mask


def test_an_image_has_the_texture_of_itself(mask, rng):
    image = rng.normal(size=(50, 50, 3))
    assert texture_ratio(image, image, mask) == 1


def test_scaling_by_two_gives_four(mask, rng):
    image = rng.normal(size=mask.shape)
    assert texture_ratio(2 * image + 7, image, mask) == pytest.approx(4)


def test_blur_gives_less_than_one(mask, rng):
    image = rng.normal(size=mask.shape)
    assert texture_ratio(ndimage.gaussian_filter(image, 1), image, mask) < 0.1


def test_white_noise_has_twenty_times_its_variance(mask, rng):
    image = rng.normal(scale=3, size=(400, 400))
    assert laplacian_variance(image, np.ones_like(image, dtype=bool)) == pytest.approx(20 * 9, rel=0.03)


def test_the_seam_of_a_fill_has_no_say(mask, rng):
    image = rng.normal(size=mask.shape)
    assert texture_ratio(image + 100 * mask, image, mask) == pytest.approx(1)


def test_known_surroundings_can_be_the_reference(mask, rng):
    image = rng.normal(size=mask.shape)
    assert texture_ratio(image, image, mask, ~mask) == pytest.approx(1, abs=0.3)


def test_flat_against_flat_is_one_and_rough_against_flat_infinite(mask, rng):
    flat = np.zeros(mask.shape)
    assert texture_ratio(flat, flat, mask) == 1
    assert texture_ratio(rng.normal(size=mask.shape), flat, mask) == float("inf")


def test_masks_one_voxel_thin_are_measured(rng):
    mask = np.zeros((30, 30), dtype=bool)
    mask[:, 12] = True
    assert laplacian_variance(rng.normal(size=mask.shape), mask) > 0
