"""One training to look at: its curves, its alarms, its samples beside real patches, what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFrame, QVBoxLayout, QWidget

from napari_synthscope.training.sample_pair import SamplePair
from synthscope.qt.alarm_list import AlarmList
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.sentence import Said, Sentence
from synthscope.qt.theme import set_role
from synthscope.qt.training_curves import TrainingCurves
from synthscope.records.events import Measured
from synthscope.services.training_alarms import alarms_of


class TrainingView(QFrame):
    """Shows the training of one model; hidden while it has neither curves nor samples nor a question.

    Signals
    -------
    appeared()
        A training that runs came into view.
    resume_pressed()
        The training that was interrupted, or stopped before its end, is to go on.
    """

    appeared = Signal()
    resume_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._name = ""
        self._live = False
        # create
        self._title = WrappingLabel(role="title")
        self.curves = TrainingCurves()
        self.alarms = AlarmList()
        self.failure = Sentence(closable=False)
        self.samples = SamplePair()
        self.resume = TextButton("Go on with this training", name="play", tip="It goes on where it was interrupted")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        for widget in (self._title, self.samples, self.curves, self.alarms, self.failure, self.resume):
            column.addWidget(widget)
        # connect
        self.resume.clicked.connect(self.resume_pressed)
        self.show_training("", ())

    @property
    def name(self) -> str:
        """Name of the model whose training is shown; empty for none."""
        return self._name

    def show_training(
        self, name: str, points: Iterable[Measured], *, live: bool = False, resumable: bool = False, failure: str = ""
    ) -> None:
        """Show a training by its curves; `live` while it runs or waits, `resumable` where it can go on.

        `failure` is the sentence that it ended with, where it failed.
        """
        if name != self._name:
            self.samples.set_value(None)
        came = live and (name != self._name or not self._live)
        self._name, self._live = name, live
        self.curves.set_value(points)
        self._show_alarms()
        self.failure.set_value(Said(failure, "error") if failure else None)
        self._title.setText(f"{name}: learning" if live else f"{name}: how it learned")
        self.resume.setVisible(resumable)
        self.setVisible(bool(name) and (live or resumable or bool(self.curves.value())))
        if came:
            self.appeared.emit()

    def add(self, point: Measured) -> None:
        """Show one more point of the curves."""
        self.curves.add(point)
        self._show_alarms()

    def show_samples(self, pixels: np.ndarray, caption: str) -> None:
        """Show the newest samples: grey (Y, X) or colours (Y, X, 3), in original units; and say what they are."""
        self.samples.set_value(pixels, caption)

    def _show_alarms(self) -> None:
        self.alarms.set_value(alarms_of(self.curves.value()))
