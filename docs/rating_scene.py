"""The window of a rater, for docs/rating.md: simulated rock, answered by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from synthscope.desktop.tour import Pause, Shot, Step, Wait
from synthscope.imaging.contrast import contrast_limits
from synthscope.phantoms.phantom import finished
from synthscope.phantoms.samples import SAMPLES
from synthscope.qt.rating.window import RatingWindow
from synthscope.records.study import Question, Showing
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.services.rating.session import RatingSession
from synthscope.studies.pack.reading import open_pack
from synthscope.studies.pack.writing import write_pack
from synthscope.studies.store.responses import Responses

SETTLE = Pause(600)
SIDE = 150
CODES = ("0a", "0b")
QUESTIONS = (
    Question("choice", "choice", "Which image is better for your work?", tie=True),
    Question("marks", "marks", "Mark everything that looks wrong.", reasons=("seam", "blur", "noise")),
)
CONSENT = "You may stop at any time. Your answers are kept without your name."


def make_rating(folder: Path) -> RatingWindow:
    """Write a pack of two pictures and open it as a rater would."""
    sample = next(sample for sample in SAMPLES if sample.key == "rock")
    stack = np.asarray(finished(sample.make(0)).image.pixels)
    plane = stack[len(stack) // 2]
    low, high = contrast_limits([plane])
    grey = (np.clip((plane - low) / (high - low), 0, 1) * 255).astype(np.uint8)
    shown = dict(zip(CODES, (grey[40:, 20:], grey[40:, 20 + SIDE // 2 :]), strict=True))
    manifest = PackManifest(
        "s", "Rock", "pairs", QUESTIONS, Showing(least=0, zoom=4.0), (1, SIDE, SIDE, 1), CODES,
        (Slot("a", False, (Trial("t0", 1, CODES), Trial("t1", 2, CODES))),),
        "You will see two images of rock side by side and say which is better for your work.", CONSENT,
    )  # fmt: skip
    pack = write_pack(folder / "rock.ratepack", manifest, lambda code: shown[code][None, :SIDE, :SIDE, None])
    opened = open_pack(pack)
    answers = Responses.open(folder / "a.db", slot="a", study="s", mirror=folder / "second" / "a.jsonl")
    session = RatingSession(manifest, manifest.slots[0], answers)
    session.start("a", "Synthscope")
    window = RatingWindow(session, opened.picture)
    window.resize(1280, 800)
    window.show()
    return window


def steps(window: RatingWindow) -> Iterator[Step]:
    """Take part, check the display, choose, mark."""
    key = Qt.Key
    press(window, key.Key_Return, key.Key_Return)
    yield SETTLE
    yield Shot("card", "The scale of the screen: a frame as wide as a bank card.")
    press(window, key.Key_Return, key.Key_Return, key.Key_Y)
    yield SETTLE
    yield Shot("grey", "Eighteen greys, and a square in the dark field that is a little less dark.")
    press(window, key.Key_0, key.Key_0, key.Key_Return)
    yield Wait("the pictures", lambda: window.session.step == "shown")
    yield SETTLE
    yield Shot("choice", "A trial.")
    press(window, key.Key_H)
    yield SETTLE
    yield Shot("help", "What each key does in this study.")
    press(window, key.Key_H, key.Key_F, key.Key_Left, *[key.Key_Right] * 6, key.Key_E, key.Key_T, key.Key_Space)
    press(window, *[key.Key_Right] * 5, *[key.Key_Down] * 6, key.Key_Space, *[key.Key_Right] * 3)
    yield SETTLE
    yield Shot("marks", "A box was marked by keys; the cross is where the next mark begins.")


def press(window: RatingWindow, *keys: Any) -> None:
    """Press keys, one after the other."""
    for key in keys:
        QTest.keyClick(window, key)
