"""Grow, shrink, feather and smooth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import ParameterError
from synthscope.imaging.masks import grids, morphology
from synthscope.imaging.masks.morphology import feather, grow, grow_or_shrink, shrink, smooth

MASKS_3D = hnp.arrays(bool, hnp.array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=8))
MASKS = st.one_of(MASKS_3D, hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12)))
STEP = st.sampled_from([0.1, 0.25, 0.4, 1.0, 1.7, 3.0])
RADIUS = st.floats(0, 5)


@st.composite
def masks_with_steps(draw: st.DrawFn) -> tuple[np.ndarray, tuple[float, ...]]:
    mask = draw(MASKS)
    return mask, tuple(draw(STEP) for _ in range(mask.ndim))


def distances(mask: np.ndarray, size: tuple[float, ...]) -> np.ndarray:
    """Distance of every voxel to the nearest painted one, by trying all."""
    every = np.indices(mask.shape).reshape(mask.ndim, -1).T * np.array(size)
    painted = np.argwhere(mask) * np.array(size)
    if len(painted) == 0:
        return np.full(mask.shape, np.inf)
    return np.linalg.norm(every[:, None] - painted[None], axis=2).min(axis=1).reshape(mask.shape)


@given(masks_with_steps(), RADIUS)
def test_grow_paints_exactly_what_is_within_the_radius(given_: tuple, radius: float) -> None:
    mask, size = given_
    far = distances(mask, size)
    grown = grow(mask, radius, size)
    assert not (grown & (far > radius * (1 + 1e-8))).any()
    assert not (~grown & (far <= radius)).any()


@given(masks_with_steps(), RADIUS)
def test_shrink_keeps_exactly_what_is_deeper_than_the_radius(given_: tuple, radius: float) -> None:
    mask, size = given_
    depth = distances(~mask, size)
    shrunk = shrink(mask, radius, size)
    assert not (shrunk & (depth <= radius)).any() or radius == 0
    assert not (mask & ~shrunk & (depth > radius * (1 + 1e-8))).any()
    assert not (shrunk & ~mask).any()


@given(masks_with_steps(), RADIUS)
def test_shrinking_what_was_grown_loses_nothing(given_: tuple, radius: float) -> None:
    mask, size = given_
    assert not (mask & ~shrink(grow(mask, radius, size), radius, size)).any()


@given(masks_with_steps(), RADIUS)
def test_growing_what_was_shrunk_adds_nothing(given_: tuple, radius: float) -> None:
    mask, size = given_
    assert not (grow(shrink(mask, radius, size), radius, size) & ~mask).any()


@given(masks_with_steps(), RADIUS)
def test_slabs_change_nothing(given_: tuple, radius: float) -> None:
    mask, size = given_
    whole = [f(mask, radius, size) for f in (grow, shrink, feather)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grids, "SLAB_VOXELS", 1)
        pieces = [f(mask, radius, size) for f in (grow, shrink, feather)]
    for one, many in zip(whole, pieces, strict=True):
        np.testing.assert_array_equal(one, many)


@pytest.mark.parametrize("size", [(1.0, 1.0, 1.0), (3.0, 1.0, 1.0), (2.5, 0.4, 0.7)])
@pytest.mark.parametrize("radius", [0.0, 1.0, 4.0, 5.3])
def test_a_grown_point_is_the_closed_ellipsoid(size: tuple[float, ...], radius: float) -> None:
    mask = np.zeros((21, 41, 41), bool)
    mask[10, 20, 20] = True
    z, y, x = np.ogrid[-10:11, -20:21, -20:21]
    ball = (z * size[0]) ** 2 + (y * size[1]) ** 2 + (x * size[2]) ** 2 <= radius**2 * (1 + 1e-8)
    np.testing.assert_array_equal(grow(mask, radius, size), ball)


def test_three_steps_of_a_tenth_are_within_three_tenths() -> None:
    mask = np.zeros((1, 9), bool)
    mask[0, 4] = True
    assert grow(mask, 0.3, (0.1, 0.1)).sum() == 7
    assert shrink(~mask, 0.3, (0.1, 0.1)).sum() == 2


def test_shrink_does_not_eat_from_the_border_of_the_image() -> None:
    assert shrink(np.ones((6, 6), bool), 2).all()


def test_a_small_mask_in_a_large_stack_is_worked_on_in_its_box(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = morphology.ndimage.distance_transform_edt

    def watched(array: np.ndarray, **keywords: object) -> np.ndarray:
        seen.append(array.size)
        return real(array, **keywords)

    monkeypatch.setattr(morphology.ndimage, "distance_transform_edt", watched)
    mask = np.zeros((60, 300, 300), bool)
    mask[30, 150:153, 150:153] = True
    grow(mask, 2, (1, 1, 1))
    assert seen == [5 * 7 * 7]


@given(masks_with_steps(), RADIUS)
def test_feather_is_a_weight_within_the_mask_only(given_: tuple, width: float) -> None:
    mask, size = given_
    weights = feather(mask, width, size)
    depth = distances(~mask, size)
    assert weights.dtype == np.float32
    assert not weights[~mask].any()
    assert (weights[mask & (depth > 1e-3 * width)] > 0).all()
    assert ((weights >= 0) & (weights <= 1)).all()
    assert (weights[mask & (depth >= width)] == 1).all()


def test_feather_follows_the_raised_cosine_of_the_physical_depth() -> None:
    mask = np.zeros((3, 30), bool)
    mask[:, 10:] = True
    weights = feather(mask, 4.0, (9.0, 0.5))
    depth = np.minimum((np.arange(10, 30) - 9) * 0.5, 4.0)
    np.testing.assert_allclose(weights[1, 10:], (1 - np.cos(np.pi * depth / 4)) / 2, atol=1e-6)


def test_smooth_leaves_a_straight_border_and_rounds_a_corner() -> None:
    mask = np.zeros((60, 60), bool)
    mask[:, :30] = True
    np.testing.assert_array_equal(smooth(mask, 3), mask)
    mask[30:] = False
    smoothed = smooth(mask, 3)
    assert not smoothed[29, 29]
    np.testing.assert_array_equal(smoothed[:, :10], mask[:, :10])


def test_smooth_removes_threads_and_pits_and_keeps_a_disc() -> None:
    y, x = np.ogrid[:80, :80]
    disc = (y - 40) ** 2 + (x - 40) ** 2 <= 20**2
    rough = disc.copy()
    rough[40, 40] = False
    rough[5, :] = True
    smoothed = smooth(rough, 2.0)
    assert np.count_nonzero(smoothed ^ disc) < 0.03 * disc.sum()
    assert smoothed[40, 40]
    assert not smoothed[5].any()


@given(masks_with_steps(), RADIUS)
@settings(max_examples=30)
def test_nothing_of_the_input_is_altered(given_: tuple, radius: float) -> None:
    mask, size = given_
    before = mask.copy()
    for operation in (grow, shrink, smooth, feather):
        operation(mask, radius, size)
    np.testing.assert_array_equal(mask, before)


def test_a_negative_distance_shrinks() -> None:
    mask = np.zeros((20, 20), bool)
    mask[5:15, 5:15] = True
    assert grow_or_shrink(mask, -2).sum() == 36
    assert grow_or_shrink(mask, 1).sum() == 100 + 40


@pytest.mark.parametrize("operation", [grow, shrink, smooth, feather])
@pytest.mark.parametrize("radius", [-1.0, np.nan, np.inf])
def test_an_impossible_radius_is_refused(operation: object, radius: float) -> None:
    with pytest.raises(ParameterError, match="at least 0"):
        operation(np.ones((3, 3), bool), radius)
