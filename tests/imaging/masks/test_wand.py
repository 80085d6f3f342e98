"""The magic wand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.segmentation import flood

from synthscope.errors import ParameterError
from synthscope.imaging.masks import wand as wand_module
from synthscope.imaging.masks.wand import wand, wand_box


@given(st.data(), st.integers(0, 4), st.sampled_from(["faces", "full"]), st.integers(1, 5))
def test_the_region_is_the_flood_from_the_seed(
    data: st.DataObject, tolerance: int, connectivity: str, reach: int
) -> None:
    shape = data.draw(hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=8))
    pixels = data.draw(hnp.arrays(np.uint8, shape, elements=st.integers(0, 5)))
    seed = tuple(data.draw(st.integers(0, n - 1)) for n in shape)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wand_module, "_FIRST_REACH", reach)
        found = wand(pixels, seed, tolerance, connectivity=connectivity)
    expected = flood(
        pixels.astype(int), seed, connectivity=1 if connectivity == "faces" else len(shape), tolerance=tolerance
    )
    np.testing.assert_array_equal(found, expected)


def test_tolerance_zero_takes_all_of_a_constant_image() -> None:
    assert wand(np.full((3, 90, 80), 1234, np.uint16), (1, 5, 5), 0).all()


def test_dark_unsigned_values_do_not_wrap_around() -> None:
    pixels = np.array([[0, 1, 255, 254]], np.uint8)
    assert wand(pixels, (0, 0), 2).tolist() == [[True, True, False, False]]
    assert wand(pixels, (0, 2), 2).tolist() == [[False, False, True, True]]


def test_in_slice_stays_in_the_slice_of_the_seed() -> None:
    selected = wand(np.zeros((5, 200, 200)), (2, 100, 100), 0.1, in_slice=True)
    assert selected.sum(axis=(1, 2)).tolist() == [0, 0, 40000, 0, 0]


def test_a_small_region_of_a_large_image_is_read_around_the_seed_only() -> None:
    pixels = np.zeros((4000, 4000), np.uint8)
    pixels[2000:2010, 2000:2010] = 9
    box, region = wand_box(pixels, (2005, 2005), 0)
    assert region.sum() == 100
    assert region.size == 65 * 65
    assert box == (slice(1973, 2038), slice(1973, 2038))


def test_a_seed_that_is_no_number_selects_nothing() -> None:
    pixels = np.zeros((4, 4))
    pixels[1, 1] = np.nan
    assert not wand(pixels, (1, 1), 1).any()


@pytest.mark.parametrize("seed", [(4, 0), (-1, 0), (0,), (0, 0, 0)])
def test_a_seed_outside_the_image_is_refused(seed: tuple[int, ...]) -> None:
    with pytest.raises(ParameterError, match="click inside"):
        wand(np.zeros((4, 4)), seed, 1)


def test_a_negative_tolerance_is_refused() -> None:
    with pytest.raises(ParameterError, match="tolerance"):
        wand(np.zeros((4, 4)), (0, 0), -1)
