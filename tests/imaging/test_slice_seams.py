"""Steps from slice to slice against what they must be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.slice_seams import layer_ratio, slice_ratios

SHAPE = (20, 80, 80)


@pytest.fixture
def mask():
    mask = np.zeros(SHAPE, bool)
    mask[6:14, 20:60, 20:60] = True
    return mask


def texture(rng: np.random.Generator, sigma: float = 1.5) -> np.ndarray:
    return ndimage.gaussian_filter(rng.normal(size=SHAPE), sigma, mode="wrap")


def test_an_untouched_stack_is_like_itself_and_its_interval_says_so_as_often_as_it_should(mask, rng):
    found = [slice_ratios(texture(rng), mask) for _ in range(60)]
    for one in ([f.within for f in found], [f.border for f in found]):
        assert np.mean([ratio.value for ratio in one]) == pytest.approx(1, abs=0.02)
        held = sum(ratio.low <= 1 <= ratio.high for ratio in one)
        assert held >= 51  # of 60 at 95 %: fewer than 51 come once in a thousand times by chance
        assert all(ratio.low < ratio.value < ratio.high for ratio in one)


def test_slices_filled_one_by_one_jump_within_the_fill_and_at_its_border(mask, rng):
    own = texture(rng)
    alone = ndimage.gaussian_filter(rng.normal(size=SHAPE), (0, 1.5, 1.5), mode="wrap")
    alone *= own.std() / alone.std()
    found = slice_ratios(np.where(mask, alone, own), mask)
    # two independent fields of one spread differ by sqrt(2) sd; neighbouring slices of the stack by sqrt(2 - 2 r)
    r = np.exp(-1 / (4 * 1.5**2))
    assert found.within.value == pytest.approx(np.sqrt(1 / (1 - r)), rel=0.06)
    assert found.border.value == pytest.approx(np.sqrt(1 / (1 - r)), rel=0.06)
    assert found.within.low > 2
    assert found.border.low > 2


def test_a_fill_that_repeats_one_slice_does_not_change_within_and_joins_badly(mask, rng):
    stack = texture(rng)
    stack[6:14, 20:60, 20:60] = stack[10, 20:60, 20:60]
    found = slice_ratios(stack, mask)
    assert found.within.value == 0
    assert found.border.low > 1.2


def test_a_brightness_offset_shows_at_the_border_alone(mask, rng):
    found = slice_ratios(texture(rng) + 1.0 * mask, mask)
    assert found.border.low > 3
    assert found.within.low < 1 < found.within.high


def test_steps_of_known_height_give_their_quotient(mask):
    z = np.indices(SHAPE)[0].astype(float)
    found = slice_ratios(3 * z, mask)
    assert (found.within.value, found.border.value) == (1, 1)
    assert (found.within.low, found.within.high) == (1, 1)
    assert slice_ratios(np.full(SHAPE, 7, np.uint8), mask).border.value == 1
    assert slice_ratios(7.0 * mask, mask).border.value == float("inf")


def test_slices_between_known_ones_are_compared_at_the_distance_of_those(rng):
    made = np.ones((19, 80, 80), bool)
    made[::3] = False
    found = slice_ratios(texture(rng)[:19], made)
    assert found.lag == 3
    assert found.within.low < 1 < found.within.high
    assert np.isnan(found.border.value)


def test_it_does_not_depend_on_units_and_unsigned_steps_do_not_wrap(mask, rng):
    stack = texture(rng)
    colour = np.stack([stack, stack], axis=-1)
    grey, scaled = slice_ratios(stack, mask).within, slice_ratios(colour * 250 + 40, mask).within
    assert (scaled.low, scaled.value, scaled.high) == pytest.approx((grey.low, grey.value, grey.high))
    steps = np.zeros(SHAPE, np.uint8)
    steps[::2] = 200
    assert slice_ratios(steps, mask).border.value == 1


def test_what_has_no_such_steps_gives_no_number(mask):
    through = np.zeros(SHAPE, bool)
    through[:, 20:60, 20:60] = True
    assert np.isnan(slice_ratios(np.zeros(SHAPE), through).border.value)
    assert np.isnan(slice_ratios(np.zeros(SHAPE), np.ones(SHAPE, bool)).within.value)
    assert np.isnan(slice_ratios(np.zeros((1, 9, 9)), np.zeros((1, 9, 9), bool)).within.value)
    small = np.zeros(SHAPE, bool)
    small[5:8, 18:28, 18:28] = True
    one = slice_ratios(np.random.default_rng(0).normal(size=SHAPE), small).within
    assert one.blocks == 1
    assert np.isfinite(one.value)
    assert np.isnan(one.low)


def test_a_mask_of_another_shape_is_refused(mask):
    with pytest.raises(InputError, match="does not fit"):
        slice_ratios(np.zeros((20, 80, 81)), mask)


def test_measured_slices_that_were_made_finer_show_where_they_were_cut_or_not(rng):
    stack = texture(rng)
    honest = layer_ratio(stack, 4)
    assert honest.low < 1 < honest.high
    layered = stack + np.repeat(rng.normal(0, 0.5, 5), 4)[:, None, None]
    assert layer_ratio(layered, 4).low > 1.5
