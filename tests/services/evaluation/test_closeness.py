"""What is said of how near generated fields lie to training ones."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.metrics.resampling import Range, Sample, intervals
from synthscope.metrics.trust.neighbours import copying_statistic, nearest_two, neighbour_ratio
from synthscope.records.metric import Layout
from synthscope.services.evaluation.closeness import RATIO, STATISTIC, Closeness
from synthscope.services.evaluation.informing import nearness

FLOOR = Range(0.1, -1.5, 1.6)


def test_both_figures_are_those_of_the_features() -> None:
    training, held_out, made = np.random.default_rng(0).normal(size=(3, 30, 5))
    real, generated = (nearest_two(one, training)[0] for one in (held_out, made))
    found = Closeness().measure(real, generated, Layout())
    assert found[STATISTIC] == pytest.approx(copying_statistic(training, held_out, made))
    assert found[RATIO] == pytest.approx(np.median(neighbour_ratio(made, training)))


@pytest.mark.parametrize(
    ("noise", "said"), [(0.01, "look for copies"), (1.0, "No surplus of nearness"), (6.0, "no copying")]
)
def test_copies_honest_fields_and_strangers_have_each_their_verdict(noise: float, said: str) -> None:
    rng = np.random.default_rng(1)
    training, held_out, fresh = rng.normal(size=(3, 60, 8))
    made = training + noise * rng.normal(size=training.shape) if noise != 1 else fresh
    real, generated = (Sample(nearest_two(one, training)[0], np.arange(60)) for one in (held_out, made))
    found = intervals(Closeness(), real, generated, Layout(), rng, 100)[STATISTIC]
    assert said in nearness("C_T", found, FLOOR, 0.0)


def test_without_an_interval_there_is_no_verdict() -> None:
    assert "too few specimens" in nearness("C_T", Range(-9.0, np.nan, np.nan), FLOOR, 0.0)
    assert "too few specimens" in nearness("C_T", Range(-9.0, -11.0, -7.0), Range(np.nan, np.nan, np.nan), 0.0)
