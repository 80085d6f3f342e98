from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import MaskError
from synthscope.imaging.hashing import pixel_hash, sampled_hash, slabs

dtypes = st.sampled_from([np.uint8, np.uint16, np.int32, np.float32, np.float64])
arrays = dtypes.flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=2, max_dims=4, max_side=6)))


@given(arrays)
def test_the_hash_is_that_of_type_shape_and_voxels_in_order(pixels: np.ndarray) -> None:
    text = f"{pixels.dtype.newbyteorder('<').str}{pixels.shape}"
    assert pixel_hash(pixels) == hashlib.sha256(text.encode() + pixels.tobytes()).hexdigest()


@given(arrays, st.integers(1, 300))
def test_pieces_cover_an_array_once_and_in_order(pixels: np.ndarray, slab: int) -> None:
    pieces = [np.ascontiguousarray(pixels[index]).tobytes() for index in slabs(pixels.shape, pixels.itemsize, slab)]
    assert b"".join(pieces) == pixels.tobytes()


@given(arrays, st.randoms())
def test_only_voxels_outside_the_mask_count(pixels: np.ndarray, random: object) -> None:
    mask = np.random.default_rng(1).random(pixels.shape) < 0.5
    changed = pixels.copy()
    changed[mask] = 1
    assert pixel_hash(changed, mask) == pixel_hash(pixels, mask)


def test_one_voxel_outside_the_mask_changes_the_hash(rng: np.random.Generator) -> None:
    pixels = rng.integers(0, 2**16, (3, 8, 8, 2)).astype(np.uint16)
    mask = np.zeros((3, 8, 8, 1), bool)
    mask[1, 2:5, 2:5] = True
    changed = pixels.copy()
    changed[1, 1, 2, 1] ^= 1
    assert pixel_hash(changed, mask) != pixel_hash(pixels, mask)


def test_byte_order_and_memory_layout_do_not_matter(rng: np.random.Generator) -> None:
    pixels = rng.integers(0, 2**16, (5, 7)).astype("<u2")
    assert pixel_hash(pixels) == pixel_hash(pixels.astype(">u2")) == pixel_hash(np.asfortranarray(pixels))


def test_type_and_shape_matter() -> None:
    assert pixel_hash(np.zeros((2, 3), np.uint8)) != pixel_hash(np.zeros((3, 2), np.uint8))
    assert pixel_hash(np.zeros((2, 3), np.uint8)) != pixel_hash(np.zeros((2, 3), np.int8))


def test_a_mask_of_another_shape_is_refused() -> None:
    with pytest.raises(MaskError, match="draw it on this image"):
        pixel_hash(np.zeros((4, 4)), np.zeros((4, 3), bool))


class Counted:
    """An array that counts the voxels that were read of it."""

    def __init__(self, pixels: np.ndarray) -> None:
        self.pixels, self.read = pixels, 0
        self.shape, self.dtype, self.ndim = pixels.shape, pixels.dtype, pixels.ndim

    def __getitem__(self, index: tuple[slice, ...]) -> np.ndarray:
        part = self.pixels[index]
        self.read += part.size
        return part


def test_a_large_image_is_known_again_by_a_small_part_of_it(tmp_path: Path) -> None:
    large = np.memmap(tmp_path / "sparse.raw", np.uint8, "w+", shape=(1001, 400, 400))
    counted = Counted(large)
    before = sampled_hash(counted, side=32)
    assert counted.read < large.size / 20
    large[1, 200, 200] = 1
    assert sampled_hash(large, side=32) == before  # between the blocks
    large[500, 200, 200] = 1
    assert sampled_hash(large, side=32) != before


@pytest.mark.parametrize("shape", [(40, 300, 300), (300, 300, 3), (2, 3, 257, 190)])
def test_no_large_part_of_an_image_is_without_a_block(shape: tuple[int, ...]) -> None:
    zeros = np.zeros(shape, np.uint8)
    before = sampled_hash(zeros, blocks=64, side=32)
    rng = np.random.default_rng(0)
    for _ in range(20):
        start = [int(rng.integers(0, n - n // 2 + 1)) for n in shape]
        changed = zeros.copy()
        changed[tuple(slice(a, a + max(n // 2, 1)) for a, n in zip(start, shape, strict=True))] = 1
        assert sampled_hash(changed, blocks=64, side=32) != before


def test_a_sampled_hash_tells_type_and_shape_apart() -> None:
    kinds = [np.zeros((4, 6), np.uint8), np.zeros((6, 4), np.uint8), np.zeros((4, 6), np.int8)]
    assert len({sampled_hash(one) for one in kinds}) == 3
