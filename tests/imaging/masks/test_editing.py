"""Operations done in place, in a box."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import MaskError
from synthscope.imaging.masks.editing import edit
from synthscope.imaging.masks.history import MaskHistory
from synthscope.imaging.masks.holes import fill_holes, invert, remove_specks
from synthscope.imaging.masks.morphology import grow, shrink, smooth

SIZE = (2.0, 0.5, 0.7)
OPERATIONS: list[tuple[Callable, float]] = [
    (partial(grow, radius=1.3, voxel_size=SIZE), 1.3),
    (partial(shrink, radius=0.8, voxel_size=SIZE), 0.8),
    (partial(smooth, radius=0.6, voxel_size=SIZE), 4.5 * 0.6),
    (fill_holes, 0.0),
    (partial(fill_holes, per_slice=False), 0.0),
    (partial(remove_specks, smallest=3), 0.0),
]


@given(
    hnp.arrays(bool, hnp.array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=7)),
    st.tuples(*[st.integers(0, 4)] * 3),
    st.sampled_from(OPERATIONS),
)
def test_an_edit_in_the_box_is_that_of_the_whole_mask_and_can_be_undone(
    patch: np.ndarray, corner: tuple[int, ...], chosen: tuple[Callable, float]
) -> None:
    operation, reach = chosen
    mask = np.zeros((12, 13, 14), bool)
    mask[tuple(slice(c, c + n) for c, n in zip(corner, patch.shape, strict=True))] = patch
    before, expected = mask.copy(), operation(mask)
    history = MaskHistory()
    change = edit(mask, "edit", operation, history, reach=reach, voxel_size=SIZE)
    np.testing.assert_array_equal(mask, expected)
    assert (change is None) == np.array_equal(before, expected)
    history.undo(mask)
    np.testing.assert_array_equal(mask, before)


def test_one_slice_can_be_edited_by_itself() -> None:
    mask, history = np.zeros((3, 5, 5), np.uint8), MaskHistory()
    edit(mask, "invert slice", invert, history, box=(slice(1, 2), slice(0, 5), slice(0, 5)))
    assert mask.sum(axis=(1, 2)).tolist() == [0, 25, 0]


def test_labels_that_stay_painted_keep_their_number() -> None:
    labels, history = np.zeros((7, 7), np.uint16), MaskHistory()
    labels[3, 3] = 9
    edit(labels, "grow", partial(grow, radius=1), history, reach=1)
    assert labels[3, 3] == 9
    assert labels.sum() == 13


def test_only_the_box_of_a_huge_mask_is_written(tmp_path) -> None:
    mask = np.memmap(tmp_path / "mask.raw", np.uint8, "w+", shape=(200, 400, 400))
    mask[100, 200, 200] = 1
    history = MaskHistory()
    change = edit(mask, "grow", partial(grow, radius=2), history, reach=2)
    assert change.box == (slice(98, 103), slice(198, 203), slice(198, 203))
    assert int(mask[95:106].sum()) == 33


def test_an_empty_mask_is_left_and_another_shape_is_refused() -> None:
    history = MaskHistory()
    assert edit(np.zeros((4, 4), bool), "grow", partial(grow, radius=1), history) is None
    with pytest.raises(MaskError, match="gave a mask of shape"):
        edit(np.ones((4, 4), bool), "cut", lambda part: part[:2], history)
