"""The blank margin around a round field of view."""

from __future__ import annotations

import numpy as np
from skimage.draw import disk

from synthscope.imaging.blank_margins import blank_margin, clear_of


def round_view(rng: np.random.Generator, side: int = 96) -> tuple[np.ndarray, np.ndarray]:
    """Give a plane (Y, X, 1) that is 0 beyond a circle, and what lies beyond it."""
    beyond = np.ones((side, side), bool)
    beyond[disk((side / 2, side / 2), side / 2 - 1)] = False
    plane = rng.integers(1, 200, (side, side, 1))
    plane[beyond] = 0
    return plane, beyond


def test_what_lies_beyond_a_circle_is_found(rng: np.random.Generator) -> None:
    plane, beyond = round_view(rng)
    margin = blank_margin(plane)
    assert margin is not None
    assert not (margin & ~beyond).any()
    assert (margin & beyond).sum() > 0.9 * beyond.sum()


def test_pores_of_the_same_value_that_touch_it_by_a_thread_are_no_part_of_it(rng: np.random.Generator) -> None:
    plane, _ = round_view(rng)
    plane[40:56, 40:56] = 0
    plane[48, :48] = 0
    margin = blank_margin(plane)
    assert margin is not None
    assert not margin[40:56, 40:56].any()


def test_a_picture_without_a_margin_has_none(rng: np.random.Generator) -> None:
    assert blank_margin(rng.integers(0, 200, (96, 96, 1))) is None
    assert blank_margin(np.zeros((96, 96, 1))) is None
    phases = np.kron(rng.integers(0, 2, (12, 12)), np.ones((8, 8), int))[..., None]
    phases[:8, :8], phases[-8:, -8:] = 0, 1
    assert blank_margin(phases) is None


def test_boxes_that_hold_nothing_of_it_are_told(rng: np.random.Generator) -> None:
    plane, _ = round_view(rng)
    margin = blank_margin(plane)
    assert margin is not None
    starts = [(y, x) for y in range(0, 96, 16) for x in range(0, 96, 16)]
    found = clear_of(margin, (16, 16), starts)
    assert found == {(y, x) for y, x in starts if not margin[y : y + 16, x : x + 16].any()}
    assert {(0, 0), (0, 80), (80, 80)}.isdisjoint(found)
    assert (32, 48) in found
