from __future__ import annotations

from typing import Any

import dask.array as da
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import InputError
from synthscope.imaging.contrast import contrast_limits, sample


class Counting:
    """A lazy stack that remembers the largest piece that was read."""

    dtype = np.dtype(np.uint16)

    def __init__(self, *shape: int) -> None:
        self.shape = shape
        self.ndim = len(shape)
        self.largest = 0
        self.reads = 0

    def __getitem__(self, key: Any) -> np.ndarray:
        index = key if isinstance(key, tuple) else (key,)
        start = index[0].start if isinstance(index[0], slice) else index[0]
        shape = np.empty(self.shape[1:], np.bool_)[index[1:]].shape if self.ndim > 2 else self.shape[1:]
        rows = (index[0].stop - start,) if isinstance(index[0], slice) else ()
        self.largest = max(self.largest, int(np.prod(rows + shape)))
        self.reads += 1
        return np.full(rows + shape, start, np.uint16)


@given(
    st.lists(
        hnp.arrays(
            st.sampled_from([np.uint8, np.int16, np.float32, np.bool_]),
            hnp.array_shapes(min_dims=1, max_dims=4, max_side=6),
        ),
        min_size=1,
        max_size=3,
    )
)
def test_the_lower_limit_is_always_below_the_upper(arrays: list[np.ndarray]) -> None:
    low, high = contrast_limits(arrays)
    assert np.isfinite([low, high]).all()
    assert low < high


def test_small_images_give_the_exact_percentiles_of_all_together(rng: np.random.Generator) -> None:
    a = rng.integers(0, 65535, (5, 40, 40)).astype(np.uint16)
    b = rng.integers(0, 9000, (60, 30)).astype(np.uint16)
    both = np.concatenate([a.ravel(), b.ravel()])
    assert contrast_limits([a, b]) == pytest.approx(tuple(np.percentile(both, [0.1, 99.9])))


def test_a_sample_of_a_large_image_comes_near_the_exact_percentiles(rng: np.random.Generator) -> None:
    a = rng.normal(1000, 100, (50, 200, 200)).astype(np.float32)
    exact = np.percentile(a, [0.1, 99.9])
    assert contrast_limits([a], budget=100_000) == pytest.approx(tuple(exact), abs=10)


@pytest.mark.parametrize("shape", [(937, 512, 512), (3, 300, 512, 512), (20000, 3000), (4, 9000, 800, 3)])
def test_of_a_large_stack_only_planes_or_bands_are_read(shape: tuple[int, ...]) -> None:
    stack = Counting(*shape)
    values = sample(stack, budget=200_000)
    assert 50_000 < values.size <= 200_000
    assert stack.largest <= max(200_000, int(np.prod(shape[-3:] if shape[-1] == 3 else shape[-2:])))
    assert stack.reads <= 64


def test_first_and_last_plane_are_always_among_those_read() -> None:
    values = sample(Counting(937, 512, 512), budget=200_000)
    assert {0, 936} <= set(values.tolist())


def test_a_dask_stack_is_sampled_like_the_same_one_in_memory(rng: np.random.Generator) -> None:
    a = rng.integers(0, 1000, (30, 64, 64)).astype(np.uint16)
    assert np.array_equal(sample(da.from_array(a, chunks=(1, 64, 64)), 9000), sample(a, 9000))


def test_thinning_walks_through_all_columns() -> None:
    a = np.broadcast_to(np.arange(64, dtype=np.uint16), (40, 64, 64))
    assert set(sample(a, budget=20_000).tolist()) == set(range(64))


def test_a_nearly_constant_image_shows_its_few_other_values() -> None:
    a = np.zeros((200, 200), np.uint8)
    a[0, 0] = 200
    assert contrast_limits([a]) == (0.0, 200.0)


@pytest.mark.parametrize("value", [0, 7, 60000])
def test_a_constant_image_gets_a_range_around_its_value(value: int) -> None:
    low, high = contrast_limits([np.full((4, 4), value, np.uint16)])
    assert low < value < high


def test_values_that_are_not_finite_are_left_out() -> None:
    a = np.array([1.0, np.nan, np.inf, 3.0])
    low, high = contrast_limits([a], low=0, high=100)
    assert (low, high) == (1.0, 3.0)
    assert contrast_limits([np.array([np.nan])]) == (0.0, 1.0)


def test_nothing_and_percentiles_out_of_order_are_refused() -> None:
    with pytest.raises(InputError, match="no images"):
        contrast_limits([])
    with pytest.raises(InputError, match="not in order"):
        contrast_limits([np.zeros(3)], low=50, high=50)
