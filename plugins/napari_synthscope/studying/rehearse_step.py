"""Step 6 of a study: simulated raters go through all of it, before anybody is asked."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import QUrl, Signal
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.session.study_facts import StudyFacts
from napari_synthscope.studying.words import figures
from synthscope.qt.buttons import TextButton
from synthscope.qt.labels import WrappingLabel
from synthscope.qt.record_form import RecordForm
from synthscope.records.documents import to_json
from synthscope.services.studies.rehearsing import RehearsalAsked

WHAT = (
    "Raters of stated ability, which a program plays, do a copy of the study: its pack, answers, screening, analysis, "
    "key and report. You see what you will get while everything can still be changed. What they say is no finding."
)
TIP = "Plays all raters through a copy of the study; the study itself stays as it is"
OLD = "The design is another one since; rehearse again."


class RehearseStep(QWidget):
    """Asks which raters rehearse, and shows what came of it.

    Signals
    -------
    rehearse_pressed(dict)
        What is asked, as `RehearsalAsked` in JSON.
    """

    rehearse_pressed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: Path | None = None
        self._reason = ""
        # create
        self.form = RecordForm(RehearsalAsked)
        self.rehearse = TextButton("Rehearse", name="drama-masks", role="primary", tip=TIP)
        self.reason = WrappingLabel(role="warning")
        self.found = WrappingLabel()
        self.open = TextButton("Open its report", name="open-in-new", tip="In the browser")
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (WrappingLabel(WHAT, role="muted"), self.form, self.rehearse, self.reason, self.found, self.open):
            column.addWidget(widget)
        # connect
        self.form.problems_changed.connect(lambda _problems: self._check())
        self.form.value_changed.connect(lambda _asked: self._check())
        self.rehearse.clicked.connect(lambda: self.rehearse_pressed.emit(to_json(self.form.value())))
        self.open.clicked.connect(self.open_report)
        self._check()

    def show_facts(self, facts: StudyFacts, reason: str) -> None:
        """Show the last rehearsal; `reason` says why there can be none now."""
        self._reason = reason
        past = facts.state != "audited"
        for widget in (self.form, self.rehearse):
            widget.setVisible(not past)
        found = facts.rehearsal
        self._report = facts.rehearsal_report
        old = "" if facts.rehearsal_holds or found is None else f"{OLD}\n"
        self.found.setText("" if found is None else f"{old}{figures(found.analysis)}")
        self.found.setVisible(found is not None)
        self.open.setVisible(self._report is not None)
        self._check()

    def open_report(self) -> None:
        """Open the report of the rehearsal in the browser."""
        if self._report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report)))

    def _check(self) -> None:
        wrong = next(iter(self.form.problems().values()), "") or self._reason
        self.rehearse.setEnabled(not wrong)
        self.reason.setText(wrong)
        self.reason.setVisible(bool(wrong) and not self.form.isHidden())
