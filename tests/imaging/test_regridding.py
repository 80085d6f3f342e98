"""Larger grids: known voxels keep their place, what is new is marked, means undo what was made finer."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synthscope.imaging.regridding import averaged, between, frame, framed, interleaved

sides = st.integers(1, 5)
pairs = st.tuples(st.integers(0, 4), st.integers(0, 4))


def counted(shape: tuple[int, ...]) -> np.ndarray:
    return np.arange(1, 1 + int(np.prod(shape)), dtype=np.uint16).reshape(shape)


@given(st.tuples(sides, sides, sides), pairs, pairs)
def test_a_frame_surrounds_the_known_voxels_and_marks_all_else(shape, rows, columns):
    margins = {"y": rows, "x": columns}
    pixels = counted(shape)
    larger, new = framed(pixels, "zyx", margins), frame(shape, "zyx", margins)
    assert larger.shape == new.shape == (shape[0], shape[1] + sum(rows), shape[2] + sum(columns))
    assert larger.dtype == pixels.dtype
    inside = (slice(None), slice(rows[0], rows[0] + shape[1]), slice(columns[0], columns[0] + shape[2]))
    assert np.array_equal(larger[inside], pixels)
    assert not new[inside].any()
    assert new.sum() == new.size - pixels.size
    assert not larger[new].any()


@given(st.tuples(sides, sides, sides), st.integers(0, 2), st.integers(1, 5))
def test_interleaved_slices_lie_a_factor_apart_and_all_between_is_marked(shape, axis, factor):
    pixels = counted(shape)
    larger, new = interleaved(pixels, axis, factor), between(shape, axis, factor)
    assert larger.shape == new.shape
    assert larger.shape[axis] == (shape[axis] - 1) * factor + 1
    assert np.array_equal(np.moveaxis(larger, axis, 0)[::factor], np.moveaxis(pixels, axis, 0))
    assert np.array_equal(larger != 0, ~new)


@given(st.tuples(sides, sides, sides), st.tuples(*(st.integers(1, 3),) * 3))
def test_the_mean_of_repeated_voxels_is_the_voxel(shape, factors):
    pixels = counted(shape)
    finer = pixels
    for axis, factor in enumerate(factors):
        finer = finer.repeat(factor, axis)
    assert np.array_equal(averaged(finer, factors), pixels)
