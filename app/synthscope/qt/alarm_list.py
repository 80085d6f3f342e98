"""The alarms of a training, one sentence each, for as long as its curves are looked at."""

from __future__ import annotations

from collections.abc import Iterable

from qtpy.QtWidgets import QVBoxLayout, QWidget

from synthscope.qt.sentence import Said, Sentence
from synthscope.records.training import Alarm


class AlarmList(QWidget):
    """Shows a tuple of `Alarm`: those that last as warnings, those that passed as information; hidden while empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._alarms: tuple[Alarm, ...] = ()
        self.sentences: list[Sentence] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def value(self) -> tuple[Alarm, ...]:
        """Give the alarms that are shown."""
        return self._alarms

    def set_value(self, alarms: Iterable[Alarm]) -> None:
        """Show the alarms of a training."""
        self._alarms = tuple(alarms)
        while len(self.sentences) < len(self._alarms):
            self._add()
        for sentence, said in zip(self.sentences, map(_said, self._alarms), strict=False):
            if said != sentence.value():
                sentence.set_value(said)
        for sentence in self.sentences[len(self._alarms) :]:
            sentence.set_value(None)
        self.setVisible(bool(self._alarms))

    def _add(self) -> None:
        sentence = Sentence(closable=False, parent=self)
        self.sentences.append(sentence)
        self._column.addWidget(sentence)


def _said(alarm: Alarm) -> Said:
    return Said(alarm.words, "info" if alarm.passed else "warning")
