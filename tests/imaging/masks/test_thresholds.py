"""Ranges, automatic thresholds and phases."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.filters import threshold_multiotsu, threshold_otsu

from synthscope.errors import ParameterError
from synthscope.imaging.masks.thresholds import (
    Phases,
    find_phases,
    otsu_threshold,
    phase_mask,
    threshold_range,
    two_phases,
    widest_apart,
)

SMALL = hnp.arrays(np.uint8, (6, 6), elements=st.integers(0, 12))
DTYPES = st.sampled_from([np.uint8, np.int16, np.uint16, np.uint32, np.int64, np.float32, np.float64])


@given(st.data(), DTYPES, st.floats(-1e4, 1e5), st.floats(-1e4, 1e5))
def test_a_range_holds_what_lies_between_its_ends(data: st.DataObject, dtype: type, a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    elements = hnp.from_dtype(np.dtype(dtype), allow_nan=False)
    pixels = data.draw(hnp.arrays(dtype, (4, 5), elements=elements))
    expected = [[low <= value <= high for value in row] for row in pixels.tolist()]
    np.testing.assert_array_equal(threshold_range(pixels, low, high), expected)


def test_an_open_range_takes_everything_but_nan() -> None:
    pixels = np.array([[np.nan, -np.inf], [np.inf, 0.0]])
    assert threshold_range(pixels).tolist() == [[False, True], [True, True]]
    assert threshold_range(np.array([[0, 255]], np.uint8), None, 1e300).all()


def test_large_whole_numbers_are_not_rounded() -> None:
    pixels = np.array([[2**53, 2**53 + 1]], np.int64)
    assert threshold_range(pixels, 2**53, 2**53).tolist() == [[True, False]]


@pytest.mark.parametrize(("low", "high"), [(2.0, 1.0), (np.nan, 1.0)])
def test_a_range_without_values_is_refused(low: float, high: float) -> None:
    with pytest.raises(ParameterError, match="lower end"):
        threshold_range(np.zeros((2, 2)), low, high)


def within_variance(pixels: np.ndarray, thresholds: tuple[float, ...]) -> float:
    groups = np.digitize(pixels.ravel(), np.array(thresholds), right=True)
    return sum(pixels.ravel()[groups == g].var() * (groups == g).sum() for g in np.unique(groups))


@given(SMALL, st.integers(2, 4))
def test_phases_have_the_least_variance_of_all_thresholds(pixels: np.ndarray, count: int) -> None:
    values = np.unique(pixels)
    if len(values) < count:
        with pytest.raises(ParameterError, match="distinct"):
            find_phases(pixels, count)
        return
    found = within_variance(pixels.astype(float), find_phases(pixels, count).thresholds)
    every = itertools.combinations(values[:-1].tolist(), count - 1)
    assert found == pytest.approx(min(within_variance(pixels.astype(float), t) for t in every), abs=1e-6)


def test_otsu_agrees_with_scikit_image_on_real_pixels(real_data: Path) -> None:
    soil = tifffile.imread(real_data / "rock_soil_microct/soil_core_stack/bean_bucket_0030.tif")
    assert otsu_threshold(soil) == threshold_otsu(soil)
    ours, theirs = find_phases(soil, 3).thresholds, threshold_multiotsu(soil, 3)
    assert np.abs(np.array(ours) - theirs).max() <= 1
    shale = tifffile.imread(real_data / "rock_soil_microct/shale_slice_uint16.tif")
    assert otsu_threshold(shale) == pytest.approx(threshold_otsu(shale), abs=300)  # bins of 65407 / 256


def test_three_separate_phases_are_found_and_named_by_a_click(rng: np.random.Generator) -> None:
    truth = rng.integers(0, 3, (20, 50, 50))
    pixels = np.array([0.1, 0.5, 2.0])[truth] + rng.normal(0, 0.02, truth.shape)
    phases = find_phases(pixels.astype(np.float32), 3)
    for k in range(3):
        np.testing.assert_array_equal(phase_mask(pixels.astype(np.float32), phases, k), truth == k)
    assert [phases.at(v) for v in (0.12, 0.48, 5.0)] == [0, 1, 2]
    assert sum(phases.fractions) == pytest.approx(1)


@given(SMALL, st.integers(2, 4))
def test_phases_divide_the_image_among_them(pixels: np.ndarray, count: int) -> None:
    if len(np.unique(pixels)) < count:
        return
    phases = find_phases(pixels, count)
    masks = np.stack([phase_mask(pixels, phases, k) for k in range(count)])
    np.testing.assert_array_equal(masks.sum(axis=0), 1)
    np.testing.assert_allclose(masks.mean(axis=(1, 2)), phases.fractions)
    for index in np.ndindex(pixels.shape):
        assert masks[(phases.at(float(pixels[index])), *index)]


def test_a_large_stack_is_sampled_on_a_grid() -> None:
    pixels = np.zeros((10, 1000, 1000), np.uint8)
    pixels[:, :, 300:] = 200
    phases = find_phases(pixels, 2)
    assert phases.thresholds == (0.0,)
    assert phases.fractions[0] == pytest.approx(0.3, abs=0.01)


def test_values_that_are_not_finite_are_left_out() -> None:
    pixels = np.array([[0.0, 1.0, np.nan], [0.0, 1.0, np.inf]])
    assert 0 <= otsu_threshold(pixels) < 1


def test_one_grey_value_has_no_threshold() -> None:
    with pytest.raises(ParameterError, match="distinct grey values"):
        otsu_threshold(np.full((4, 4), 7, np.uint8))


@pytest.mark.parametrize("count", [0, 1, 7])
def test_an_impossible_number_of_phases_is_refused(count: int) -> None:
    with pytest.raises(ParameterError, match="2 to 6"):
        find_phases(np.arange(16).reshape(4, 4), count)


@pytest.mark.parametrize("phase", [-1, 2])
def test_a_phase_that_is_not_there_is_refused(phase: int) -> None:
    with pytest.raises(ParameterError, match="from 0 to 1"):
        phase_mask(np.zeros((2, 2)), Phases((0.5,), (0.5, 0.5)), phase)


def test_a_threshold_tells_its_fraction_and_its_share_of_the_variance():
    values = np.array([0.0, 0, 0, 10])
    assert two_phases(values, 5) == (0.25, pytest.approx(1))
    noise = np.random.default_rng(0).normal(size=100_000)
    fraction, separation = two_phases(noise, 0.0)
    assert fraction == pytest.approx(0.5, abs=0.01)
    assert separation == pytest.approx(2 / np.pi, abs=0.01)  # of a normal distribution cut in its middle
    assert two_phases(values, 99) == (0, 0)


def test_a_threshold_moves_to_the_middle_of_its_gap_and_tells_the_same_apart():
    values = np.array([0, 1, 1, 200, 255])
    assert widest_apart(values, otsu_threshold(values)) == 100.5
    assert widest_apart(values, 300.0) == 300
    dense = np.random.default_rng(1).integers(0, 256, 10_000)
    moved = widest_apart(dense, 120.0)
    assert np.array_equal(dense > moved, dense > 120)
