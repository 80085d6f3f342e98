"""Open-label notes: apart, with their grade, and without an interval."""

from __future__ import annotations

import math

import pytest

from synthscope.errors import InputError
from synthscope.records.run import Note
from synthscope.services.studies.open_label import OPEN_LABEL, WARNING, open_label_estimates

NOTES = (
    Note("a1", realism=2, usability=1, reasons=("blur",)),
    Note("a1", realism=4, reasons=("seam",)),
    Note("a2", realism=3),
    Note("b1", usability=5, reasons=("blur",)),
)


def test_the_last_answer_on_each_candidate_counts() -> None:
    found = {one.name: one for one in open_label_estimates(NOTES)}
    assert (found["open-label-realism"].value, found["open-label-realism"].n) == (3.5, 2)
    assert (found["open-label-usability"].value, found["open-label-usability"].n) == (3.0, 2)


def test_generators_are_told_apart_and_reasons_counted() -> None:
    found = {(one.title, one.subject): one for one in open_label_estimates(NOTES, {"a1": "a", "a2": "a", "b1": "b"})}
    assert found["Usable, by open-label notes", "b"].value == 5
    assert found["Open-label reason: blur", "a"].value == 0.5
    assert found["Open-label reason: blur", "b"].value == 1


def test_every_figure_says_that_it_is_of_grade_0_and_generalises_over_nothing() -> None:
    for one in open_label_estimates(NOTES):
        assert one.name.startswith("open-label-")
        assert OPEN_LABEL in one.method
        assert one.caveats == (WARNING,)
        assert math.isnan(one.low)
        assert math.isnan(one.high)
        assert not one.random


def test_no_notes_no_figures_and_strange_steps_are_refused() -> None:
    assert open_label_estimates(()) == ()
    with pytest.raises(InputError, match="note on a1 says 7 and 0"):
        open_label_estimates((Note("a1", realism=7),))
