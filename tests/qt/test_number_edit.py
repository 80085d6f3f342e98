"""Numbers as people type them."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from synthscope.qt.number_edit import NumberEdit, number_text, read_number, step_of


@given(st.floats(allow_nan=False))
def test_a_number_survives_its_text(number: float) -> None:
    assert read_number(number_text(number), float) == number


@given(st.integers())
def test_a_whole_number_survives_its_text(number: int) -> None:
    assert read_number(number_text(number), int) == number


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for kind in (int, float):
        number = read_number(text, kind)
        assert number is None or isinstance(number, kind)


def test_a_typographic_minus_is_a_minus() -> None:
    assert read_number("\N{MINUS SIGN}3", int) == -3


@given(st.floats(1e-12, 1e12))
def test_a_step_is_small_beside_the_number(number: float) -> None:
    step = step_of(number, float)
    assert number / 101 <= step <= number / 9.9
    assert math.isclose(math.log10(step), round(math.log10(step)), abs_tol=1e-9)


@pytest.mark.parametrize(("start", "key", "end"), [
    (0.2, Qt.Key.Key_Up, "0.21"),
    (0.0, Qt.Key.Key_Up, "0.1"),
    (1e-5, Qt.Key.Key_Down, "9e-06"),
    (250.0, Qt.Key.Key_PageUp, "350"),
])  # fmt: skip
def test_arrow_keys_step(shown: Callable[..., NumberEdit], start: float, key: Qt.Key, end: str) -> None:
    edit = shown(NumberEdit(float, unit="µm"))
    edit.set_value(start)
    QTest.keyClick(edit.line, key)
    assert edit.text() == end


def test_arrow_keys_leave_what_is_no_number(shown: Callable[..., NumberEdit]) -> None:
    edit = shown(NumberEdit(float))
    QTest.keyClicks(edit.line, "abc")
    QTest.keyClick(edit.line, Qt.Key.Key_Up)
    assert edit.text() == "abc"


def test_a_text_that_means_the_number_stays_as_typed(shown: Callable[..., NumberEdit]) -> None:
    edit = shown(NumberEdit(float))
    QTest.keyClicks(edit.line, "0.50")
    edit.set_value(0.5)
    assert edit.text() == "0.50"


def test_the_unit_takes_no_room_from_the_text(shown: Callable[..., NumberEdit]) -> None:
    plain, with_unit = shown(NumberEdit(int)), shown(NumberEdit(int, unit="slices"))
    assert plain.line.textMargins().right() == 0
    assert with_unit.line.textMargins().right() >= with_unit._unit.sizeHint().width()
