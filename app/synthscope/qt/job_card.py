"""One job in the list: title, progress, remaining time, picture, and what can be done with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget
from superqt import QElidingLabel

from synthscope.qt.buttons import Fold, IconButton
from synthscope.qt.image_tile import ImageTile, Picture
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.progress_bar import ProgressBar
from synthscope.qt.theme import set_role

State = Literal["waiting", "running", "done", "failed", "cancelled", "interrupted"]

_ACTS: dict[State, tuple[str, ...]] = {
    "waiting": ("up", "down", "cancel"),
    "running": ("cancel",),
    "done": ("open", "dismiss"),
    "failed": ("retry", "dismiss"),
    "cancelled": ("retry", "dismiss"),
    "interrupted": ("resume", "discard"),
}
_BUTTONS = {
    "up": ("arrow-up", "Do it earlier"),
    "down": ("arrow-down", "Do it later"),
    "open": ("arrow-right", "Show the result"),
    "retry": ("refresh", "Try again"),
    "resume": ("play", "Resume"),
    "discard": ("trash-can-outline", "Discard; what was finished is kept"),
    "cancel": ("close", "Cancel; what was finished is kept"),
    "dismiss": ("close", "Take it off the list"),
}


@dataclass(frozen=True, eq=False)
class JobRow:
    """What the list shows of one job.

    Parameters
    ----------
    fraction : float, optional
        Between 0 and 1; None while it cannot be known.
    text : str
        What is being done now.
    remaining : float, optional
        Seconds that are left, where an estimate is possible.
    preview : ndarray (Y, X) or (Y, X, 3), optional
        A picture of the work so far, in original units.
    caption : str
        What the picture shows.
    error, details : str
        The sentence of a failure, and its technical text.
    """

    id: str
    title: str
    state: State = "waiting"
    fraction: float | None = None
    text: str = ""
    remaining: float | None = None
    preview: np.ndarray | None = None
    caption: str = ""
    error: str = ""
    details: str = ""


def time_words(seconds: float) -> str:
    """Say a time left in words: ``about 3 min left``; empty where it is no number."""
    if not math.isfinite(seconds):
        return ""
    if seconds < 5:
        return "a few seconds left"
    if seconds < 90:
        return f"about {max(5, round(seconds / 5) * 5):.0f} s left"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} min left"
    return f"about {seconds / 3600:.1f} h left"


def status_words(row: JobRow) -> str:
    """Say in one line how a job stands."""
    if row.state == "failed":
        return row.error or "failed"
    if row.state != "running":
        words = {
            "waiting": "waits for its turn",
            "done": "done",
            "cancelled": "cancelled; what was finished is kept",
            "interrupted": "was interrupted",
        }
        return words[row.state]
    share = "" if row.fraction is None else f"{row.fraction:.0%}"
    left = "" if row.remaining is None else time_words(row.remaining)
    return " · ".join(part for part in (share, left, row.text) if part) or "running"


class JobCard(QFrame):
    """Shows one `JobRow`; ``acted(act, id)`` says which button was pressed.

    Acts are ``up``, ``down``, ``open``, ``retry``, ``resume``, ``discard``, ``cancel``, ``dismiss``.
    """

    acted = Signal(str, str)

    def __init__(self, row: JobRow, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.setProperty("role", "card")
        # create
        self._tile = ImageTile(side=48)
        self._title = QElidingLabel()
        self._status = WrappingLabel()
        self._bar = ProgressBar()
        self._details = QPlainTextEdit()
        self._fold = Fold("Details", self._details)
        self._buttons = {act: IconButton(name, words) for act, (name, words) in _BUTTONS.items()}
        # lay out
        self._lay_out()
        # connect
        for act, button in self._buttons.items():
            button.clicked.connect(lambda _=False, a=act: self.acted.emit(a, self._row.id))
        self.set_value(row)

    def value(self) -> JobRow:
        """Give the row that is shown."""
        return self._row

    def set_value(self, row: JobRow) -> None:
        """Show a row."""
        self._row = row
        self._title.setText(row.title)
        self._title.setToolTip(row.title)
        self._status.setText(status_words(row))
        set_role(self._status, "warning" if row.state in ("failed", "interrupted") else "muted")
        self._bar.setVisible(row.state == "running")
        self._bar.set_fraction(row.fraction)
        self._tile.setVisible(row.preview is not None)
        self._tile.set_value(None if row.preview is None else Picture(row.preview))
        self._fold.setVisible(bool(row.details))
        if self._details.toPlainText() != row.details:
            self._details.setPlainText(row.details)
        for act, button in self._buttons.items():
            button.setVisible(act in _ACTS[row.state])
        self.setAccessibleName(f"{row.title}: {status_words(row)}")

    def set_place(self, *, first: bool, last: bool) -> None:
        """Say whether it can move up or down."""
        self._buttons["up"].setEnabled(not first)
        self._buttons["down"].setEnabled(not last)

    def _lay_out(self) -> None:
        self._tile.setFixedSize(48, 48)
        self._title.setStyleSheet("font-weight: 600;")
        self._details.setReadOnly(True)
        self._details.setFixedHeight(120)
        self._details.setAccessibleName("Details")
        words = QVBoxLayout()
        words.setSpacing(4)
        for widget in (self._title, self._status, self._bar, self._fold):
            words.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(12)
        layout.addWidget(self._tile, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        acts = QHBoxLayout()
        acts.setSpacing(0)
        for button in self._buttons.values():
            acts.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(acts)
