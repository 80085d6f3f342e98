"""What tiles of weights and of pretrained models share: how a fetch is agreed to, and the column they stand in."""

from __future__ import annotations

from collections.abc import Sequence

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.theme import set_role


class FetchTile(QFrame):
    """Tells about something that can be fetched; what is pressed is only said, never done.

    Parameters
    ----------
    title : str
        What it is called.
    asked : sequence of QWidget
        What is asked beside the consent before a fetch.
    offered : sequence of QWidget
        Buttons beside *Fetch…*.

    Signals
    -------
    verify_wanted(), remove_wanted()
        A button was pressed.
    """

    verify_wanted = Signal()
    remove_wanted = Signal()

    def __init__(
        self, title: str, *, asked: Sequence[QWidget] = (), offered: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        set_role(self, "card")
        # create
        self.about = WrappingLabel(role="muted")
        self.state = WrappingLabel()
        self.consent = WrappingLabel()
        self.agree = TextButton("Agree and fetch", role="primary", tip="Begin the transfer")
        self.refuse = TextButton("Cancel", role="quiet", tip="Fetch nothing")
        self.fetch = TextButton(
            "Fetch…", name="download", tip="See what a fetch means; nothing is sent before you agree"
        )
        self.verify = TextButton("Verify", name="shield-check-outline", tip="Check every file against its SHA-256")
        self.remove = TextButton("Remove", name="trash-can-outline", tip="Delete the files; they can be fetched again")
        self._question = QWidget()
        # lay out
        self._lay_out(title, asked, offered)
        # connect
        self.fetch.clicked.connect(lambda: self._ask(True))
        self.refuse.clicked.connect(lambda: self._ask(False))
        self.agree.clicked.connect(self._agree)
        self.verify.clicked.connect(self.verify_wanted)
        self.remove.clicked.connect(self.remove_wanted)

    def say(self, words: str) -> None:
        """Show other words where the state stands, such as how far a fetch is."""
        self.state.setText(words)

    def _consent_words(self) -> str:
        """Give what a person reads before a fetch."""
        return ""

    def _ask(self, asked: bool) -> None:
        self.consent.setText(self._consent_words() if asked else "")
        self._question.setVisible(asked)

    def _agree(self) -> None:
        self._ask(False)

    def _lay_out(self, title: str, asked: Sequence[QWidget], offered: Sequence[QWidget]) -> None:
        answers, buttons = QHBoxLayout(), QHBoxLayout()
        for widget in (self.agree, self.refuse):
            answers.addWidget(widget)
        for widget in (self.fetch, *offered, self.verify, self.remove):
            buttons.addWidget(widget)
        for line in (answers, buttons):
            line.setSpacing(8)
            line.addStretch(1)
        question = QVBoxLayout(self._question)
        question.setContentsMargins(0, 0, 0, 0)
        for widget in (self.consent, *asked):
            question.addWidget(widget)
        question.addLayout(answers)
        column = QVBoxLayout(self)
        column.setSpacing(6)
        column.addWidget(WrappingLabel(title, role="title"))
        for widget in (self.about, self.state, self._question):
            column.addWidget(widget)
        column.addLayout(buttons)


class TileColumn(QScrollArea):
    """Tiles below each other, scrolled where there are more than fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidget(inner)

    def add(self, tile: QWidget) -> None:
        """Put a tile below the others."""
        self._column.insertWidget(self._column.count() - 1, tile)
