from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.errors import DocumentError, InputError
from synthscope.imaging.compositing import Patched, composite
from synthscope.imaging.mask_codec import decode_mask, encode_mask
from synthscope.records.request import Region

SHAPE = (6, 7, 8)
indices = st.one_of(
    st.integers(-6, 5),
    st.slices(6),
)


def patched() -> tuple[Patched, np.ndarray]:
    source = np.arange(np.prod(SHAPE), dtype=np.uint16).reshape(SHAPE)
    region = Region((1, 2, 3), (4, 5, 7))
    box = np.full(region.shape, 60000, np.uint16)
    whole = source.copy()
    whole[region.slices] = box
    return Patched(source, box, region), whole


@given(indices, indices, indices)
def test_any_part_reads_like_the_whole_repaired_array(a: object, b: object, c: object) -> None:
    lazy, whole = patched()
    steps = [part.step for part in (a, b, c) if isinstance(part, slice)]
    if any(step is not None and step < 1 for step in steps):
        with pytest.raises(IndexError, match="step"):
            lazy[a, b, c]
        return
    np.testing.assert_array_equal(lazy[a, b, c], whole[a, b, c])


def test_short_keys_and_ellipsis_work() -> None:
    lazy, whole = patched()
    np.testing.assert_array_equal(lazy[2], whole[2])
    np.testing.assert_array_equal(lazy[..., 3:5], whole[..., 3:5])
    np.testing.assert_array_equal(np.asarray(lazy), whole)
    with pytest.raises(IndexError, match="outside"):
        lazy[9]


def test_a_box_that_does_not_fit_is_refused() -> None:
    with pytest.raises(InputError, match="does not fit"):
        Patched(np.zeros(SHAPE, np.uint8), np.zeros((1, 1, 1), np.uint16), Region((0, 0, 0), (1, 1, 1)))


def test_a_composite_changes_nothing_outside_the_mask(rng: np.random.Generator) -> None:
    source = rng.integers(0, 2**16, (9, 9, 3)).astype(np.uint16)
    made = rng.integers(0, 2**16, (9, 9, 3)).astype(np.uint16)
    mask = rng.random((9, 9, 1)) < 0.3
    out = composite(source, made, mask)
    inside = np.broadcast_to(mask, source.shape)
    np.testing.assert_array_equal(out[~inside], source[~inside])
    np.testing.assert_array_equal(out[inside], made[inside])


def test_a_composite_never_converts() -> None:
    with pytest.raises(InputError, match="must keep both"):
        composite(np.zeros((2, 2), np.uint16), np.zeros((2, 2), np.float32), np.ones((2, 2), bool))


@given(st.integers(1, 9), st.integers(1, 9), st.randoms())
def test_a_mask_survives_its_text(rows: int, columns: int, random: object) -> None:
    mask = np.random.default_rng(rows * columns).random((rows, columns)) < 0.5
    np.testing.assert_array_equal(decode_mask(encode_mask(mask), mask.shape), mask)


@pytest.mark.parametrize("text", ["", "!!!", "AAAA", encode_mask(np.ones((2, 2), bool))[:-6]])
def test_a_damaged_mask_text_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match="mask in the record"):
        decode_mask(text, (40, 40))
