from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import InputError
from synthscope.imaging.regions import (
    block_space,
    context_margin,
    from_block,
    image_to_mask,
    mask_to_image,
    moments,
    painted,
    spread_mask,
    to_block,
    whole,
    widened,
)
from synthscope.records.request import Region
from synthscope.records.space import Space

AXES = ["yx", "zyx", "yxs", "zyxs", "cyx", "czyx", "tyx", "zcyx", "xy", "yxz", "tczyx"]


@st.composite
def spaces_and_shapes(draw: st.DrawFn) -> tuple[Space, tuple[int, ...]]:
    space = Space(draw(st.sampled_from(AXES)))
    shape = tuple(1 if a == "t" and "z" in space.axes else draw(st.integers(1, 5)) for a in space.axes)
    return space, shape


@given(spaces_and_shapes())
def test_a_block_goes_back_to_what_it_was(case: tuple[Space, tuple[int, ...]]) -> None:
    space, shape = case
    pixels = np.arange(np.prod(shape)).reshape(shape)
    block = to_block(pixels, space)
    assert block.ndim == 4
    np.testing.assert_array_equal(from_block(block, space, shape), pixels)


@given(spaces_and_shapes())
def test_a_block_has_depth_rows_columns_then_the_rest(case: tuple[Space, tuple[int, ...]]) -> None:
    space, shape = case
    sizes = dict(zip(space.axes, shape, strict=True))
    depth = sizes.get("z", sizes.get("t", 1))
    assert to_block(np.zeros(shape), space).shape[:3] == (depth, sizes["y"], sizes["x"])


@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=4, max_side=5)))
def test_the_painted_box_is_the_smallest(mask: np.ndarray) -> None:
    box = painted(mask)
    if box is None:
        assert not mask.any()
        return
    assert mask[box.slices].sum() == mask.sum()
    for axis in range(mask.ndim):
        inside = np.moveaxis(mask[box.slices], axis, 0)
        assert inside[0].any()
        assert inside[-1].any()


def test_a_widened_box_stays_in_the_array() -> None:
    assert widened(Region((1, 5), (3, 9)), (4, 2), (10, 10)) == Region((0, 3), (7, 10))


def test_context_is_as_wide_in_every_direction() -> None:
    space = Space("zcyx", (3.0, 1.0, 0.5, 0.5), "µm")
    assert context_margin(space, 60) == (10, 0, 60, 60)


def test_boxes_go_between_mask_and_image() -> None:
    space = Space("zyxs")
    box = Region((1, 2, 3), (2, 4, 6))
    image = mask_to_image(box, space, (5, 6, 7, 3))
    assert image == Region((1, 2, 3, 0), (2, 4, 6, 3))
    assert image_to_mask(image, space) == box
    assert spread_mask(np.zeros((5, 6, 7), bool), space).shape == (5, 6, 7, 1)


def test_a_series_of_pictures_weighs_its_neighbours_alike_in_every_unit() -> None:
    for step in (0.0005, 0.5, 500.0):
        space = Space("tyx", (30.0, step, 2 * step))
        assert np.allclose(np.array(block_space(space).voxel_size) / step, (1, 1, 2, 1 / step))


def test_a_series_of_stacks_is_cut_into_moments() -> None:
    parts = list(moments(whole((3, 4, 5, 6)), Space("tzyx")))
    assert [part.slices[0] for part in parts] == [slice(0, 1), slice(1, 2), slice(2, 3)]
    assert list(moments(whole((3, 5, 6)), Space("tyx"))) == [whole((3, 5, 6))]
    with pytest.raises(InputError, match="several time points"):
        to_block(np.zeros((3, 4, 5, 6)), Space("tzyx"))
