"""Real against real at equal N, whatever the sizes of specimens."""

from __future__ import annotations

import numpy as np

from synthscope.metrics.resampling import Sample, divided, floors
from synthscope.metrics.sets.kernel import KernelDistance
from synthscope.metrics.sets.two_sample import ClassifierTest
from synthscope.records.metric import Layout

UNITS = np.repeat(np.arange(20), [1] * 16 + [2] * 4)


def sample(units: np.ndarray, seed: int) -> Sample:
    return Sample(np.random.default_rng(seed).standard_normal((len(units), 8)), units)


def test_there_is_a_floor_where_only_some_divisions_give_equal_parts() -> None:
    short = [divided(UNITS, 12, np.random.default_rng(seed)) is None for seed in range(40)]
    assert any(short)
    assert not all(short)
    (found,) = floors(KernelDistance(), sample(UNITS, 1), 12, Layout(), np.random.default_rng(0)).values()
    assert found.low < found.value < found.high


def test_there_is_no_floor_where_the_parts_cannot_be_that_large() -> None:
    assert floors(KernelDistance(), sample(UNITS, 2), 13, Layout(), np.random.default_rng(0)) == {}


def test_parts_share_no_specimen_and_are_equal_in_number() -> None:
    halves = divided(UNITS, 11, np.random.default_rng(3))
    assert halves is not None
    first, second = halves
    assert len(first) == len(second) == 11
    assert not set(UNITS[first]) & set(UNITS[second])


def test_the_classifiers_floor_does_not_take_specimens_for_a_difference() -> None:
    """Rows of one specimen in both training and test folds would let it tell any two sets apart."""
    units = np.repeat(np.arange(16), 8)
    rng = np.random.default_rng(4)
    rows = rng.standard_normal((16, 10))[units] * 3 + rng.standard_normal((len(units), 10)) * 0.1
    (found,) = floors(ClassifierTest(), Sample(rows, units), 64, Layout(), rng, splits=5).values()
    assert found.value < 0.8
