"""The foot of the Evaluate panel: the button, why it cannot be pressed, what it will take, how far it is."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from synthscope.qt.buttons import IconButton, TextButton
from synthscope.qt.job_card import JobRow
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.progress_row import ProgressRow
from synthscope.qt.sentence import Sentence

TIP = "Judge the generated images against the real ones (Ctrl+Alt+Return)"


class EvaluateFoot(QWidget):
    """Shows what can be done now; knows nothing of why.

    Signals
    -------
    evaluate_pressed(), cancel_pressed()
    """

    evaluate_pressed = Signal()
    cancel_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choosing = True
        # create
        self.sentence = Sentence()
        self.evaluate = TextButton("Evaluate", name="chart-box-outline", role="primary", tip=TIP)
        self.reason = WrappingLabel(role="warning")
        self.estimate = WrappingLabel(role="muted")
        self.cancel = IconButton("close", "Cancel; the numbers that are known stay in sight")
        self._progress = ProgressRow(self.cancel, "Progress of the evaluation")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        for widget in (self.sentence, self.evaluate, self.reason, self.estimate, self._progress):
            column.addWidget(widget)
        # connect
        self.evaluate.clicked.connect(self.evaluate_pressed)
        self.cancel.clicked.connect(self.cancel_pressed)
        self.evaluate.setEnabled(False)  # until somebody has looked whether it can be done
        self.show_job(None)

    def show_plan(self, reason: str, estimate: str) -> None:
        """Offer the evaluation, or say what is missing; `estimate` says what it will take."""
        self.evaluate.setEnabled(not reason)
        self.reason.setText(reason)
        self.estimate.setText(estimate)
        self._appear()

    def show_choosing(self, choosing: bool) -> None:
        """Show the button while sets are chosen, and not while a report is looked at."""
        self._choosing = choosing
        self._appear()

    def show_job(self, row: JobRow | None) -> None:
        """Show how far an evaluation is; None for none."""
        self._progress.set_value(row)

    def _appear(self) -> None:
        self.evaluate.setVisible(self._choosing)
        for label in (self.reason, self.estimate):
            label.setVisible(self._choosing and bool(label.text()))
