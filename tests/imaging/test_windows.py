"""Windows: all that is marked is covered, with its surroundings, and at a cost that grows with the mark alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import InputError
from synthscope.imaging.windows import cover, meeting_lines, taper


@st.composite
def masks(draw: st.DrawFn) -> np.ndarray:
    """Some boxes and single pixels in a small stack."""
    shape = (draw(st.integers(1, 3)), draw(st.integers(1, 90)), draw(st.integers(1, 90)))
    mask = np.zeros(shape, bool)
    for _ in range(draw(st.integers(0, 5))):
        z, y, x = (draw(st.integers(0, n - 1)) for n in shape)
        mask[z, y : y + draw(st.integers(1, 60)), x : x + draw(st.integers(1, 60))] = True
    return mask


@given(masks(), st.sampled_from([(32, 8), (48, 16), (64, 0)]), st.sampled_from([1, 8]))
def test_every_marked_pixel_is_covered_with_its_margin_and_no_window_is_too_large(mask, sizes, multiple):
    window, margin = sizes
    found = cover(mask, window, margin, multiple)
    shape = mask.shape[1:]
    sees = np.zeros(mask.shape, int)
    for one in found:
        assert mask[one.z, one.rows, one.columns].any()
        assert all(side <= max(window + multiple - 1, multiple) for side in one.shape)
        assert all(side % multiple == 0 or side == n for side, n in zip(one.shape, shape, strict=True))
        assert 0 <= one.top < one.bottom <= shape[0]
        assert 0 <= one.left < one.right <= shape[1]
        inside = [
            slice(a + (margin if a > 0 else 0), b - (margin if b < n else 0))
            for a, b, n in zip((one.top, one.left), (one.bottom, one.right), shape, strict=True)
        ]
        sees[one.z, inside[0], inside[1]] += 1
    assert (sees[mask] > 0).all()


def test_windows_grow_with_the_marked_area_and_not_with_the_image():
    counts = []
    for side, hole in ((512, 256), (1024, 256), (1024, 512)):
        mask = np.zeros((1, side, side), bool)
        mask[0, 64 : 64 + hole, 64 : 64 + hole] = True
        counts.append(len(cover(mask, 128, 32)))
    assert counts[0] == counts[1]
    assert 3 < counts[2] / counts[0] < 5


def test_a_crowd_of_dead_pixels_needs_no_window_each(rng):
    mask = np.zeros((1, 256, 256), bool)
    mask[0, rng.integers(0, 256, 600), rng.integers(0, 256, 600)] = True
    assert len(cover(mask, 128, 32)) <= 40


def test_an_image_that_one_window_holds_is_one_window():
    assert len(cover(np.ones((1, 256, 200), bool), 256, 32)) == 1
    assert len(cover(np.ones((1, 256, 300), bool), 256, 32)) == 2


def test_a_window_without_room_between_its_margins_is_refused():
    with pytest.raises(InputError, match="margins of 16 px"):
        cover(np.ones((1, 8, 8), bool), 32, 16)


def test_tapers_of_a_tiling_leave_no_pixel_without_weight():
    mask = np.ones((1, 300, 200), bool)
    total = np.zeros(mask.shape[1:])
    for window in cover(mask, 128, 32):
        weight = taper(window, mask.shape[1:], 16)
        assert weight.shape == window.shape
        assert weight.min() >= 0
        assert weight.max() <= 1
        total[window.rows, window.columns] += weight
    assert total.min() > 0.3


def test_a_taper_does_not_fall_at_the_border_of_the_image():
    (window,) = cover(np.ones((1, 40, 40), bool), 128, 32)
    assert (taper(window, (40, 40), 16) == 1).all()


def test_lines_at_which_windows_meet_are_where_one_begins_where_one_ends_and_midway():
    assert meeting_lines([(0, 160), (80, 240)], 240) == (80, 120, 160)
    assert meeting_lines([(0, 100), (100, 200)], 200) == (100,)
    assert meeting_lines([(0, 240), (0, 240)], 240) == ()


def test_windows_on_a_circle_meet_across_its_ends_too():
    assert meeting_lines([(-10, 60), (40, 110)], 100, periodic=True) == (10, 40, 50, 60, 90)
    assert meeting_lines([(-8, 108)], 100, periodic=True) == (8, 92)
