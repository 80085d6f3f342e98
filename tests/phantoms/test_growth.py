from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthscope.phantoms.growth import TAP, Habit, Root, grow

HABIT = Habit(length=100, diameter=1.0, spacing=4, lateral_length=30, wander=0.1, tropism=0.05, orders=3)
SHEET = (200.0, 150.0)


@pytest.fixture(scope="module")
def roots() -> tuple[Root, ...]:
    return grow(HABIT, SHEET, 0.5, np.random.default_rng(1))


def test_a_tap_root_that_has_room_is_as_long_as_wanted(roots: tuple[Root, ...]) -> None:
    assert roots[0].order == TAP
    assert roots[0].length == pytest.approx(100.0)


def test_without_wandering_a_root_grows_straight_down(rng: np.random.Generator) -> None:
    tap = grow(replace(HABIT, wander=0.0, tropism=2.0, orders=1), SHEET, 0.5, rng)[0]
    down = tap.points[-1] - tap.points[len(tap.points) // 2]
    assert abs(down[1]) < 1e-6 * down[0]


def test_laterals_leave_from_a_point_of_their_parent(roots: tuple[Root, ...]) -> None:
    for root in roots[1:]:
        parent = roots[root.parent]
        assert root.order == parent.order + 1
        assert np.min(np.linalg.norm(parent.points - root.points[0], axis=1)) < 1e-9


def test_all_three_orders_grow_and_are_ever_thinner(roots: tuple[Root, ...]) -> None:
    thick = [np.mean([root.diameters[0] for root in roots if root.order == order]) for order in (1, 2, 3)]
    assert thick[0] > thick[1] > thick[2]


def test_roots_taper(roots: tuple[Root, ...]) -> None:
    assert all(root.diameters[0] >= root.diameters[-1] for root in roots)
    assert np.all(np.diff(roots[0].diameters) <= 1e-12)


def test_roots_stay_on_the_sheet() -> None:
    small = (40.0, 20.0)
    for root in grow(HABIT, small, 0.5, np.random.default_rng(2)):
        assert np.all(root.points >= 0)
        assert np.all(root.points <= small)


@pytest.mark.parametrize("orders", [1, 2])
def test_no_more_orders_grow_than_wanted(orders: int) -> None:
    found = grow(replace(HABIT, orders=orders), SHEET, 0.5, np.random.default_rng(1))
    assert max(root.order for root in found) == orders


def test_length_is_that_of_the_polyline() -> None:
    assert Root(np.array([[0.0, 0], [3, 4], [3, 10]]), np.ones(3), 1, -1).length == pytest.approx(11.0)
