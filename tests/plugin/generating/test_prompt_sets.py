"""Prompt sets in Generate: filled in from the menu, saved under a name, deleted, taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtGui import QAction
from qtpy.QtWidgets import QMenu

from napari_synthscope.parts.words_edit import WordsEdit
from napari_synthscope.session.session import Session
from synthscope.errors import DocumentError
from synthscope.generators.registry import find_spec
from synthscope.records.request import Prompts
from synthscope.services.prompt_sets import NAME, find_set, own_sets


@pytest.fixture
def words(qtbot: QtBot, session: Session) -> Iterator[WordsEdit]:
    made = WordsEdit(session)
    qtbot.addWidget(made)
    made.show_for(find_spec("sd-inpaint"))
    made.show()
    yield made
    made.sets.menu.close()


def listed(menu: QMenu) -> dict[str, QAction]:
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions() if not action.isSeparator()}


def pick(words: WordsEdit, title: str, qtbot: QtBot) -> None:
    """Click a row of the menu, as a person does."""
    menu = words.sets.menu
    menu.popup(words.sets.button.mapToGlobal(words.sets.button.rect().bottomLeft()))
    qtbot.waitUntil(menu.isVisible)
    action = next(one for one in menu.actions() if one.text() == title)
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())


def save_as(words: WordsEdit, title: str, qtbot: QtBot) -> None:
    pick(words, "Save these words…", qtbot)
    qtbot.waitUntil(words.sets.name.isVisible)
    qtbot.keyClicks(words.sets.name, title)
    qtbot.keyClick(words.sets.name, Qt.Key.Key_Return)


def test_a_set_is_filled_in_by_a_click_and_taken_back(words: WordsEdit, session: Session, qtbot: QtBot) -> None:
    words.texts["prompt"].setPlainText("mine")
    pick(words, "Rock with large grains", qtbot)
    assert words.whole_value() == find_set("sordo-rocks").prompts
    assert words.texts["prompt"].toPlainText() == "microCT scan of rock sample containing large grains"
    session.undo()
    assert words.whole_value() == Prompts("mine")


def test_where_words_are_from_and_what_they_are_is_said_before_they_are_chosen(words: WordsEdit) -> None:
    tip = listed(words.sets.menu)["Fibres in a composite"].toolTip()
    assert "Prompt: x-ray image of a composite material with deformed circles" in tip
    assert "Sordo et al. 2025, J. Imaging 11, 252" in tip
    assert "larger" not in tip  # the instruction, which this generator does not read


def test_own_words_are_saved_listed_deleted_and_brought_back(
    words: WordsEdit, session: Session, qtbot: QtBot
) -> None:
    assert not listed(words.sets.menu)["Save these words…"].isEnabled()
    words.texts["prompt"].setPlainText("dry clay")
    save_as(words, "Clay, dry", qtbot)
    assert not words.sets.name.isVisible()
    (made,) = own_sets(session.project.folder)
    assert (made.title, made.prompts) == ("Clay, dry", Prompts("dry clay"))
    words.texts["prompt"].setPlainText("")
    pick(words, "Clay, dry", qtbot)
    assert words.value().prompt == "dry clay"
    delete = listed(words.sets.menu)["Delete"].menu()
    next(iter(delete.actions())).trigger()
    assert own_sets(session.project.folder) == ()
    assert "Clay, dry" not in listed(words.sets.menu)
    session.undo()
    assert own_sets(session.project.folder) == (made,)


def test_a_name_that_is_taken_is_replaced_and_can_be_had_back(
    words: WordsEdit, session: Session, qtbot: QtBot
) -> None:
    for text in ("dry clay", "wet clay"):
        words.texts["prompt"].setPlainText(text)
        save_as(words, "clay", qtbot)
    assert [one.prompts.prompt for one in own_sets(session.project.folder)] == ["wet clay"]
    session.undo()
    assert [one.prompts.prompt for one in own_sets(session.project.folder)] == ["dry clay"]


def test_escape_leaves_the_name_and_an_empty_one_is_refused(words: WordsEdit, session: Session, qtbot: QtBot) -> None:
    said: list[object] = []
    session.said.connect(said.append)
    words.texts["prompt"].setPlainText("clay")
    pick(words, "Save these words…", qtbot)
    qtbot.keyClick(words.sets.name, Qt.Key.Key_Escape)
    assert not words.sets.name.isVisible()
    assert not said
    save_as(words, "  ", qtbot)
    assert "give 1 to 60 letters" in str(said[-1])
    assert own_sets(session.project.folder) == ()


def test_a_damaged_document_is_told_and_the_others_are_still_offered(words: WordsEdit, session: Session) -> None:
    said: list[object] = []
    session.said.connect(said.append)
    (session.project.folder / NAME).write_text("{", encoding="utf-8")
    assert "Rock: pores and grains" in listed(words.sets.menu)
    assert isinstance(said[-1], DocumentError)
    words.texts["prompt"].setPlainText("clay")
    words.sets.save("clay")
    assert (session.project.folder / NAME).read_text(encoding="utf-8") == "{"  # it may be mended by hand
