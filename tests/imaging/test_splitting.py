from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import InputError
from synthscope.imaging.splitting import AXES, choose_axis, fitting, gap_along, split_block
from synthscope.records.request import Region

SHAPES = st.tuples(st.integers(1, 300), st.integers(1, 600), st.integers(1, 600))


@given(SHAPES, st.sampled_from(AXES), st.floats(0.01, 0.5), st.integers(1, 96))
def test_the_two_parts_are_apart_by_the_gap_and_fill_the_other_axes(shape, axis, held_out, patch) -> None:
    try:
        split = split_block(shape, axis, held_out, patch)
    except InputError:
        assert min(shape[1:]) < patch or shape[AXES.index(axis)] < 2 * max(patch, held_out * max(shape)) + max(patch, 8)
        return
    index = AXES.index(axis)
    assert split.held_out is not None
    assert split.held_out.start[index] - split.train.stop[index] == gap_along(axis, shape, patch)
    assert split.train.start == (0, 0, 0)
    assert split.held_out.stop == shape
    assert split.held_out.shape[index] >= held_out * shape[index]
    for part in (split.train, split.held_out):
        assert min(part.shape[1:]) >= patch
        for other in {0, 1, 2} - {index}:
            assert (part.start[other], part.stop[other]) == (0, shape[other])
    assert split == split_block(shape, axis, held_out, patch)


@given(st.integers(1, 600), st.integers(1, 96))
def test_the_gap_is_a_patch_in_the_plane_and_at_least_eight_slices_or_a_patch_along_z(depth, patch) -> None:
    shape = (depth, 600, 600)
    assert gap_along("x", shape, patch) == gap_along("y", shape, patch) == patch
    assert gap_along("z", shape, patch) == patch or gap_along("z", shape, patch) >= 8


def test_nothing_to_hold_out_leaves_everything() -> None:
    split = split_block((3, 40, 50), "x", 0.0, 8)
    assert split.train == Region((0, 0, 0), (3, 40, 50))
    assert split.held_out is None


@pytest.mark.parametrize(("shape", "axis"), [((64, 9, 9), "z"), ((63, 9, 10), "x"), ((1, 10, 9), "y")])
def test_deep_stacks_are_cut_along_z_and_others_along_their_longer_side(shape, axis) -> None:
    assert choose_axis(shape) == axis


@given(SHAPES, st.integers(1, 8), st.integers(1, 10**8), st.integers(1, 96))
def test_parts_that_fit_lie_inside_do_not_overlap_and_keep_to_the_budget(shape, each, budget, patch) -> None:
    region = Region((2, 3, 4), tuple(n + o for n, o in zip(shape, (2, 3, 4), strict=True)))
    parts = fitting(region, each, budget, patch)
    assert parts
    taken = sum(each * part.shape[0] * part.shape[1] * part.shape[2] for part in parts)
    least = each * shape[2] * min(patch, shape[1])  # one strip as high as a patch is always taken
    assert taken <= max(budget, least)
    axis = 0 if len({part.start[0] for part in parts}) > 1 else 1
    for part in parts:
        assert all(a <= b for a, b in zip(region.start, part.start, strict=True))
        assert all(a >= b for a, b in zip(region.stop, part.stop, strict=True))
    for before, after in itertools.pairwise(parts):
        assert before.stop[axis] <= after.start[axis]


def test_slabs_are_spread_evenly_to_both_ends() -> None:
    parts = fitting(Region((0, 0, 0), (100, 10, 10)), 1, 4800, 8)
    assert [part.start[0] for part in parts] == [0, 42, 84]
    assert all(part.shape == (16, 10, 10) for part in parts)
