"""Interpolation between painted slices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import MaskError
from synthscope.imaging.masks.between import interpolate_slices
from synthscope.imaging.masks.shapes import ellipse, rectangle

PLANES = hnp.arrays(bool, (9, 10))


def stack_of(planes: dict[int, np.ndarray], depth: int) -> np.ndarray:
    stack = np.zeros((depth, *next(iter(planes.values())).shape), bool)
    for z, plane in planes.items():
        stack[z] = plane
    return stack


def disc(radius: float, y: float = 40, x: float = 40) -> np.ndarray:
    return ellipse((81, 91), (y, x), (radius, radius))


@given(st.lists(PLANES, min_size=2, max_size=4), st.integers(1, 4), st.integers(0, 2))
@settings(max_examples=60)
def test_painted_slices_stay_bit_identical(planes: list, gap: int, axis: int) -> None:
    stack = np.moveaxis(stack_of({2 + i * gap: p for i, p in enumerate(planes)}, 16), 0, axis)
    before = stack.copy()
    painted = [2 + i * gap for i in range(len(planes))]
    filled = interpolate_slices(stack, (3.0, 0.5, 0.7), axis=axis, painted=painted)
    for z in [*painted, 0, 1, *range(painted[-1] + 1, 16)]:
        np.testing.assert_array_equal(np.take(filled, z, axis), np.take(before, z, axis))
    np.testing.assert_array_equal(stack, before)


@given(PLANES, st.integers(2, 6))
def test_two_equal_slices_give_the_same_in_between(plane: np.ndarray, gap: int) -> None:
    filled = interpolate_slices(stack_of({0: plane, gap: plane}, gap + 1), painted=[0, gap])
    for between in filled:
        np.testing.assert_array_equal(between, plane)


@given(PLANES, PLANES, st.integers(2, 6))
@settings(max_examples=60)
def test_nested_slices_stay_nested(plane: np.ndarray, other: np.ndarray, gap: int) -> None:
    inner = plane & other
    if not inner.any():
        return
    filled = interpolate_slices(stack_of({0: inner, gap: inner}, gap + 1), painted=[0, gap])
    assert not (filled & ~plane).any()


@given(PLANES, PLANES, st.integers(2, 5))
@settings(max_examples=60)
def test_the_order_of_the_slices_does_not_matter(first: np.ndarray, last: np.ndarray, gap: int) -> None:
    there = interpolate_slices(stack_of({0: first, gap: last}, gap + 1), painted=[0, gap])
    back = interpolate_slices(stack_of({0: last, gap: first}, gap + 1), painted=[0, gap])
    assert np.count_nonzero(there ^ back[::-1]) <= 0.05 * there.size


def test_a_shape_that_ends_dwindles_alike_from_either_side() -> None:
    """A fifth of the way from one end is four fifths from the other: no float may decide a tie between them."""
    full = np.ones((9, 10), bool)
    full[3, 4] = False
    there = interpolate_slices(stack_of({0: np.zeros_like(full), 5: full}, 6), painted=[0, 5])
    back = interpolate_slices(stack_of({0: full, 5: np.zeros_like(full)}, 6), painted=[0, 5])
    np.testing.assert_array_equal(there, back[::-1])


def test_a_cone_has_discs_of_the_radius_in_between() -> None:
    filled = interpolate_slices(stack_of({0: disc(10), 10: disc(30)}, 11), (5.0, 1.0, 1.0))
    for z in range(11):
        radius = np.sqrt(filled[z].sum() / np.pi)
        assert radius == pytest.approx(10 + 2 * z, abs=0.5)
        assert not (filled[z] & ~disc(10 + 2 * z + 1)).any()


def test_a_tilted_thin_rod_is_carried_along_without_thinning() -> None:
    filled = interpolate_slices(stack_of({0: disc(4, 30, 20), 4: disc(4, 34, 32)}, 5))
    for z in range(5):
        np.testing.assert_array_equal(filled[z], disc(4, 30 + z, 20 + 3 * z))


def test_several_rods_are_carried_each_to_its_own_end() -> None:
    first = disc(4, 20, 20) | disc(5, 60, 60)
    last = disc(4, 24, 28) | disc(5, 60, 48)
    filled = interpolate_slices(stack_of({0: first, 4: last}, 5))
    np.testing.assert_array_equal(filled[2], disc(4, 22, 24) | disc(5, 60, 54))


def test_a_branch_divides() -> None:
    filled = interpolate_slices(stack_of({0: disc(12), 8: disc(6, 32, 40) | disc(6, 48, 40)}, 9))
    areas = filled.sum(axis=(1, 2))
    assert (areas >= areas[-1] * 0.8).all()
    assert filled[1:8].any(axis=(1, 2)).all()
    assert not (filled & ~disc(20)).any()


def test_a_piece_without_partner_dwindles() -> None:
    first = disc(10, 20, 20) | disc(6, 60, 70)
    filled = interpolate_slices(stack_of({0: first, 5: disc(10, 20, 20)}, 6))
    areas = filled[:, 50:, 50:].sum(axis=(1, 2)).tolist()
    assert areas == sorted(areas, reverse=True)
    assert areas[4] >= 1
    assert areas[5] == 0
    assert (filled[:, :40, :40] == disc(10, 20, 20)[:40, :40]).all()


def test_a_shape_ends_at_a_named_empty_slice() -> None:
    filled = interpolate_slices(stack_of({0: disc(8)}, 6), painted=[0, 5])
    assert filled[1:5].any(axis=(1, 2)).all()
    assert not filled[5].any()


def test_distances_in_the_plane_are_physical() -> None:
    # on pixels twice as high as wide, both shapes are circles
    first, last = ellipse((81, 91), (40, 40), (5, 10)), ellipse((81, 91), (40, 40), (15, 30))
    middle = interpolate_slices(stack_of({0: first, 2: last}, 3), (1.0, 2.0, 1.0))[1]
    expected = ellipse((81, 91), (40, 40), (10, 20))
    assert np.count_nonzero(middle ^ expected) < 0.04 * expected.sum()


def test_what_lies_on_slices_between_named_ones_is_replaced() -> None:
    plane = rectangle((20, 20), (5, 5), (10, 10))
    stack = stack_of({0: plane, 1: ~plane, 2: plane}, 3)
    np.testing.assert_array_equal(interpolate_slices(stack, painted=[0, 2])[1], plane)


def test_one_painted_slice_is_too_few() -> None:
    with pytest.raises(MaskError, match="at least two"):
        interpolate_slices(stack_of({1: disc(4)}, 5))
    with pytest.raises(MaskError, match="give a stack"):
        interpolate_slices(disc(4))
