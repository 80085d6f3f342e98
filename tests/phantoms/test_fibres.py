from __future__ import annotations

import numpy as np
import pytest

from synthscope.phantoms.fibres import Fibres, Preform, lay_fibres, surface_distance
from synthscope.phantoms.packing import largest_overlap

PREFORM = Preform(radius=5.0, gap=2.0, filling=0.6, waviness=0.1)


@pytest.fixture(scope="module")
def fibres() -> Fibres:
    return lay_fibres(160, PREFORM, np.random.default_rng(4))


def one_fibre(radius: float, shape: tuple[float, ...] = (0, 0, 0, 0)) -> Fibres:
    return Fibres(
        np.array([[20.0, 20.0]]),
        np.zeros((1, 2)),
        np.array([[0.0, 50.0, 0.0]]),
        np.array([radius]),
        np.array([shape], float),
        np.zeros(1, int),
    )


def test_fibres_hardly_overlap_in_the_first_slice(fibres: Fibres) -> None:
    for tow in np.unique(fibres.tows):
        mine = fibres.tows == tow
        assert largest_overlap(fibres.positions(0.0)[mine], fibres.radii[mine]) < 0.2


def test_fibres_drift_with_their_tow(fibres: Fibres) -> None:
    moved = fibres.positions(20.0) - fibres.positions(0.0)
    for tow in np.unique(fibres.tows):
        mine = moved[fibres.tows == tow]
        assert np.linalg.norm(mine.mean(axis=0)) > 2 * mine.std(axis=0).max()


def test_drift_is_slow_from_slice_to_slice(fibres: Fibres) -> None:
    assert np.abs(fibres.positions(7.0) - fibres.positions(6.0)).max() < 1.0


@pytest.mark.parametrize("step", [1.0, 0.5])
def test_distance_to_a_round_fibre_is_exact(step: float) -> None:
    distance, number = surface_distance(one_fibre(6.0), 0.0, 40, step, reach=8.0)
    size = round(40 / step)
    where = (np.arange(size) + 0.5) * step - 20.0
    exact = np.minimum(np.hypot(where[:, None], where[None, :]) - 6.0, 8.0)
    assert np.allclose(distance, exact, atol=1e-4)
    assert np.array_equal(number > 0, exact < 8.0)


def test_harmonics_keep_the_area_to_second_order() -> None:
    """The area of r = R (1 + e(t)) is pi R^2 (1 + mean of e^2)."""
    distance, _ = surface_distance(one_fibre(9.0, (0.05, 0.0, 0.0, 0.08)), 0.0, 40, 0.1, reach=4.0)
    expected = np.pi * 81.0 * (1 + 0.5 * (0.05**2 + 0.08**2))
    assert np.sum(distance < 0) * 0.01 == pytest.approx(expected, rel=0.002)


def test_a_fibre_outside_the_image_leaves_no_trace() -> None:
    far = one_fibre(3.0)
    distance, number = surface_distance(
        Fibres(far.centres + 500, far.slopes, far.bends, far.radii, far.shapes, far.tows), 0.0, 40, 1.0, 5.0
    )
    assert np.all(distance == 5.0)
    assert not number.any()
