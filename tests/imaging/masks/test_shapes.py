"""Polygon, rectangle, ellipse, and planes through slices."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import MaskError, ParameterError
from synthscope.imaging.masks.shapes import ellipse, expand_2d, polygon, rectangle

COORDINATE = st.floats(-5, 25)
WHOLE = st.integers(-5, 25)
SHAPE = (20, 22)


@given(st.lists(st.tuples(WHOLE, WHOLE), min_size=3, max_size=9), st.sampled_from(["nonzero", "even-odd"]))
def test_a_polygon_paints_the_centres_with_a_winding_number(points: list, rule: str) -> None:
    # a little below and right of each centre: on the side that takes a centre on the outline
    painted = polygon(SHAPE, points, rule)
    for y, x in np.ndindex(SHAPE):
        turns = winding(points, y + 1e-7, x + 1e-4)
        assert painted[y, x] == (turns != 0 if rule == "nonzero" else turns % 2 == 1)


def winding(points: list, y: float, x: float) -> int:
    """Count how often the outline goes around a point, by the angles it turns through."""
    angle = 0.0
    for (y0, x0), (y1, x1) in zip(points, points[1:] + points[:1], strict=True):
        a, b = math.atan2(y0 - y, x0 - x), math.atan2(y1 - y, x1 - x)
        angle += (b - a + math.pi) % (2 * math.pi) - math.pi
    return round(angle / (2 * math.pi))


@given(COORDINATE, COORDINATE, COORDINATE, COORDINATE, st.floats(0, 1))
def test_polygons_that_share_an_edge_tile(y0: float, x0: float, y1: float, x1: float, share: float) -> None:
    corners = [(-5.0, -5.0), (-5.0, 27.0), (25.0, 27.0), (25.0, -5.0)]
    a, b = (-5.0, -5.0 + 32 * share), (25.0, 27.0 - 32 * share)
    left = polygon(SHAPE, [corners[0], a, (y0, x0), (y1, x1), b, corners[3]], "even-odd")
    right = polygon(SHAPE, [a, corners[1], corners[2], b, (y1, x1), (y0, x0)], "even-odd")
    assert (left ^ right).all()


def test_a_polygon_of_whole_corners_has_the_area_of_its_closed_form() -> None:
    assert polygon((40, 40), [(5, 5), (5, 25), (17, 25), (17, 5)]).sum() == 12 * 20
    triangle = polygon((50, 50), [(0, 0), (40, 0), (40, 40)])
    assert triangle.sum() == 40 * 39 / 2


@given(st.floats(0, 180))
def test_a_turned_square_has_its_area_within_its_outline(angle: float) -> None:
    turn = np.deg2rad(angle)
    corners = [(math.sin(turn + k * math.pi / 2), math.cos(turn + k * math.pi / 2)) for k in range(4)]
    painted = polygon((101, 101), np.array(corners) * 40 + 50)
    assert abs(painted.sum() - 2 * 40**2) <= 0.75 * 4 * 40 * math.sqrt(2)


def test_a_lasso_that_crosses_itself_encloses_everything_unless_asked() -> None:
    star = [(50 + 40 * math.sin(k * 4 * math.pi / 5), 50 + 40 * math.cos(k * 4 * math.pi / 5)) for k in range(5)]
    assert polygon((101, 101), star)[50, 50]
    assert not polygon((101, 101), star, "even-odd")[50, 50]


def test_a_polygon_beyond_the_plane_is_cut() -> None:
    assert polygon((5, 6), [(-100, -100), (-100, 100), (100, 100), (100, -100)]).all()


@pytest.mark.parametrize("points", [[], [(1, 1)], [(1, 1), (9, 9)]])
def test_a_line_encloses_nothing(points: list) -> None:
    assert not polygon((12, 12), points).any()


@given(WHOLE, WHOLE, WHOLE, WHOLE)
def test_a_rectangle_holds_both_of_its_corners(y0: int, x0: int, y1: int, x1: int) -> None:
    painted = rectangle(SHAPE, (y0, x0), (y1, x1))
    rows = [y for y in range(SHAPE[0]) if min(y0, y1) <= y <= max(y0, y1)]
    columns = [x for x in range(SHAPE[1]) if min(x0, x1) <= x <= max(x0, x1)]
    assert painted.sum() == len(rows) * len(columns)
    assert painted[np.ix_(rows, columns)].all()


@pytest.mark.parametrize("angle", [0.0, 30.0, 90.0, -45.0])
def test_an_ellipse_is_its_closed_form(angle: float) -> None:
    y, x = np.mgrid[:61, :71] - np.array([30.0, 35.0])[:, None, None]
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    inside = ((y * c + x * s) / 11.3) ** 2 + ((x * c - y * s) / 23.7) ** 2 <= 1
    np.testing.assert_array_equal(ellipse((61, 71), (30, 35), (11.3, 23.7), angle), inside)


def test_a_circle_takes_the_centres_on_its_outline() -> None:
    # Gauss's circle problem: N(5) = 81, N(0) = 1
    assert ellipse((21, 21), (10, 10), (5, 5)).sum() == 81
    assert ellipse((21, 21), (10, 10), (0, 0)).sum() == 1


def test_an_ellipse_without_width_is_a_line() -> None:
    assert np.argwhere(ellipse((21, 21), (10, 10), (0, 4))).tolist() == [[10, x] for x in range(6, 15)]


@pytest.mark.parametrize(
    ("slices", "chosen"),
    [(3, [3]), (-1, [5]), (range(1, 3), [1, 2]), (slice(4, None), [4, 5]), (None, [0, 1, 2, 3, 4, 5])],
)
def test_a_plane_is_repeated_through_the_chosen_slices(slices: object, chosen: list[int]) -> None:
    plane = rectangle((7, 8), (2, 2), (4, 5))
    stack = expand_2d(plane, slices, depth=6)
    for z in range(6):
        np.testing.assert_array_equal(stack[z], plane if z in chosen else np.zeros_like(plane))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_plane_may_stand_on_any_axis(axis: int) -> None:
    plane = rectangle((7, 8), (2, 2), (4, 5))
    stack = expand_2d(plane, 3, depth=6, axis=axis)
    np.testing.assert_array_equal(np.take(stack, 3, axis=axis), plane)
    assert stack.sum() == plane.sum()


def test_impossible_shapes_are_refused() -> None:
    with pytest.raises(ParameterError, match="Slice 9"):
        expand_2d(np.ones((2, 2), bool), 9, depth=3)
    with pytest.raises(MaskError, match="no plane"):
        expand_2d(np.ones((2, 2, 2), bool), 0, depth=3)
    with pytest.raises(ParameterError, match="radii"):
        ellipse((5, 5), (1, 1), (-1, 2))
    with pytest.raises(ParameterError, match="draw it again"):
        polygon((5, 5), [(0, 0), (np.nan, 1), (3, 3)])
