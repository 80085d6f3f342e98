"""Patches: inside their block, of every plane and orientation, neighbours told from their absence."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import InputError
from synthscope.imaging.patches import PLANES, Drawing, draw_patch, turn


def numbered(shape: tuple[int, int, int]) -> np.ndarray:
    """A block in which each voxel tells where it is."""
    return np.arange(np.prod(shape)).reshape(*shape, 1)


@given(st.integers(0, 2**31), st.integers(1, 6), st.sampled_from([1, 3, 5]))
def test_slices_of_a_patch_follow_each_other_and_missing_ones_are_told(seed, depth, slices):
    block = numbered((depth, 12, 15))
    patch = draw_patch([block], Drawing(8, slices, free_orientation=False), np.random.default_rng(seed))
    assert patch.pixels.shape == (slices, 8, 8, 1)
    assert patch.there[slices // 2]
    steps = np.diff(patch.pixels, axis=0)
    both = patch.there[1:] & patch.there[:-1]
    assert (steps[both] == 12 * 15).all()
    assert patch.there.sum() <= depth


def test_every_place_is_drawn_and_none_outside():
    block, rng = numbered((2, 5, 6)), np.random.default_rng(0)
    drawn = {int(draw_patch([block], Drawing(4), rng).pixels.min()) for _ in range(400)}
    assert drawn == {int(block[z, y, x, 0]) for z in range(2) for y in range(2) for x in range(3)}


def test_blocks_are_drawn_as_often_as_they_are_large():
    blocks, rng = [np.zeros((1, 8, 8, 1)), np.zeros((3, 8, 8, 1))], np.random.default_rng(0)
    second = np.mean([draw_patch(blocks, Drawing(8), rng).block for _ in range(1000)])
    assert 0.70 < second < 0.80


@pytest.mark.parametrize("plane", PLANES)
def test_a_plane_is_cut_across_the_right_axis(plane):
    block = numbered((9, 10, 11))
    patch = draw_patch([block], Drawing(8, 1, False, (plane,)), np.random.default_rng(1)).pixels[0, ..., 0]
    rows, columns = {"xy": (11, 1), "xz": (110, 1), "yz": (110, 11)}[plane]
    assert (np.diff(patch, axis=0) == rows).all()
    assert (np.diff(patch, axis=1) == columns).all()


def test_sixteen_ways_to_turn_a_slab_are_all_different_and_keep_every_value(rng):
    pixels, there = rng.random((3, 6, 6, 1)), np.array([True, True, False])
    turned = [turn(pixels, there, way) for way in range(16)]
    assert len({one.tobytes() for one, _ in turned}) == 16
    for one, kept in turned:
        assert np.array_equal(np.sort(one, axis=None), np.sort(pixels, axis=None))
        assert kept[1]
    assert np.array_equal(turned[8][1], there[::-1])


def test_a_patch_larger_than_all_images_is_refused_in_a_sentence():
    with pytest.raises(InputError, match="64 px in plane xy"):
        draw_patch([np.zeros((4, 32, 80, 1))], Drawing(64), np.random.default_rng(0))
