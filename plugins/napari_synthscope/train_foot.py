"""The foot of the Train panel: the button, why it cannot be pressed, what it will take, how far it is."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from synthscope.qt.buttons import TextButton
from synthscope.qt.job_card import STEPS, JobRow, status_words
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.sentence import Sentence

TRAIN_TIP = "Begin to learn (Ctrl+Shift+Return)"
KEEP_TIP = "Ends the training; the best model so far is kept and can be used at once (Ctrl+Alt+.)"


class TrainFoot(QWidget):
    """Shows what can be done now; knows nothing of why.

    Signals
    -------
    train_pressed(), keep_pressed()
    """

    train_pressed = Signal()
    keep_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.sentence = Sentence()
        self.train = TextButton("Train", name="school-outline", role="primary", tip=TRAIN_TIP)
        self.reason = WrappingLabel(role="warning")
        self.estimate = WrappingLabel(role="muted")
        self.keep = TextButton("Stop and keep", name="stop-circle-outline", tip=KEEP_TIP)
        self._progress = QWidget()
        self._bar = QProgressBar()
        self._status = WrappingLabel(role="muted")
        # lay out
        self._lay_out()
        # connect
        self.train.clicked.connect(self.train_pressed)
        self.keep.clicked.connect(self.keep_pressed)
        self.train.setEnabled(False)  # until somebody has looked whether it can be done
        self.show_job(None)

    def show_plan(self, reason: str, estimate: str) -> None:
        """Offer the training, or say what is missing; `estimate` says what it will take."""
        self.train.setEnabled(not reason)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))
        self.estimate.setText(estimate)
        self.estimate.setVisible(bool(estimate))

    def show_job(self, row: JobRow | None) -> None:
        """Show how far a training is; None for none."""
        self._progress.setVisible(row is not None)
        self.train.setText("Train" if row is None else "Train another")
        if row is not None:
            self._bar.setRange(0, 0 if row.fraction is None else STEPS)
            self._bar.setValue(round((row.fraction or 0.0) * STEPS))
            self._status.setText(status_words(row))
            self.keep.setText("Stop and keep" if row.state == "running" else "Do not begin it")

    def _lay_out(self) -> None:
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName("Progress of the training")
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._bar)
        words.addWidget(self._status)
        progress = QHBoxLayout(self._progress)
        progress.setContentsMargins(0, 0, 0, 0)
        progress.setSpacing(8)
        progress.addLayout(words, 1)
        progress.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        for widget in (self.sentence, self.train, self.reason, self.estimate, self._progress):
            column.addWidget(widget)
