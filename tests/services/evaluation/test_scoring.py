"""What is said beside a number."""

from __future__ import annotations

import numpy as np
import pytest

from synthscope.metrics.resampling import Sample
from synthscope.metrics.structure.specs import PHASES
from synthscope.records.metric import Layout
from synthscope.services.evaluation.scoring import Measured, untold

WAYS = Layout(names=("porosity", "tortuosity-y"))


def sample(known: int, of: int) -> Sample:
    features = np.ones((of, 2))
    features[known:, 1] = np.nan
    return Sample(features, np.arange(of))


def said(real: int, judged: int, quantity: str = "tortuosity-y") -> tuple[str, ...]:
    reference = sample(real, 10)
    return untold(quantity, Measured(PHASES, WAYS, reference, reference, ()), sample(judged, 8))


def test_a_quantity_of_some_fields_says_of_how_many_and_that_it_is_taken_over_these() -> None:
    (words,) = said(9, 6)
    assert words.startswith("9 of 10 real and 6 of 8 judged fields tell it; it is taken over these.")


@pytest.mark.parametrize(("real", "judged"), [(5, 8), (10, 4), (0, 0)])
def test_a_quantity_of_few_fields_says_why_there_is_no_number(real: int, judged: int) -> None:
    (words,) = said(real, judged)
    assert "there is no number where half of a set or more do not" in words
    assert "no way leads from end to end" in words


def test_nothing_is_said_where_all_fields_tell_it() -> None:
    assert said(10, 8) == ()
    assert said(0, 0, "porosity") == ()
    assert said(0, 0, "no-such-quantity") == ()
