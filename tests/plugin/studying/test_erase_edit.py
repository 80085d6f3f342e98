"""Erasing offers the raters of whom something is left to erase, and no others."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from napari_synthscope.studying.answers_step import cells
from napari_synthscope.studying.erase_edit import EraseEdit
from synthscope.services.studies.collecting import RaterProgress

pytestmark = pytest.mark.gui


def rater(
    slot: str, *, answered: int = 0, sessions: int = 0, erased: bool = False, begun: bool = False
) -> RaterProgress:  # fmt: skip
    return RaterProgress(
        slot, 9, answered, sessions, 1000.0, 0, 0, 0, 0, 0, withdrawn=erased, devices=1, erased=erased,
        interrupted_erasing=begun,
    )  # fmt: skip


RATERS = {
    "not begun": rater("rater-001"),
    "4/9": rater("rater-002", answered=4, sessions=1),
    "erased": rater("rater-003", sessions=1, erased=True),
    "to be erased": rater("rater-004", answered=4, sessions=2, erased=True),
    "not all erased": rater("rater-005", erased=True, begun=True),
}


def test_who_erased_alone_is_offered_while_older_answers_are_here_and_who_is_half_erased(qtbot: QtBot) -> None:
    edit = EraseEdit()
    qtbot.addWidget(edit)
    edit.show()
    edit.set_value(tuple(RATERS.values()))
    offered = [edit.raters.itemText(place) for place in range(edit.raters.count())]
    assert offered == ["rater-002", "rater-004", "rater-005"]
    edit.raters.setCurrentText("rater-005")
    edit.why.setText("A letter of 3 May.")
    edit.erase.click()
    assert edit.warning.text().startswith("The erasing of rater-005 was interrupted. It is finished")
    with qtbot.waitSignal(edit.wanted) as told:
        edit.sure.click()
    assert told.args == ["rater-005", "A letter of 3 May.", False]


@pytest.mark.parametrize("words", RATERS)
def test_the_table_says_what_is_left(words: str) -> None:
    assert cells(RATERS[words])[1] == words
