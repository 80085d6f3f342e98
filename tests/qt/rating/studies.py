"""A small study in a real window, for tests of what a rater does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import Question, Showing
from synthscope.records.study_events import Event
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.services.rating.session import RatingSession
from synthscope.studies.store.responses import Responses

ENTER = Qt.Key.Key_Return
SIDE = 8
"""Of every picture, in voxels."""
Picture = Callable[[str], np.ndarray]


def flat(grey: int) -> Picture:
    return lambda _: np.full((1, SIDE, SIDE, 1), grey, np.uint8)


def manifest_of(
    questions: Sequence[Question], trials: Sequence[Trial], *, mirrored: bool = False, **showing: Any
) -> PackManifest:
    """Describe a study of one slot ``a``; nothing is asked of answers' times unless it is said."""
    codes = sorted({code for trial in trials for code in (*trial.places, trial.reference) if code})
    shown = Showing(**{"least": 0, "interval": 300, **showing})
    slot = Slot("a", mirrored, tuple(trials))
    return PackManifest(
        "s", "x", "pairs", tuple(questions), shown, (1, SIDE, SIDE, 1), tuple(codes), (slot,), consent="Free."
    )


def answers_in(folder: Path) -> Responses:
    return Responses.open(folder / "a.db", slot="a", study="s", mirror=folder / "mirror" / "a.jsonl")


def opened(qtbot: QtBot, manifest: PackManifest, answers: Responses, picture: Picture | None = None) -> RatingWindow:
    """Open a window on the slot, as the program does."""
    session = RatingSession(manifest, manifest.slots[0], answers)
    session.start("r", "Synthscope 0")
    window = RatingWindow(session, picture or flat(90))
    qtbot.addWidget(window)
    window.resize(900, 600)
    window.show()
    qtbot.waitExposed(window)
    return window


def press(qtbot: QtBot, window: RatingWindow, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(window, key)


TOWARDS = {"left": Qt.Key.Key_Left, "right": Qt.Key.Key_Right, "up": Qt.Key.Key_Up, "down": Qt.Key.Key_Down}


def check_display(qtbot: QtBot, window: RatingWindow) -> None:
    """Go through the check of the display as one who sees everything."""
    patches = [TOWARDS[side] for side in window.checker.check.patches]
    press(qtbot, window, ENTER, ENTER, ENTER, Qt.Key.Key_Y, *patches, ENTER)


def go_to_trial(qtbot: QtBot, window: RatingWindow) -> None:
    """Go on until the next picture is in sight."""
    while window.session.step not in ("ready", "armed", "shown"):
        if window.session.step == "display":
            check_display(qtbot, window)
        else:
            press(qtbot, window, ENTER)
    qtbot.waitUntil(lambda: window.session.step == "shown")


def of_kind(answers: Responses, kind: str) -> list[Event]:
    return [event for event in answers.events() if event.kind == kind]
