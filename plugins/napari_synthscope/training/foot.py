"""The foot of the Train panel: the button, why it cannot be pressed, what it will take, how far it is."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from synthscope.qt.buttons import TextButton
from synthscope.qt.job_card import JobRow
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.progress_row import ProgressRow
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
        self._progress = ProgressRow(self.keep, "Progress of the training")
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
        self._progress.set_value(row)
        self.train.setText("Train" if row is None else "Train another")
        if row is not None:
            self.keep.setText("Stop and keep" if row.state == "running" else "Do not begin it")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        for widget in (self.sentence, self.train, self.reason, self.estimate, self._progress):
            column.addWidget(widget)
