"""The course of a study."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from synthscope.errors import InputError
from synthscope.records.study import STATES
from synthscope.services.studies.states import check_transition

ALLOWED = {*pairwise(STATES), ("audited", "draft")}


@pytest.mark.parametrize(("before", "after"), list(product(STATES, STATES)))
def test_only_the_course_of_a_study_is_possible(before, after):
    if (before, after) in ALLOWED:
        check_transition(before, after, "Ada", "ready")
        return
    with pytest.raises(InputError, match=f"is {before} cannot become {after}"):
        check_transition(before, after, "Ada", "ready")


@pytest.mark.parametrize(("by", "reason"), [("", "ready"), ("Ada", " ")])
def test_a_step_names_a_person_and_a_reason(by, reason):
    with pytest.raises(InputError, match="no person or no reason"):
        check_transition("draft", "audited", by, reason)
