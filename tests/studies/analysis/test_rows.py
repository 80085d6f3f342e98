"""Rows of answers become the arrays that statistics take."""

import numpy as np
import pytest

from synthscope.records.study_ratings import Rating
from synthscope.studies.analysis.rows import repeats_of, rows_of, table_of, wins_of


def row(rater, ordinal, code, letter, value, *, role="test", truth=(), repeats="", question="q", block=1):
    return Rating(
        rater, f"{rater}-{ordinal}", ordinal, block, role, question, (code,), (letter,), (f"case of {code}",), value,
        rt_ms=1000 + ordinal, repeats=repeats, truth=truth,
    )  # fmt: skip


ROWS = (
    row("r2", 0, "c1", "A", 5), row("r2", 1, "c2", "B", 2), row("r1", 1, "c1", "A", 4), row("r1", 0, "c3", "B", 1),
    row("r1", 2, "c1", "A", 6, role="repeat", repeats="r1-1"), row("r1", 3, "x", "", 1, role="catch"),
    row("r2", 2, "c1", "A", 9, question="other"),
)  # fmt: skip


def test_a_table_has_a_row_per_rater_and_a_column_per_picture():
    table = table_of(rows_of(ROWS, "q"))
    assert table.raters == ("r1", "r2")
    assert table.codes == ("c1", "c2", "c3")
    assert table.letters == ("A", "B", "B")
    np.testing.assert_array_equal(table.values, [[4, np.nan, 1], [5, 2, np.nan]])
    assert table.real is None
    assert table.of("B").codes == ("c2", "c3")


def test_truth_is_there_after_unblinding_only():
    rows = (row("r1", 0, "c1", "A", 1, truth=(True,)), row("r1", 1, "c2", "B", 1, truth=(False,)))
    np.testing.assert_array_equal(table_of(rows).real, [True, False])


def test_choices_are_counted_by_arm_and_side():
    def pair(ordinal, left, right, value):
        return Rating("r", f"t{ordinal}", ordinal, 1, "test", "q", ("x", "y"), (left, right), ("1", "2"), value)

    letters, wins, left = wins_of((pair(0, "A", "B", 0), pair(1, "B", "A", 0), pair(2, "A", "B", -1)))
    assert letters == ("A", "B")
    np.testing.assert_array_equal(wins, [[0, 1.5], [1.5, 0]])
    np.testing.assert_array_equal(left[:, :3], [[0, 1, 1], [1, 0, 1], [0, 1, 0.5]])


def test_a_repeat_is_paired_with_what_it_repeats():
    ((first, again),) = repeats_of(rows_of(ROWS, "q", ("test", "repeat")))
    assert (first.value, again.value) == (4, 6)


@pytest.mark.parametrize("roles", [("catch",), ("test", "catch")])
def test_rows_are_chosen_by_role(roles):
    assert {one.role for one in rows_of(ROWS, "q", roles)} == set(roles)
