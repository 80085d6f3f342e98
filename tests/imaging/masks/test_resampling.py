"""Masks brought from one grid to another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import MaskError
from synthscope.imaging.masks import grids
from synthscope.imaging.masks.resampling import affine_of, resample_mask

MASKS = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=7))


def by_voxel(mask: np.ndarray, to_world: np.ndarray, shape: tuple[int, ...], from_image: np.ndarray) -> np.ndarray:
    """Take every image voxel through the world by itself."""
    result = np.zeros(shape, bool)
    for index in np.ndindex(*shape):
        back = np.linalg.inv(to_world) @ from_image @ np.array([*index, 1.0])
        nearest = np.floor(np.round(back[:-1], 9) + 0.5).astype(int)
        if all(0 <= i < n for i, n in zip(nearest, mask.shape, strict=True)):
            result[index] = mask[tuple(nearest)]
    return result


def turn(degrees: float) -> np.ndarray:
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.array([[c, -s], [s, c]])


@given(st.data(), st.booleans())
@settings(max_examples=80)
def test_every_voxel_takes_the_nearest_of_the_mask(data: st.DataObject, straight: bool) -> None:
    mask = data.draw(MASKS)
    n = mask.ndim
    shape = data.draw(hnp.array_shapes(min_dims=n, max_dims=n, min_side=1, max_side=7))
    numbers = st.floats(0.3, 3.0)
    scale = [data.draw(numbers) for _ in range(n)]
    move = [data.draw(st.floats(-4, 4)) for _ in range(n)]
    rotation = np.eye(n)
    if not straight:
        rotation[-2:, -2:] = turn(data.draw(st.floats(-180, 180)))
    to_world = affine_of(scale, move, rotation)
    from_image = affine_of([data.draw(numbers) for _ in range(n)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grids, "SLAB_VOXELS", 10)
        found = resample_mask(mask, to_world, shape, from_image)
    np.testing.assert_array_equal(found.mask, by_voxel(mask, to_world, shape, from_image))


@given(MASKS, st.floats(0.01, 100), st.floats(-1e3, 1e3))
def test_the_same_grid_leaves_the_mask_as_it_is(mask: np.ndarray, step: float, move: float) -> None:
    grid = affine_of([step] * mask.ndim, [move] * mask.ndim)
    found = resample_mask(mask, grid, mask.shape, grid)
    np.testing.assert_array_equal(found.mask, mask)
    assert not found.changed
    assert "already" in found.sentence


@given(MASKS, st.integers(2, 4))
def test_a_mask_of_a_binned_layer_covers_the_same_place(mask: np.ndarray, factor: int) -> None:
    fine = tuple(n * factor for n in mask.shape)
    centre = (factor - 1) / 2  # of the first coarse voxel, in fine voxels
    found = resample_mask(mask, affine_of([factor] * mask.ndim, [centre] * mask.ndim), fine, affine_of([1] * mask.ndim))
    np.testing.assert_array_equal(found.mask, np.kron(mask, np.ones((factor,) * mask.ndim, bool)))


@given(hnp.arrays(bool, (7, 7)), st.integers(-3, 3))
def test_quarter_turns_are_exact(mask: np.ndarray, quarters: int) -> None:
    rotation = np.round(turn(90 * quarters))
    to_world = affine_of([1, 1], np.array([3, 3]) - rotation @ [3, 3], rotation)
    found = resample_mask(mask, to_world, (7, 7), np.eye(3))
    np.testing.assert_array_equal(found.mask, np.rot90(mask, -quarters, axes=(1, 0)))


def test_a_small_mask_on_a_large_image_is_looked_at_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    from synthscope.imaging.masks import resampling

    seen: list[int] = []
    real = resampling._gathered_turned

    def watched(mask: np.ndarray, box: tuple, affine: np.ndarray) -> np.ndarray:
        seen.append(int(np.prod(grids.box_shape(box))))
        return real(mask, box, affine)

    monkeypatch.setattr(resampling, "_gathered_turned", watched)
    mask = np.zeros((100, 100), bool)
    mask[40:50, 40:50] = True
    found = resample_mask(mask, affine_of([1, 1], None, turn(30)), (3000, 3000), np.eye(3))
    assert found.painted_after == pytest.approx(100, abs=6)
    assert sum(seen) < 600


def test_the_sentence_says_what_was_done() -> None:
    mask = np.zeros((10, 10), bool)
    mask[4:6, 4:6] = True
    found = resample_mask(mask, affine_of([2, 2], [1, 0], turn(45)), (40, 40), affine_of([1, 1]))
    assert "10 × 10" in found.sentence
    assert "40 × 40" in found.sentence
    assert "scaled by 2 × 2, turned, moved by 1, 0 voxels" in found.sentence
    assert f"4 painted voxels became {found.painted_after}" in found.sentence


def test_the_sentence_warns_when_nothing_or_little_is_left() -> None:
    mask = np.zeros((10, 10), bool)
    mask[5, 5] = True
    away = resample_mask(mask, affine_of([1, 1], [100, 0]), (10, 10), np.eye(3))
    assert "Nothing of it lies on the image" in away.sentence
    mask[:] = True
    half = resample_mask(mask, affine_of([1, 1], [5, 0]), (10, 10), np.eye(3))
    assert "50 % of the size" in half.sentence


def test_a_plane_on_a_stack_is_refused_with_the_remedy() -> None:
    with pytest.raises(MaskError, match="repeated through the slices"):
        resample_mask(np.ones((4, 4), bool), np.eye(3), (5, 4, 4), np.eye(4))


@pytest.mark.parametrize("matrix", [np.zeros((3, 3)), np.full((3, 3), np.nan), np.eye(4)])
def test_a_map_that_cannot_be_is_refused(matrix: np.ndarray) -> None:
    with pytest.raises(MaskError, match="map to world"):
        resample_mask(np.ones((4, 4), bool), matrix, (4, 4), np.eye(3))
