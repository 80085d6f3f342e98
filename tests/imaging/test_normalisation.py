"""The normalisation is one map: invertible, recorded, counted."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import InputError
from synthscope.imaging.normalisation import Clipped, Normalisation, fit_normalisation
from synthscope.records.documents import from_json, to_json

finite = st.floats(-1e6, 1e6)


@given(low=finite, width=st.floats(1e-3, 1e6), value=st.floats(-1e6, 1e6))
def test_the_inverse_undoes_the_map(low, width, value):
    norm = Normalisation(low, low + width)
    back = norm.inverse(norm.forward(np.array([value])))[0]
    assert back == pytest.approx(value, rel=1e-9, abs=1e-9 * max(abs(low), width, 1))


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "float32"])
def test_pixels_come_back_bit_for_bit(dtype, rng):
    pixels = rng.integers(0, 200, size=(4, 9, 9)).astype(dtype)
    norm = fit_normalisation(pixels)
    back, clipped = norm.restored(norm.forward(pixels), pixels.dtype)
    assert back.tobytes() == pixels.tobytes()
    assert clipped == Clipped(0, 0, pixels.size)


def test_it_survives_json():
    norm = fit_normalisation(np.arange(1000, dtype=np.uint16).reshape(10, 100))
    assert from_json(Normalisation, json.loads(json.dumps(to_json(norm)))) == norm


def test_all_sixteen_bits_are_told_apart():
    pixels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    norm = fit_normalisation(pixels, percentiles=(0, 100))
    assert (norm.low, norm.high) == (0, 65535)
    assert np.array_equal(norm.restored(norm.forward(pixels), pixels.dtype)[0], pixels)


def test_percentiles_leave_out_the_extremes():
    pixels = np.full((100, 100), 100, dtype=np.uint16)
    pixels[:50] = 200
    pixels[0, :3] = 65000
    norm = fit_normalisation(pixels, percentiles=(1, 99))
    assert (norm.low, norm.high) == (100, 200)


def test_the_map_is_that_of_the_stack_and_not_of_a_slice(rng):
    stack = np.stack([rng.integers(0, 10, (8, 8)), rng.integers(500, 510, (8, 8))]).astype(np.uint16)
    norm = fit_normalisation(stack, percentiles=(0, 100))
    assert norm.low < 10
    assert norm.high >= 500


def test_what_does_not_fit_is_counted_and_clipped():
    norm = Normalisation(0, 200)
    values = np.array([-2.0, -1.0, 0.0, 1.0, 3.0, 9.0])
    restored, clipped = norm.restored(values, np.dtype("uint8"))
    assert restored.tolist() == [0, 0, 100, 200, 255, 255]
    assert clipped == Clipped(1, 2, 6)
    assert norm.restored(values, np.dtype("uint8"), (50, 150))[0].max() == 150


def test_a_constant_image_and_values_that_are_not_finite_are_mapped():
    assert fit_normalisation(np.full((3, 3), 7, dtype=np.uint8)) == Normalisation(6.5, 7.5)
    with_gaps = np.array([[np.nan, 1.0], [5.0, np.inf]])
    assert fit_normalisation(with_gaps, percentiles=(0, 100)) == Normalisation(1.0, 5.0)


@pytest.mark.parametrize("bounds", [(1.0, 1.0), (2.0, 1.0), (float("nan"), 1.0), (0.0, float("inf"))])
def test_a_map_that_cannot_be_undone_is_refused(bounds):
    with pytest.raises(InputError, match="low < high"):
        Normalisation(*bounds)


def test_an_image_of_nothing_is_refused():
    with pytest.raises(InputError, match="holds no value that is a number"):
        fit_normalisation(np.full((2, 2), np.nan))


def test_values_that_are_not_numbers_are_not_restored():
    with pytest.raises(InputError, match="not numbers"):
        Normalisation(0, 1).restored(np.array([np.nan]), np.dtype("uint8"))
