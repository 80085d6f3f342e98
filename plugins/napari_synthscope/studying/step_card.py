"""One step of a study: its number and title, how it stands in a sentence, and what is done there."""

from __future__ import annotations

from dataclasses import dataclass

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from synthscope.qt.buttons import IconButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import icon, set_role, tokens_of

TICK = 18


@dataclass(frozen=True)
class Check:
    """How a step stands.

    Parameters
    ----------
    words : str
        A sentence: what is there, or the one thing that is missing.
    locked : str
        Why it cannot be worked at yet; empty when it can.
    optional : bool
        Whether a study goes on without it.
    """

    done: bool
    words: str
    locked: str = ""
    optional: bool = False


class StepCard(QFrame):
    """Shows a step closed, with its sentence, or open; a locked one cannot be opened and says why.

    Signals
    -------
    pressed()
        The title was clicked, or chosen by a key.
    """

    pressed = Signal()

    def __init__(self, number: int, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.body = body
        self._check = Check(done=False, words="")
        # create
        self.head = IconButton("chevron-right", f"{number} {title}")
        self.words = WrappingLabel(role="muted")
        self._tick = QLabel()
        # lay out
        self.head.setText(f"{number}  {title}")
        self.head.setProperty("role", "fold")
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._tick.setFixedWidth(TICK)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.head, 1, Qt.AlignmentFlag.AlignLeft)
        top.addWidget(self._tick)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.words)
        column.addWidget(body)
        body.setVisible(False)
        # connect
        self.head.clicked.connect(self.pressed)

    def is_open(self) -> bool:
        """Whether the body is in sight."""
        return not self.body.isHidden()

    def check(self) -> Check:
        """Give how the step stands."""
        return self._check

    def set_open(self, opened: bool) -> None:
        """Show or hide the body; a locked step stays closed."""
        opened = opened and not self._check.locked
        self.body.setVisible(opened)
        self.head.set_icon("chevron-down" if opened else "chevron-right")

    def set_check(self, check: Check) -> None:
        """Say how the step stands."""
        self._check = check
        self.head.setEnabled(not check.locked)
        self.words.setText(check.locked or check.words)
        set_role(self.words, "muted" if check.locked or check.done or check.optional else "warning")
        tokens = tokens_of(self)
        done = check.done and not check.locked
        self._tick.setPixmap(icon("check", tokens.accent).pixmap(TICK - 2, TICK - 2) if done else QPixmap())
        self._tick.setAccessibleName("done" if done else "")
        if check.locked:
            self.set_open(False)
