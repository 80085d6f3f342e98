"""Numbers with floor and interval, to read and to copy."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication
from qtpy.QtTest import QTest

from synthscope.qt.figures_table import Figure, FiguresTable, bar_range, figures_csv, value_words
from synthscope.qt.theme import Tokens

SEAM = Figure("Seam ratio", 1.0234567, 0.97, 1.08, 1.0, 30, help="1 is invisible")
COPY = Figure("Longest copy", 12, unit="px")
GREY = Figure("Porosity", 0.31, 0.2, 0.4, 0.3, 1, reason="one slice is too little")
numbers = st.none() | st.floats()


@pytest.fixture
def table(shown: Callable[..., FiguresTable], tokens: Tokens) -> FiguresTable:
    made = shown(FiguresTable(), tokens)
    made.resize(560, 320)
    made.set_value((SEAM, COPY, GREY))
    return made


def test_set_get_equal(table: FiguresTable) -> None:
    assert table.value() == (SEAM, COPY, GREY)
    table.grab()
    table.set_value(())
    assert table.value() == ()
    assert table._empty.isVisible()


def test_a_number_that_says_nothing_is_grey_with_the_reason(table: FiguresTable, tokens: Tokens) -> None:
    item = table._table.item(2, 1)
    assert item.foreground().color().name() == tokens.disabled
    assert "one slice is too little" in item.toolTip()
    assert "sample size: 30" in table._table.item(0, 1).toolTip()


def test_ctrl_c_copies_in_full(table: FiguresTable) -> None:
    table._table.setFocus()
    QTest.keyClick(table._table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    head, first, *_ = QGuiApplication.clipboard().text().split("\n")
    assert head.split("\t")[:3] == ["name", "value", "low"]
    assert first.split("\t")[:3] == ["Seam ratio", "1.0234567", "0.97"]


def test_save_gives_the_csv(table: FiguresTable) -> None:
    heard: list[str] = []
    table.save_wanted.connect(heard.append)
    QTest.mouseClick(table._save, Qt.MouseButton.LeftButton)
    assert heard == [figures_csv(table.value())]
    rows = list(csv.DictReader(io.StringIO(heard[0])))
    assert [float(row["value"]) for row in rows] == [1.0234567, 12, 0.31]
    assert rows[2]["not informative because"] == "one slice is too little"


def test_words_carry_interval_and_unit() -> None:
    assert value_words(SEAM) == "1.023 [0.97, 1.08]"
    assert value_words(COPY) == "12 px"


@given(st.builds(Figure, st.just("a"), st.floats(), numbers, numbers, numbers))
def test_a_bar_holds_all_its_numbers_or_is_not_drawn(figure: Figure) -> None:
    low, high = bar_range(figure)
    known = [v for v in (figure.value, figure.low, figure.high, figure.floor) if v is not None and abs(v) < 1e300]
    if high > low:
        assert all(low <= v <= high for v in known)


def test_odd_numbers_are_drawn_without_fault(table: FiguresTable) -> None:
    nan, inf = float("nan"), float("inf")
    odd = (replace(SEAM, value=nan), replace(SEAM, high=inf), replace(SEAM, floor=nan), replace(SEAM, low=-inf))
    table.set_value(odd)
    table.grab()


def test_a_narrow_table_leaves_room_for_its_bars_and_shows_every_row(shown: Callable[..., FiguresTable]) -> None:
    made = shown(FiguresTable(sizes=False))
    long = replace(SEAM, name="Slice seam", value=0.51871, low=0.3214, high=0.8391)
    made.set_value((long, COPY))
    made.resize(300, 400)
    made.grab()
    assert made._table.isColumnHidden(3)
    assert made._table.columnWidth(2) > 60
    assert not made._table.horizontalScrollBar().isVisible()
    assert made.rows_height() == sum(made._table.visualItemRect(made._table.item(row, 0)).height() for row in (0, 1))


def test_other_words_while_there_are_no_figures(shown: Callable[..., FiguresTable]) -> None:
    made = shown(FiguresTable(empty="None yet"))
    made.set_empty("Measuring…")
    assert made._empty.isVisible()
    assert made._empty.text() == "Measuring…"
