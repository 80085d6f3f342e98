"""Holes, specks, inversion and combination."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from synthscope.errors import MaskError, ParameterError
from synthscope.imaging.masks.holes import combine, fill_holes, invert, remove_specks

SHAPES = hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=8)
MASKS = hnp.arrays(bool, SHAPES)
STACKS = hnp.arrays(bool, hnp.array_shapes(min_dims=3, max_dims=3, min_side=2, max_side=8))


@given(MASKS)
def test_inverting_twice_gives_the_mask_back(mask: np.ndarray) -> None:
    np.testing.assert_array_equal(invert(invert(mask)), mask)
    assert not (invert(mask) & mask).any()


@given(STACKS)
def test_holes_of_a_stack_are_those_that_scipy_finds(mask: np.ndarray) -> None:
    np.testing.assert_array_equal(fill_holes(mask, per_slice=False), ndimage.binary_fill_holes(mask))


@given(STACKS)
def test_holes_per_slice_are_those_of_each_slice(mask: np.ndarray) -> None:
    expected = np.stack([ndimage.binary_fill_holes(plane) for plane in mask])
    np.testing.assert_array_equal(fill_holes(mask), expected)


@given(MASKS)
@example(np.array([True, False, False]).reshape(3, 1, 1))
def test_filling_twice_changes_no_more(mask: np.ndarray) -> None:
    once = fill_holes(mask)
    np.testing.assert_array_equal(fill_holes(once), once)


def test_a_ring_at_the_border_of_the_image_encloses_nothing() -> None:
    mask = np.zeros((10, 10), bool)
    mask[0:6, 0:6] = True
    mask[0:5, 0:5] = False
    assert fill_holes(mask).sum() == mask.sum()


def test_a_single_slice_stack_is_filled_like_a_plane() -> None:
    mask = np.zeros((1, 9, 9), bool)
    mask[0, 2:7, 2:7] = True
    mask[0, 4, 4] = False
    assert fill_holes(mask, per_slice=False).sum() == 25


def test_only_holes_up_to_the_physical_size_are_filled() -> None:
    mask = np.ones((20, 20), bool)
    mask[2:4, 2:4] = False
    mask[8:12, 8:12] = False
    filled = fill_holes(mask, largest=1.0, voxel_size=(0.5, 0.5))
    assert filled[2:4, 2:4].all()
    assert not filled[8:12, 8:12].any()


def test_specks_below_the_physical_volume_go_and_those_of_just_that_size_stay() -> None:
    mask = np.zeros((9, 20, 20), bool)
    mask[4, 2:5, 2:5] = True
    mask[4, 10:12, 10:14] = True
    kept = remove_specks(mask, 9 * 0.3 * 0.1 * 0.1, (0.3, 0.1, 0.1))
    assert kept[4, 2:5, 2:5].all()
    assert kept.sum() == 9


def test_specks_that_touch_at_a_corner_are_one_when_asked() -> None:
    mask = np.zeros((5, 5), bool)
    mask[1, 1] = mask[2, 2] = True
    assert remove_specks(mask, 2).sum() == 2
    assert remove_specks(mask, 2, connectivity="faces").sum() == 0


def test_specks_per_slice_are_measured_as_areas() -> None:
    mask = np.zeros((4, 9, 9), bool)
    mask[:, 4, 4] = True
    assert remove_specks(mask, 4, (1, 1, 1)).sum() == 4
    assert remove_specks(mask, 2, (1, 1, 1), per_slice=True).sum() == 0


@given(MASKS, st.integers(0, 20), st.booleans())
def test_removing_specks_only_removes_and_does_so_once(mask: np.ndarray, smallest: int, per_slice: bool) -> None:
    kept = remove_specks(mask, smallest, per_slice=per_slice)
    assert not (kept & ~mask).any()
    np.testing.assert_array_equal(remove_specks(kept, smallest, per_slice=per_slice), kept)


@given(st.data())
def test_combinations_are_those_of_sets(data: st.DataObject) -> None:
    shape = data.draw(SHAPES)
    old, new = data.draw(hnp.arrays(bool, shape)), data.draw(hnp.arrays(bool, shape))
    np.testing.assert_array_equal(combine(old, new, "replace"), new)
    np.testing.assert_array_equal(combine(old, new, "add"), np.logical_or(old, new))
    np.testing.assert_array_equal(combine(old, new, "subtract"), np.logical_and(old, ~new))
    np.testing.assert_array_equal(combine(old, new, "intersect"), np.logical_and(old, new))


def test_combining_masks_of_two_shapes_is_refused() -> None:
    with pytest.raises(MaskError, match="grid of the mask"):
        combine(np.zeros((3, 3), bool), np.zeros((3, 4), bool), "add")


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(ParameterError, match="at least 0"):
        remove_specks(np.ones((3, 3), bool), -1)
