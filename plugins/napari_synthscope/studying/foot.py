"""The foot of the Study panel: what was said last, and how far the work is."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from synthscope.qt.buttons import IconButton
from synthscope.qt.job_card import JobRow
from synthscope.qt.progress_row import ProgressRow
from synthscope.qt.sentence import Sentence


class StudyFoot(QWidget):
    """Shows a sentence and the progress of a job.

    Signals
    -------
    cancel_pressed()
    """

    cancel_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = Sentence()
        self.cancel = IconButton("close", "Cancel; what was finished is kept")
        self._progress = ProgressRow(self.cancel, "Progress of the study's work")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.sentence)
        column.addWidget(self._progress)
        self.cancel.clicked.connect(self.cancel_pressed)
        self.show_job(None)

    def show_job(self, row: JobRow | None) -> None:
        """Show how far a job is; None for none."""
        self._progress.set_value(row)
