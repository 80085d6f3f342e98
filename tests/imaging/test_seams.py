"""The seam ratio against what it must be."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.errors import InputError
from synthscope.imaging.seams import seam_ratio, seam_steps


@pytest.fixture
def mask():
    mask = np.zeros((60, 60), dtype=bool)
    mask[20:40, 15:45] = True
    return mask


def test_untouched_white_noise_has_ratio_one_in_expectation(mask, rng):
    ratios = [seam_ratio(rng.normal(size=mask.shape), mask) for _ in range(60)]
    assert abs(np.mean(ratios) - 1) < 4 * np.std(ratios) / np.sqrt(60)


def test_a_linear_ramp_has_ratio_one(mask):
    y, x = np.indices(mask.shape)
    assert seam_ratio(3.0 * y + 3.0 * x, mask) == pytest.approx(1)


def test_a_brightness_offset_in_the_fill_shows(mask, rng):
    noise = rng.normal(size=mask.shape)
    assert seam_ratio(noise + 5 * mask, mask) > 3


def test_a_step_of_known_height_is_measured(mask):
    across, beside = seam_steps(7.0 * mask, mask)
    assert (across == 7).all()
    assert (beside == 0).all()
    assert len(across) == 2 * (20 + 30)
    assert seam_ratio(7.0 * mask, mask) == float("inf")


def test_a_constant_image_has_ratio_one(mask):
    assert seam_ratio(np.full(mask.shape, 9, dtype=np.uint8), mask) == 1


def test_unsigned_steps_do_not_wrap(mask):
    assert seam_steps(np.where(mask, 0, 200).astype(np.uint8), mask)[0].max() == 200


def test_only_the_asked_directions_count(rng):
    mask = np.zeros((9, 20, 20), dtype=bool)
    mask[3:6, 5:15, 5:15] = True
    noise = rng.normal(size=mask.shape)
    noise[3:6] += 10
    assert seam_ratio(noise, mask, axes=(0,)) > 2 > seam_ratio(noise, mask, axes=(1, 2))


def test_the_ratio_does_not_depend_on_units(mask, rng):
    image = rng.normal(size=(*mask.shape, 3))
    assert seam_ratio(image * 250 + 40, mask) == pytest.approx(seam_ratio(image, mask))


def test_a_mask_without_border_gives_no_number(mask):
    assert np.isnan(seam_ratio(np.zeros(mask.shape), np.ones_like(mask)))
    assert np.isnan(seam_ratio(np.zeros(mask.shape), np.zeros_like(mask)))


def test_a_mask_of_another_shape_is_refused(mask):
    with pytest.raises(InputError, match="does not fit"):
        seam_ratio(np.zeros((60, 61)), mask)
