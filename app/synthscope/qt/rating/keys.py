"""Which key does what in the trials of a study: one thing each, and the help is made of the same list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal

from qtpy.QtCore import Qt

from synthscope.qt.rating.wording import BY_NUMBER
from synthscope.records.study_pack import PackManifest

DRAWN = ("marks", "trace")
TYPED = ("count", "text")
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
SHIFT = 1 << 32
"""Added to an arrow key that is pressed with Shift."""
ARROWS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
"""Where each leads: across, down."""
FINE = {key + SHIFT: way for key, way in ARROWS.items()}
LARGER = Qt.Key.Key_A
DIGITS = tuple(range(Qt.Key.Key_0, Qt.Key.Key_9 + 1))
Verb = Literal[
    "number", "left", "right", "confirm", "undo", "cursor", "fine cursor", "set", "shape", "reason", "line", "zoom in",
    "zoom out", "slice back", "slice on", "flick", "recognised", "comment", "pause", "larger words", "help", "stop",
]  # fmt: skip


@dataclass(frozen=True)
class KeyRow:
    """One thing that keys do.

    Parameters
    ----------
    keys : tuple of int
        Qt's, with `SHIFT` added where it is held.
    named, does : str
        As the help says it.
    """

    verb: Verb
    keys: tuple[int, ...]
    named: str
    does: str


def keys_of_trials(manifest: PackManifest) -> tuple[KeyRow, ...]:
    """Give what keys do in the trials of a study; no key is in two rows."""
    return (*_answering(manifest), *_drawing(manifest), *_looking(manifest), *_ALWAYS)


def help_of(manifest: PackManifest) -> str:
    """Say what every key does, as a table in HTML."""
    rows = "".join(
        f"<tr><td align=right><b>{escape(row.named)}</b></td><td width=24></td><td>{escape(row.does)}</td></tr>"
        for row in keys_of_trials(manifest)
    )
    typed = "<p>While you type words, hold Ctrl with a letter key.</p>" if asks(manifest, "text") else ""
    return f"<table cellspacing=4>{rows}</table>{typed}<p>Any key: back</p>"


def asks(manifest: PackManifest, *kinds: str) -> bool:
    """Tell whether the study asks a question of one of these kinds."""
    return any(question.kind in kinds for question in manifest.questions)


def key_of(key: int, modifiers: Qt.KeyboardModifier) -> int:
    """Give the key as rows name it."""
    is_fine = key in ARROWS and bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    return key + SHIFT if is_fine else key


def _answering(manifest: PackManifest) -> Iterator[KeyRow]:
    if asks(manifest, *BY_NUMBER):
        yield KeyRow("number", DIGITS, "Number keys", "answer, as the words below the pictures say")
    places = {len(trial.places) for slot in manifest.slots for trial in slot.trials}
    if asks(manifest, "choice") and places == {2}:
        arrows = not asks(manifest, *DRAWN)  # where something is drawn, they move the cross
        left, right = ((Qt.Key.Key_Left,), (Qt.Key.Key_Right,)) if arrows else ((), ())
        yield KeyRow("left", (Qt.Key.Key_F, *left), "F, left arrow" if arrows else "F", "the left picture")
        yield KeyRow("right", (Qt.Key.Key_J, *right), "J, right arrow" if arrows else "J", "the right picture")
    yield KeyRow("undo", (Qt.Key.Key_Backspace,), "Backspace", "take back")
    yield KeyRow("confirm", ENTER, "Enter", "done; confirm")


def _drawing(manifest: PackManifest) -> Iterator[KeyRow]:
    if not asks(manifest, *DRAWN):
        return
    yield KeyRow("cursor", tuple(ARROWS), "Arrow keys", "move the cross")
    yield KeyRow("fine cursor", tuple(FINE), "Shift and arrow keys", "move it by one pixel of the picture")
    yield KeyRow("set", (Qt.Key.Key_Space,), "Space, a click", "set a point; begin and end a box or a region")
    if asks(manifest, "marks"):
        yield KeyRow("shape", (Qt.Key.Key_T,), "T", "next mark: point, box or region")
    if asks(manifest, "trace"):
        yield KeyRow("line", (Qt.Key.Key_N,), "N", "next line")
    if any(question.reasons for question in manifest.questions if question.kind in DRAWN):
        yield KeyRow("reason", (Qt.Key.Key_E,), "E", "reason of the next mark")
        if not asks(manifest, *BY_NUMBER):
            yield KeyRow("number", DIGITS, "Number keys", "reason of the next mark")


def _looking(manifest: PackManifest) -> Iterator[KeyRow]:
    if manifest.showing.zoom > 1:
        yield KeyRow("zoom in", (Qt.Key.Key_Plus, Qt.Key.Key_Equal), "+", "larger")
        yield KeyRow("zoom out", (Qt.Key.Key_Minus,), "−", "smaller")
    if manifest.shape[0] > 1:
        yield KeyRow("slice back", (Qt.Key.Key_PageUp,), "Page up, wheel", "slice before")
        yield KeyRow("slice on", (Qt.Key.Key_PageDown,), "Page down, wheel", "slice after")
    if manifest.showing.flicker:
        drawn = asks(manifest, *DRAWN)
        keys, named = ((Qt.Key.Key_V,), "V") if drawn else ((Qt.Key.Key_Space,), "Space")
        yield KeyRow("flick", keys, named, "change between reference and result")


_ALWAYS = (
    KeyRow("comment", (Qt.Key.Key_C,), "C", "comment"),
    KeyRow("recognised", (Qt.Key.Key_R,), "R", "I know this picture"),
    KeyRow("pause", (Qt.Key.Key_P,), "P", "pause"),
    KeyRow("larger words", (LARGER,), "A", "larger words; after the largest the first size"),
    KeyRow("stop", (Qt.Key.Key_Escape,), "Esc", "stop"),
    KeyRow("help", (Qt.Key.Key_H, Qt.Key.Key_Question), "H, ?", "this help"),
)
