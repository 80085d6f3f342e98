from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from synthscope.errors import InputError, MaskError
from synthscope.imaging.spread import disagreement, spread

SHAPE = (2, 3, 4, 1)
CANDIDATES = st.lists(hnp.arrays(np.uint16, SHAPE), min_size=2, max_size=6)
MASKS = hnp.arrays(np.bool_, SHAPE[:-1])


@given(CANDIDATES, MASKS)
def test_spread_is_mean_and_sample_deviation_inside_the_mask(candidates: list[np.ndarray], mask: np.ndarray) -> None:
    found = spread(iter(candidates), mask)
    stack = np.stack(candidates).astype(float)
    assert found.count == len(candidates)
    assert np.allclose(found.mean[mask], stack.mean(axis=0)[mask], rtol=1e-6)
    assert np.allclose(found.deviation[mask], stack.std(axis=0, ddof=1)[mask], rtol=1e-5, atol=1e-3)
    assert not found.deviation[~mask].any()
    assert np.isnan(found.mean[~mask]).all()


def test_spread_of_large_grey_values_keeps_its_digits() -> None:
    """The sum of squares in place of Welford's update would give 0 or worse here."""
    candidates = [np.full(SHAPE, 1e9 + k, np.float64) for k in (0, 1, 2)]
    assert spread(candidates, np.ones(SHAPE[:-1], bool)).deviation == pytest.approx(1.0)


def test_candidates_are_read_once_and_one_at_a_time() -> None:
    alive: list[int] = []

    def stream():
        for k in range(4):
            alive.append(k)
            yield np.full(SHAPE, k, np.uint8)

    assert spread(stream(), np.ones(SHAPE[:-1], bool)).count == 4
    assert alive == [0, 1, 2, 3]


def test_equal_candidates_agree() -> None:
    same = [np.full(SHAPE, 7, np.uint8)] * 3
    assert not spread(same, np.ones(SHAPE[:-1], bool)).deviation.any()
    found = disagreement(same, np.ones(SHAPE[:-1], bool), 5)
    assert np.all(found.fraction == 1)
    assert not found.entropy.any()


def test_half_and_half_disagree_by_one_bit() -> None:
    halves = [np.zeros(SHAPE), np.ones(SHAPE)]
    found = disagreement(halves, np.ones(SHAPE[:-1], bool), 1.0)
    assert np.all(found.fraction == 0.5)
    assert np.all(found.entropy == 1.0)


@given(CANDIDATES, MASKS, st.integers(0, 65535))
def test_disagreement_counts_candidates_at_or_above_the_threshold(
    candidates: list[np.ndarray], mask: np.ndarray, threshold: int
) -> None:
    found = disagreement(candidates, mask, threshold)
    part = np.mean(np.stack(candidates) >= threshold, axis=0)
    assert np.allclose(found.fraction[mask], part[mask])
    assert np.isnan(found.fraction[~mask]).all()
    assert np.all((found.entropy >= 0) & (found.entropy <= 1))
    assert not found.entropy[~mask].any()


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_candidates_show_no_spread(count: int) -> None:
    candidates = [np.zeros(SHAPE)] * count
    with pytest.raises(InputError, match="at least two"):
        spread(candidates, np.ones(SHAPE[:-1], bool))
    with pytest.raises(InputError, match="at least two"):
        disagreement(candidates, np.ones(SHAPE[:-1], bool), 0.5)


def test_candidates_and_masks_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="shapes"):
        spread([np.zeros(SHAPE), np.zeros((2, 3, 4, 2))], np.ones(SHAPE[:-1], bool))
    with pytest.raises(MaskError, match="does not fit"):
        spread([np.zeros(SHAPE)] * 2, np.ones((9, 9, 9), bool))
