"""Networks of lines whose length, width, tips and branches are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from skimage.draw import disk, line, polygon

from synthscope.imaging.skeletons import network, pruned


def stroke(shape: tuple[int, int], points: list[tuple[float, float]], width: float) -> np.ndarray:
    """Draw a polyline as rectangles with round joints and ends."""
    mask = np.zeros(shape, bool)
    for (y0, x0), (y1, x1) in pairwise(points):
        side = np.array([x1 - x0, -(y1 - y0)]) / np.hypot(y1 - y0, x1 - x0) * width / 2
        first, last = np.array([y0, x0]), np.array([y1, x1])
        corners = np.array([first + side, last + side, last - side, first - side])
        mask[polygon(*corners.T, shape)] = True
        for y, x in ((y0, x0), (y1, x1)):
            mask[disk((y, x), width / 2, shape=shape)] = True
    return mask


def test_a_cross_has_four_branches_of_25() -> None:
    cross = np.zeros((61, 61), bool)
    cross[30, 5:56] = True
    cross[5:56, 30] = True
    found = network(cross)
    assert found.branches.tolist() == [25.0] * 4
    assert (found.tips, found.branch_points) == (4, 1)
    assert found.length == 100


def test_a_diagonal_of_30_pixels_is_29_roots_of_two() -> None:
    mask = np.zeros((40, 40), bool)
    mask[line(5, 5, 34, 34)] = True
    found = network(mask)
    assert found.length == pytest.approx(29 * np.sqrt(2))
    assert found.tips == 2
    assert found.slopes.mean() == pytest.approx(45)


@pytest.mark.parametrize("width", [5, 9, 15])
def test_a_root_of_known_length_and_width_is_found_within_a_few_per_cent(width: int) -> None:
    points = [(20.0, 30.0), (120.0, 30.0), (220.0, 130.0), (220.0, 260.0)]
    length = 100 + 100 * np.sqrt(2) + 130
    found = network(stroke((260, 300), points, width))
    # A middle line ends about half a width before the round end does.
    assert found.length == pytest.approx(length, rel=0.05)
    assert np.median(found.widths) == pytest.approx(width, abs=1.0)
    assert (found.tips, found.branch_points) == (2, 0)


@pytest.mark.parametrize("angle", [40, 60, 90])
def test_laterals_are_counted_with_their_angle(angle: float) -> None:
    mask = stroke((420, 300), [(10, 150), (410, 150)], 9)
    for y in (60, 140, 220, 300):
        reach = 80 * np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        mask |= stroke(mask.shape, [(y, 150), (y + reach[0], 150 + reach[1])], 5)
    found = network(mask)
    assert found.branch_points == 4
    assert found.tips == 6
    assert found.angles.mean() == pytest.approx(angle, abs=8)
    assert found.length == pytest.approx(400 + 4 * 80, rel=0.05)


def test_bumps_of_the_outline_are_no_branches_and_real_laterals_stay() -> None:
    smooth = stroke((300, 120), [(10, 60), (290, 60)], 15)
    bumpy = smooth.copy()
    for i, y in enumerate(range(30, 280, 20)):
        bumpy[disk((y, 60 + (9 if i % 2 else -9)), 3)] = True
    assert network(bumpy).tips == network(smooth).tips == 2
    lateral = bumpy | stroke(bumpy.shape, [(150, 60), (150, 100)], 5)
    assert network(lateral).tips == 3


def test_a_root_that_leaves_the_field_has_no_tip_there() -> None:
    mask = stroke((100, 60), [(-10, 30), (70, 30)], 7)
    found = network(mask)
    assert found.tips == 1
    assert np.median(found.widths) == pytest.approx(7, abs=1)


def test_nothing_has_no_length() -> None:
    found = network(np.zeros((20, 20), bool))
    assert (found.length, found.tips, found.branch_points) == (0, 0, 0)
    dot = np.zeros((20, 20), bool)
    dot[5, 5] = True
    assert network(dot).length == 0
    assert pruned(dot, dot.astype(float)).sum() == 1
