"""The card of the leak gate says what is to be known of how pictures were made."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from napari_synthscope.studying.leak_step import GateState, LeakStep

pytestmark = pytest.mark.gui
NOTE = "Arm 2 has 8 grey values."


def test_notes_of_rendering_are_shown(qtbot: QtBot) -> None:
    step = LeakStep()
    qtbot.addWidget(step)
    step.show()
    assert not step.notes.isVisible()
    step.show_gate(GateState(notes=(NOTE,)))
    assert step.notes.isVisible()
    assert step.notes.text() == NOTE
    step.show_gate(GateState())
    assert not step.notes.isVisible()
