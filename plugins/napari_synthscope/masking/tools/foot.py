"""The foot of the mask panel: what was said, how far work is, and the step that can be taken back."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from synthscope.qt.buttons import IconButton, TextButton
from synthscope.qt.progress_bar import ProgressBar
from synthscope.qt.sentence import Sentence
from synthscope.qt.theme import set_role
from synthscope.records.events import Progress

LONGEST = 40


class Foot(QWidget):
    """Shows a sentence, a bar and the undo button; each only while there is something to show.

    Signals
    -------
    cancel_pressed(), undo_pressed()
    """

    cancel_pressed = Signal()
    undo_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.sentence = Sentence()
        self._work = QWidget()
        self._bar = ProgressBar()
        self._words = QLabel()
        self.cancel = IconButton("close", "Cancel; the mask stays as it is")
        self.undo = TextButton("Undo", name="undo", role="quiet")
        # lay out
        self._lay_out()
        # connect
        self.cancel.clicked.connect(self.cancel_pressed)
        self.undo.clicked.connect(self.undo_pressed)
        self.show_busy(False)
        self.show_undo("")

    def show_busy(self, busy: bool) -> None:
        """Show the bar, or put it away."""
        if busy and self._work.isHidden():
            self._bar.set_fraction(None)
            self._words.setText("Working…")
        self._work.setVisible(busy)

    def show_progress(self, progress: Progress) -> None:
        """Show how far work is."""
        self._bar.set_fraction(progress.fraction if progress.total > 0 else None)
        step = f", {progress.done + 1:.0f} of {progress.total:.0f}" if progress.total > 1 else ""
        self._words.setText((progress.text or "Working") + step)

    def show_undo(self, name: str) -> None:
        """Offer to take a step back; none for an empty name."""
        short = name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
        self.undo.setText(f"Undo: {short}")
        self.undo.setToolTip(f"Undo: {name} (Ctrl+Z)")
        self.undo.setVisible(bool(name))

    def _lay_out(self) -> None:
        set_role(self._words, "muted")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._bar)
        words.addWidget(self._words)
        row = QHBoxLayout(self._work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(self.cancel)
        last = QHBoxLayout()
        last.addWidget(self.undo)
        last.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 16, 4)
        column.setSpacing(8)
        column.addWidget(self.sentence)
        column.addWidget(self._work)
        column.addLayout(last)
