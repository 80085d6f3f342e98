"""Boxes and the reading of masks and voxel sizes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import MaskError, ParameterError
from synthscope.imaging.masks import grids

MASKS = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=7))


class ReadsSlabs:
    """A lazy array that says how much was read at once."""

    def __init__(self, array: np.ndarray) -> None:
        self.array, self.largest = array, 0

    shape = property(lambda self: self.array.shape)
    dtype = property(lambda self: self.array.dtype)
    ndim = property(lambda self: self.array.ndim)

    def __getitem__(self, key: object) -> np.ndarray:
        part = self.array[key]
        self.largest = max(self.largest, part.size)
        return part


@given(MASKS)
def test_painted_box_is_the_smallest_box(mask: np.ndarray) -> None:
    box = grids.painted_box(mask)
    if box is None:
        assert not mask.any()
        return
    assert mask[box].sum() == mask.sum()
    for axis in range(mask.ndim):
        assert np.take(mask[box], 0, axis=axis).any()
        assert np.take(mask[box], -1, axis=axis).any()


@given(MASKS)
def test_painted_box_of_many_slabs_is_that_of_one(mask: np.ndarray) -> None:
    whole = grids.painted_box(mask)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grids, "SLAB_VOXELS", 1)
        assert grids.painted_box(mask) == whole


def test_painted_box_of_a_lazy_mask_reads_one_slab_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "SLAB_VOXELS", 300)
    mask = ReadsSlabs(np.zeros((50, 10, 10), dtype=np.uint8))
    mask.array[30, 2:5, 7] = 9
    assert grids.painted_box(mask) == (slice(30, 31), slice(2, 5), slice(7, 8))
    assert mask.largest == 300


@given(st.integers(1, 60), st.integers(1, 40), st.integers(0, 9), st.integers(1, 200))
def test_slabs_tile_the_first_axis(length: int, width: int, overlap: int, voxels: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grids, "SLAB_VOXELS", voxels)
        pieces = list(grids.slabs((length, width), overlap))
    assert [i for a, b in pieces for i in range(a, b)] == list(range(length))


def test_labels_and_floats_are_read_as_masks() -> None:
    assert grids.as_mask(np.array([[0, 3], [255, 0]], np.uint8)).tolist() == [[False, True], [True, False]]
    assert grids.as_mask(np.array([[np.nan, 0.5], [0.0, 1.0]])).tolist() == [[False, True], [False, True]]


@pytest.mark.parametrize("shape", [(3,), (2, 2, 2, 2)])
def test_a_mask_of_one_or_four_axes_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(MaskError, match=r"\(Z, Y, X\)"):
        grids.as_mask(np.zeros(shape, bool))


@pytest.mark.parametrize("size", [(1.0,), (1.0, 0.0), (1.0, -1.0), (1.0, np.inf), (np.nan, 1.0)])
def test_an_impossible_voxel_size_is_refused(size: tuple[float, ...]) -> None:
    with pytest.raises(ParameterError, match="2 positive numbers"):
        grids.steps(size, 2)


def test_neighbourhoods_have_the_textbook_sizes() -> None:
    sizes = {(n, c): int(grids.structure(n, c).sum()) for n in (2, 3) for c in ("faces", "full")}
    assert sizes == {(2, "faces"): 5, (2, "full"): 9, (3, "faces"): 7, (3, "full"): 27}


def test_joined_and_grown_boxes_stay_in_the_array() -> None:
    box = grids.joined_box((slice(2, 3), slice(4, 5)), (slice(1, 2), slice(6, 8)))
    assert box == (slice(1, 3), slice(4, 8))
    assert grids.grown_box(box, (4, 9), (2, 2)) == (slice(0, 4), slice(2, 9))
