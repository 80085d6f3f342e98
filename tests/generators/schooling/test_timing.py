"""From minutes to steps: disturbed steps do not count, looks do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthscope.generators.schooling.timing import Timing, looks_in, steps_in, timing_of


def test_a_step_is_the_usual_one_though_the_first_are_slow_and_some_are_disturbed() -> None:
    taken = np.full(50, 0.2)
    taken[:4], taken[33:38] = 1.5, 4.0
    assert timing_of(taken, 3.0) == Timing(pytest.approx(0.2), 3.0)


def test_a_penalty_at_each_fourth_step_is_part_of_the_usual_step() -> None:
    taken = np.where(np.arange(50) % 4, 0.1, 0.5)
    assert timing_of(taken, 0.0).step == pytest.approx(0.2, rel=0.11)  # two or three of ten


@given(st.floats(0.5, 600), st.floats(0.001, 20), st.floats(0, 60))
def test_steps_and_looks_together_take_the_budget(minutes: float, step: float, look: float) -> None:
    steps = steps_in(minutes, Timing(step, look))
    seconds, looking = 60 * minutes, looks_in(minutes) * look
    if looking <= seconds / 2:
        assert seconds - step <= steps * step + looking * (1 + 1e-9) + 1e-6
        assert steps * step + looking <= seconds + 1e-6
    else:  # looks would leave no time to learn
        assert steps == int(seconds / 2 / step)
