"""One sentence, its details and its action."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from qtpy.QtCore import Qt
from qtpy.QtGui import QGuiApplication
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QVBoxLayout, QWidget

from synthscope.errors import DiskFull
from synthscope.qt.buttons import IconButton
from synthscope.qt.sentence import Level, Said, Sentence
from synthscope.qt.theme import Tokens


@pytest.fixture
def sentence(shown: Callable[..., QWidget], tokens: Tokens) -> Sentence:
    outer = QWidget()
    made = Sentence(parent=outer)
    QVBoxLayout(outer).addWidget(made)
    shown(outer, tokens)
    return made


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_set_get_equal(sentence: Sentence, level: Level) -> None:
    said = Said("The mask is empty; draw one.", level, "trace", "Draw")
    sentence.set_value(said)
    assert sentence.value() == said
    assert sentence.property("level") == level
    assert sentence.accessibleName() == f"{level}: The mask is empty; draw one."


def test_nothing_said_takes_no_room(sentence: Sentence) -> None:
    assert sentence.isHidden()
    sentence.set_value(Said("a"))
    assert sentence.isVisible()
    sentence.set_value(None)
    assert sentence.isHidden()


def test_an_error_of_ours_is_said_with_its_details_folded(sentence: Sentence) -> None:
    sentence.say(DiskFull("The disk is full; free 2 GB.", details="OSError 28"))
    assert sentence.value() == Said("The disk is full; free 2 GB.", "error", "OSError 28")
    assert not sentence._details.isVisible()
    QTest.mouseClick(sentence._fold.findChild(IconButton), Qt.MouseButton.LeftButton)
    assert sentence._details.isVisible()
    QTest.mouseClick(sentence._copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "The disk is full; free 2 GB.\n\nOSError 28"


def test_the_action_is_told(sentence: Sentence) -> None:
    heard: list[str] = []
    sentence.acted.connect(lambda: heard.append("acted"))
    sentence.closed.connect(lambda: heard.append("closed"))
    sentence.set_value(Said("a", action="Undo"))
    QTest.mouseClick(sentence._action, Qt.MouseButton.LeftButton)
    QTest.mouseClick(sentence._close, Qt.MouseButton.LeftButton)
    assert heard == ["acted", "closed"]
    assert sentence.value() is None


def test_markup_in_a_file_name_stays_text(sentence: Sentence) -> None:
    sentence.set_value(Said("<b>x</b>.tif is damaged."))
    assert sentence._text.textFormat() == Qt.TextFormat.PlainText


def test_said_before_it_has_a_place_it_opens_no_window(shown: Callable[..., QWidget]) -> None:
    early = Sentence()
    early.set_value(Said("a"))
    assert not early.isVisible()
    outer = QWidget()
    QVBoxLayout(outer).addWidget(early)
    shown(outer)
    assert early.isVisible()
