"""The first page: everything on it is one press away."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from qtpy.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from qtpy.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication

from synthscope.qt.picture_card import CardRow, PictureCard
from synthscope.qt.start_page import StartPage, StartRows
from synthscope.qt.theme import Tokens

PIXELS = np.arange(4096, dtype=np.uint16).reshape(64, 64)
ROWS = StartRows(
    tuple(CardRow(name, name.title(), "64 × 64", "Repair it", PIXELS) for name in ("rock", "fibre", "root", "cells")),
    (CardRow("p1", "Soil core repair", "", "yesterday"),),
    "CPU, 2 cores · 24 GB",
)


@pytest.fixture
def page(shown: Callable[..., StartPage], tokens: Tokens) -> StartPage:
    made = shown(StartPage(ROWS), tokens)
    made.resize(1200, 900)
    return made


def card(page: StartPage, name: str) -> PictureCard:
    return next(c for c in page.findChildren(PictureCard) if c.value().id == name)


def test_set_get_equal(page: StartPage) -> None:
    assert page.value() is ROWS
    page.grab()
    page.set_value(StartRows())
    assert page.value() == StartRows()
    assert not page._samples.isVisible()
    assert not page._recent.isVisible()


def test_buttons_and_cards_tell_what_is_wanted(page: StartPage) -> None:
    heard: list[object] = []
    page.open_wanted.connect(lambda: heard.append("open"))
    page.folder_wanted.connect(lambda: heard.append("folder"))
    page.rate_wanted.connect(lambda: heard.append("rate"))
    page.sample_wanted.connect(heard.append)
    page.project_wanted.connect(heard.append)
    QTest.mouseClick(page._drop.button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page._drop.folder, Qt.MouseButton.LeftButton)
    QTest.mouseClick(page._drop.rate, Qt.MouseButton.LeftButton)
    QTest.mouseClick(card(page, "rock"), Qt.MouseButton.LeftButton)
    QTest.keyClick(card(page, "cells"), Qt.Key.Key_Return)
    QTest.keyClick(card(page, "p1"), Qt.Key.Key_Space)
    assert heard == ["open", "folder", "rate", "rock", "cells", "p1"]


def test_a_press_that_leaves_the_card_is_none(page: StartPage) -> None:
    heard: list[str] = []
    page.sample_wanted.connect(heard.append)
    rock = card(page, "rock")
    QTest.mousePress(rock, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(rock, Qt.MouseButton.LeftButton, pos=QPoint(-20, -20))
    assert heard == []


def drop(page: StartPage, data: QMimeData) -> None:
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page, QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    QApplication.sendEvent(page, QDropEvent(QPointF(9, 9), copy, data, left, none))


def test_dropped_files_are_told(page: StartPage) -> None:
    heard: list[tuple[str, ...]] = []
    page.dropped.connect(heard.append)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/a/stack.tif"), QUrl.fromLocalFile("/a/slices")])
    drop(page, data)
    assert heard == [("/a/stack.tif", "/a/slices")]
    assert page._drop.property("over") is False


def test_what_is_no_file_is_not_taken(page: StartPage) -> None:
    heard: list[object] = []
    page.dropped.connect(heard.append)
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/stack.tif")])
    drop(page, data)
    assert heard == []


def test_the_area_shows_that_a_file_hangs_over_it(page: StartPage) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/a/stack.tif")])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page, QDragEnterEvent(QPoint(9, 9), copy, data, left, none))
    assert page._drop.property("over") is True
    QApplication.sendEvent(page, QDragLeaveEvent())
    assert page._drop.property("over") is False


def test_the_quiet_line_says_that_data_stay(page: StartPage) -> None:
    assert page._quiet.text() == "CPU, 2 cores · 24 GB · all data stay on this computer"


def test_cards_of_both_rows_are_equally_wide(page: StartPage) -> None:
    page.grab()
    widths = [c.width() for c in page.findChildren(PictureCard)]
    assert max(widths) - min(widths) <= 1


def test_cards_have_names_for_those_who_cannot_see_them(page: StartPage) -> None:
    assert card(page, "rock").accessibleName() == "Rock, 64 × 64, Repair it"
