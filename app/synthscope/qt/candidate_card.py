"""One candidate in the strip: picture, seed, state, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from qtpy.QtCore import QEvent, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from qtpy.QtWidgets import (
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from superqt import QElidingLabel

from synthscope.qt.buttons import IconButton
from synthscope.qt.image_tile import ImageTile, Picture
from synthscope.qt.theme import icon, set_mark, tokens_of

State = Literal["waiting", "accepted", "rejected"]
REASONS = (
    "visible seam",
    "wrong texture",
    "blurred",
    "wrong grey values",
    "copied structure",
    "impossible structure",
)
"""Reasons that are offered while one is typed."""

_STATE_WORDS = {"waiting": "waiting", "accepted": "accepted", "rejected": "rejected"}
_STATE_ICONS = {"accepted": "check-bold", "rejected": "close-thick"}


@dataclass(frozen=True, eq=False)
class CandidateRow:
    """What the strip shows of one candidate.

    Parameters
    ----------
    thumbnail : ndarray (Y, X) or (Y, X, 3)
        In original units.
    figures : mapping
        Name to words, for the tooltip: ``{"seam ratio": "1.02 (real 1.00 ± 0.03)"}``.
    limits : tuple of float, optional
        Contrast, the same for all candidates of a run.
    synthetic : ndarray of bool (Y, X), optional
        Where the voxels were made.
    reason : str
        Why it was rejected.
    """

    id: str
    seed: int
    thumbnail: np.ndarray
    state: State = "waiting"
    starred: bool = False
    caption: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[float, float] | None = None
    synthetic: np.ndarray | None = None
    reason: str = ""


class _BadgedTile(ImageTile):
    """A picture with the badge of a state in its corner."""

    def __init__(self) -> None:
        super().__init__(side=132)
        self._state: State = "waiting"

    def set_state(self, state: State) -> None:
        self._state = state
        self.set_dimmed(state == "rejected")

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        super().paintEvent(event)
        if self._state == "waiting":
            return
        tokens = tokens_of(self)
        good = self._state == "accepted"
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent if good else tokens.muted))
        badge = QRectF(6, 6, 22, 22)
        painter.drawEllipse(badge)
        drawn = icon(_STATE_ICONS[self._state], tokens.on_accent if good else tokens.surface)
        drawn.paint(painter, badge.adjusted(4, 4, -4, -4).toRect())
        painter.end()


class CandidateCard(QFrame):
    """Shows one `CandidateRow`; every act is a signal, the row itself changes only by `set_value`."""

    accepted = Signal(str)
    rejected = Signal(str, str)
    starred = Signal(str, bool)
    reopened = Signal(str)
    chosen = Signal(str)
    hovered = Signal(str)
    left = Signal(str)
    focused = Signal(str)
    answered = Signal()
    seed_wanted = Signal(object)  # a seed may be larger than Qt's int

    def __init__(self, row: CandidateRow, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # create
        self.tile = _BadgedTile()
        self._seed = QLabel()
        self._caption = QElidingLabel()
        self._caption.setProperty("role", "muted")
        self._seed_button = IconButton("dice-5-outline", "Use this seed again")
        self._star = IconButton("star-outline", "Star", keys="S")
        self._accept = IconButton("check", "Accept as a new layer", keys="A")
        self._reject = IconButton("close", "Reject", keys="R")
        self._reopen = IconButton("undo", "Decide again", keys="U")
        self._reason = QLineEdit()
        self._bottom = QStackedWidget()
        # lay out
        self._lay_out()
        # connect
        self._connect()
        self.set_value(row)

    def value(self) -> CandidateRow:
        """Give the row that is shown."""
        return self._row

    def set_value(self, row: CandidateRow) -> None:
        """Show a row."""
        self._row = row
        self.tile.set_value(Picture(row.thumbnail, row.limits, row.synthetic))
        self.tile.set_state(row.state)
        self._seed.setText(f"seed {row.seed}")
        self._caption.setText(row.reason if row.state == "rejected" and row.reason else row.caption)
        self._star.set_icon("star" if row.starred else "star-outline", strong=row.starred)
        self._star.set_words("Take the star away" if row.starred else "Star", "S")
        if row.state != "waiting":
            self._bottom.setCurrentIndex(0)  # somebody decided while the reason was typed
        for button in (self._accept, self._reject):
            button.setVisible(row.state == "waiting")
        self._reopen.setVisible(row.state != "waiting")
        self.setToolTip(_tooltip(row))
        self.setAccessibleName(f"Candidate with seed {row.seed}, {_STATE_WORDS[row.state]}")

    def set_current(self, current: bool) -> None:
        """Frame it as the one that keys act on."""
        set_mark(self, "current", current)

    def ask_reason(self) -> None:
        """Show the line for the reason of a rejection."""
        if self._row.state == "waiting":
            self._reason.clear()
            self._bottom.setCurrentIndex(1)
            self._reason.setFocus()

    def toggle_star(self) -> None:
        """Ask for the star to be set or taken away."""
        self.starred.emit(self._row.id, not self._row.starred)

    def accept(self) -> None:
        """Ask for the candidate to be accepted, if it still waits."""
        if self._row.state == "waiting":
            self.accepted.emit(self._row.id)

    def reopen(self) -> None:
        """Ask for the decision to be taken back, if there is one."""
        if self._row.state != "waiting":
            self.reopened.emit(self._row.id)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that the pointer is over the candidate."""
        super().enterEvent(event)
        self.hovered.emit(self._row.id)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that the pointer has gone."""
        super().leaveEvent(event)
        self.left.emit(self._row.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Make it the current one."""
        super().mousePressEvent(event)
        self.chosen.emit(self._row.id)

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let Escape leave the line for the reason; tell when a part of the card takes the keys."""
        if event.type() == QEvent.Type.FocusIn:
            self.focused.emit(self._row.id)
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if watched is self._reason and event.type() == QEvent.Type.KeyPress and is_escape:
            self._leave_reason()
            return True
        handled: bool = super().eventFilter(watched, event)
        return handled

    def _leave_reason(self) -> None:
        self._bottom.setCurrentIndex(0)
        self.answered.emit()

    def _give_reason(self) -> None:
        reason = self._reason.text().strip()
        self._leave_reason()
        self.rejected.emit(self._row.id, reason)

    def _lay_out(self) -> None:
        self.setFixedWidth(168)
        self._caption.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._reason.setPlaceholderText("why? then Enter")
        self._reason.setAccessibleName("Reason of the rejection")
        self._reason.setToolTip("Why it is rejected; Enter rejects, Escape goes back")
        completer = QCompleter(REASONS, self._reason)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._reason.setCompleter(completer)
        acts = QWidget()
        row = QHBoxLayout(acts)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (self._star, self._seed_button):
            row.addWidget(widget)
        row.addStretch()
        for widget in (self._reject, self._accept, self._reopen):
            row.addWidget(widget)
        self._bottom.addWidget(acts)
        self._bottom.addWidget(self._reason)
        self._bottom.setFixedHeight(30)
        words = QHBoxLayout()
        words.setSpacing(8)
        words.addWidget(self._seed)
        words.addWidget(self._caption, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self.tile, 1)
        layout.addLayout(words)
        layout.addWidget(self._bottom)

    def _connect(self) -> None:
        for part in (self._star, self._seed_button, self._accept, self._reject, self._reopen, self._reason):
            part.installEventFilter(self)
        self._reason.returnPressed.connect(self._give_reason)
        self._star.clicked.connect(self.toggle_star)
        self._accept.clicked.connect(self.accept)
        self._reject.clicked.connect(self.ask_reason)
        self._reopen.clicked.connect(self.reopen)
        self._seed_button.clicked.connect(lambda: self.seed_wanted.emit(self._row.seed))


def _tooltip(row: CandidateRow) -> str:
    lines = [f"seed {row.seed}, {_STATE_WORDS[row.state]}" + (f": {row.reason}" if row.reason else "")]
    return "\n".join(lines + [f"{name}: {words}" for name, words in row.figures.items()])
