"""All shortcuts on one sheet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QLabel, QWidget

from synthscope.qt.cheat_sheet import CheatSheet, KeyGroup, _in_columns
from synthscope.qt.theme import Tokens

GROUPS = (
    KeyGroup("Mask", (("B", "brush"), ("E", "erase"))),
    KeyGroup("Candidates", (("A", "accept"),)),
    KeyGroup("Work", (("Ctrl+Enter", "run"),)),
    KeyGroup("View", (("F", "flicker"),)),
)


@pytest.fixture
def sheet(shown: Callable[..., QWidget], tokens: Tokens) -> CheatSheet:
    outer = QWidget()
    outer.resize(900, 600)
    made = CheatSheet(GROUPS, parent=outer)
    shown(outer, tokens)
    return made


def test_set_get_equal(sheet: CheatSheet) -> None:
    sheet.set_value(GROUPS[:1])
    assert sheet.value() == GROUPS[:1]
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    assert {"Mask", "B", "brush", "E", "erase"} <= texts


def test_it_covers_the_window_and_follows_its_size(sheet: CheatSheet, qtbot: QtBot) -> None:
    assert not sheet.isVisible()
    sheet.toggle()
    assert sheet.isVisible()
    sheet.parentWidget().resize(1000, 700)
    qtbot.waitUntil(lambda: sheet.size() == sheet.parentWidget().size())


@pytest.mark.parametrize("way", ["key", "click", "toggle"])
def test_any_key_or_click_closes_it(sheet: CheatSheet, way: str) -> None:
    heard: list[bool] = []
    sheet.closed.connect(lambda: heard.append(True))
    sheet.open()
    if way == "key":
        QTest.keyClick(sheet, Qt.Key.Key_Question)
    elif way == "click":
        QTest.mouseClick(sheet, Qt.MouseButton.LeftButton)
    else:
        sheet.toggle()
    assert heard == [True]
    assert not sheet.isVisible()


def test_columns_hold_every_group_once() -> None:
    columns = _in_columns(GROUPS)
    assert sorted(g.title for column in columns for g in column) == sorted(g.title for g in GROUPS)
    assert _in_columns(()) == []
