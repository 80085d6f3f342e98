"""How far a job is, with the button that stops it: a row at the foot of a panel."""

from __future__ import annotations

from qtpy.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from synthscope.qt.job_card import JobRow, status_words
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.progress_bar import ProgressBar


class ProgressRow(QWidget):
    """Shows a job beside its `stop` button; hidden while there is none.

    Parameters
    ----------
    name : str
        What a screen reader calls the bar.
    """

    def __init__(self, stop: QWidget, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # create
        self.stop = stop
        self._bar = ProgressBar(name)
        self._status = WrappingLabel(role="muted")
        # lay out
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._bar)
        words.addWidget(self._status)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addLayout(words, 1)
        row.addWidget(stop)

    def set_value(self, job: JobRow | None) -> None:
        """Show how far a job is; None for none."""
        self.setVisible(job is not None)
        if job is not None:
            self._bar.set_fraction(job.fraction)
            self._status.setText(status_words(job))
