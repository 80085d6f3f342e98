"""Islands: all that is marked, in boxes that do not meet, each with room round what it holds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.imaging.islands import islands_of
from synthscope.records.request import Region

REACH = 4


def marked(shape: tuple[int, int, int], *points: tuple[int, int, int]) -> np.ndarray:
    mask = np.zeros(shape, bool)
    for point in points:
        mask[point] = True
    return mask


def holds(island: Region, point: tuple[int, int, int]) -> bool:
    return all(a <= p < b for a, p, b in zip(island.start, point, island.stop, strict=True))


def test_specks_that_lie_far_apart_are_islands_of_their_own():
    mask = marked((1, 8, 64), (0, 3, 2), (0, 3, 40))
    assert islands_of(mask, REACH) == (Region((0, 0, 0), (1, 8, 8)), Region((0, 0, 36), (1, 8, 48)))


def test_specks_that_lie_near_each_other_share_one():
    assert len(islands_of(marked((1, 8, 64), (0, 3, 2), (0, 3, 9)), REACH)) == 1


def test_what_lies_within_a_bend_of_another_shares_its_box():
    mask = marked((1, 80, 80), (0, 40, 40))
    mask[0, :, 0] = mask[0, 0, :] = True
    assert islands_of(mask, REACH) == (Region((0, 0, 0), (1, 80, 80)),)


def test_where_nothing_is_marked_there_are_none():
    assert islands_of(np.zeros((2, 9, 9), bool), REACH) == ()


def test_dust_all_over_is_one():
    rng = np.random.default_rng(0)
    assert len(islands_of(rng.random((6, 200, 200)) < 0.02, REACH)) == 1


@pytest.mark.parametrize("reach", [1, 3, 40])
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 40), st.integers(0, 50)), min_size=1, max_size=6))
def test_each_voxel_lies_in_one_island_with_its_surroundings(reach, points):
    mask = marked((7, 41, 51), *points)
    islands = islands_of(mask, reach)
    count = np.zeros(mask.shape, int)
    for island in islands:
        count[island.slices] += 1
    assert count.max() == 1
    for point in points:
        around = tuple(slice(max(p - reach, 0), p + reach + 1) for p in point)
        (held,) = [one for one in islands if holds(one, point)]
        assert all(
            a <= part.start and min(part.stop, n) <= b
            for a, b, part, n in zip(held.start, held.stop, around, mask.shape, strict=True)
        )
