"""What was taken back is done again, and only where that is sound."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from pytestqt.qtbot import QtBot

from napari_synthscope.masking.panel import MaskPanel
from napari_synthscope.session.session import Session
from napari_synthscope.session.undo import UndoStack


@pytest.fixture
def panel(qtbot: QtBot, viewer: ViewerModel, session: Session, stack: np.ndarray) -> Any:
    viewer.add_image(stack)
    session.new_mask()
    made = MaskPanel(viewer)
    qtbot.addWidget(made)
    yield made
    made.close()


def test_any_walk_through_strokes_and_operations_finds_each_state_again(
    panel: MaskPanel, rng: np.random.Generator
) -> None:
    session, mask = panel.session, panel.session.mask
    assert mask is not None
    mask.brush_size = 7
    states, at = [np.array(mask.data)], 0
    for _ in range(60):
        kind = rng.integers(4)
        if kind == 0 or (kind == 1 and session.painted is None):
            place = (int(rng.integers(12)), int(rng.integers(8, 40)), int(rng.integers(8, 40)))
            mask.paint(place, int(rng.random() < 0.8))
        elif kind == 1:
            panel.changes.do("grow")
        elif kind == 2:
            at -= bool(session.undo())
        else:
            at += bool(session.redo())
        names = session.undo_stack.names
        if kind < 2 and len(names) > at:
            at = len(names)
            states = [*states[:at], np.array(mask.data)]
        assert at == len(names)
        assert np.array_equal(mask.data, states[at])
    assert len(states) > 5


def test_a_new_step_and_one_that_cannot_be_done_again_end_what_can(qtbot: QtBot) -> None:
    del qtbot
    done: list[str] = []
    steps = UndoStack()

    def push(name: str, *, again: bool = True) -> None:
        steps.push(name, lambda: done.append(f"-{name}"), (lambda: done.append(f"+{name}")) if again else None)

    push("a", again=False)
    push("b")
    push("c")
    assert (steps.undo(), steps.undo(), steps.undone) == ("c", "b", ("b", "c"))
    assert (steps.redo(), steps.undone) == ("b", ("c",))
    push("d")
    assert steps.undone == ()
    assert [steps.undo() for _ in range(3)] == ["d", "b", "a"]
    assert steps.redo() == ""
    assert done == ["-c", "-b", "+b", "-d", "-b", "-a"]


def test_a_stroke_that_napari_has_forgotten_ends_what_can_be_done_again(session: Session, panel: MaskPanel) -> None:
    mask = session.mask
    assert mask is not None
    mask.paint((3, 20, 20), 1)
    mask._reset_history()  # as napari does when the layer is locked
    panel.changes.do("grow")
    grown = session.undo_stack.names[0]
    assert session.undo() == grown
    assert session.can_redo
    session.undo()
    assert not session.can_redo
