"""Which trials have a case in common: against the matrix written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthscope.studies.sharing import share_cases


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 4), st.integers(1, 9), st.integers(0, 10_000))
def test_sums_over_sharing_trials_are_those_of_the_matrix_written_out(places: int, known: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    cases, groups = rng.integers(0, known, (15, places)), rng.integers(0, 3, 15)
    rows = rng.normal(size=(4, 15))
    whole = np.array([[bool({*a} & {*b}) for b in cases.tolist()] for a in cases.tolist()])
    within = whole & (groups[:, None] == groups)
    assert share_cases(cases).spread(rows) == pytest.approx(rows @ whole)
    assert share_cases(cases, groups).spread(rows) == pytest.approx(rows @ within)
    assert share_cases(cases).fewest == min(len({*one}) for one in cases.T.tolist())
