"""Distances to the end of a phase that is nowhere far are those of the general transform."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from synthscope.imaging.near_distances import REACH, near_squared_distances
from synthscope.imaging.thickness import local_thickness

SHAPES = st.tuples(st.integers(1, 7), st.integers(1, 9), st.integers(1, 40))


@settings(max_examples=60, deadline=None)
@given(phase=SHAPES.flatmap(lambda shape: arrays(bool, shape)).filter(lambda phase: not phase.all()))
def test_squares_are_those_of_the_general_transform(phase: np.ndarray) -> None:
    expected = ndimage.distance_transform_edt(phase) ** 2
    found = near_squared_distances(phase)
    if found is None:
        assert expected.max() > REACH**2
    else:
        assert np.array_equal(found, np.rint(expected))


@pytest.mark.parametrize("sigma", [1.0, 3.0, 6.0])
def test_squares_of_blobs_are_exact(sigma: float) -> None:
    noise = ndimage.gaussian_filter(np.random.default_rng(5).standard_normal((40, 60, 70)), sigma)
    phase = noise > np.median(noise)
    found = near_squared_distances(phase)
    assert found is not None
    assert np.array_equal(found, np.rint(ndimage.distance_transform_edt(phase) ** 2))


def test_a_ball_that_is_larger_is_left_to_the_general_transform() -> None:
    grid = np.mgrid[:81, :81, :81] - 40
    radius = np.sqrt((grid**2).sum(axis=0))
    for large in (REACH - 1, REACH + 3):
        phase = radius < large
        assert (near_squared_distances(phase) is None) == (large > REACH)
        assert local_thickness(phase).max() == large


def test_what_has_no_end_near_has_no_distance() -> None:
    phase = np.ones((1, 3, 2 * REACH + 40), bool)
    phase[..., 0] = False
    assert near_squared_distances(phase) is None
    assert near_squared_distances(np.zeros((2, 3, 4), bool)) is not None
