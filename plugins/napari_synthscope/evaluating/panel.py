"""Step 6, Evaluate: judge generated images against real ones, by numbers that say what they are worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from napari_synthscope.evaluating.choice import EvaluateChoice
from napari_synthscope.evaluating.earlier import EarlierReports
from napari_synthscope.evaluating.exporting import ask_and_export
from napari_synthscope.evaluating.foot import EvaluateFoot
from napari_synthscope.evaluating.plan import make_draft, make_plan
from napari_synthscope.evaluating.report_view import ReportView
from napari_synthscope.evaluating.words import plan_words, time_words
from napari_synthscope.parts.dressing import dress
from napari_synthscope.parts.panel_door import PanelDoor
from napari_synthscope.session.session import Session
from synthscope.errors import SynthscopeError
from synthscope.qt.sentence import Said, said_of
from synthscope.records.evaluation import Report, Score

DEBOUNCE = 120
PANEL_WIDTH = 340
CHOICE, REPORT = range(2)
OPENING = "Opening what is ticked…"


class EvaluatePanel(QWidget):
    """Evaluates sets of images, and shows the reports of the project.

    Signals
    -------
    step_changed()
        What `step_state` or `shell_actions` would say may be another.
    """

    step_changed = Signal()

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = Session.of(napari_viewer)
        self._last: Report | None = None
        self.door = PanelDoor(napari_viewer)
        # create
        self.earlier = EarlierReports()
        self.choice = EvaluateChoice(self.session, self.earlier, self.door)
        self.report = ReportView(self.session)
        self.foot = EvaluateFoot()
        self.pages = QStackedWidget()
        self._timer = QTimer(self)
        # lay out
        self.pages.addWidget(self.choice)
        self.pages.addWidget(self.report)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.pages, 1)
        outer.addWidget(self.foot)
        self.setMinimumWidth(PANEL_WIDTH)
        dress(self, napari_viewer)
        # connect
        self._connect()
        self.hear_work()
        self.choice.refresh()

    def step_state(self) -> tuple[bool, str]:
        """Tell whether the project has a report; one is wanted by nobody who has not asked for it."""
        return any(line.has_table for line in self.session.evaluations.lines), ""

    def shell_actions(self) -> Mapping[str, Callable[[], Any]]:
        """Give what can be done at this moment, by the words of the shell's list of actions."""
        offers: dict[str, Callable[[], Any]] = {}
        if self.foot.evaluate.isEnabled() and self.pages.currentIndex() == CHOICE:
            offers["evaluate"] = self.evaluate
        if self.session.has_project and self.session.evaluations.open_jobs():
            offers["stop"] = self.session.evaluations.cancel
        if self.pages.currentIndex() == REPORT:
            offers["controls"] = self.report.controls.toggle
            if self.report.report is not None:
                offers["export"] = self.export
        return offers

    def take_opener(self, opener: Callable[[str], Any]) -> None:
        """Open other panels through the shell that holds this one."""
        self.door.lead_through(opener)

    def hear_work(self) -> None:
        """Hear of the evaluations of the project that is open now; none is opened for it."""
        if self.session.has_project:
            self.session.evaluations.listen()
        self.session.evaluations.refresh()
        self._show_job()

    def evaluate(self) -> None:
        """Begin an evaluation of what is ticked now: what is changed later does not touch it."""
        self.foot.sentence.set_value(None)
        asked = self.choice.asked()
        if asked is None:  # what is ticked is still being opened
            self.refresh()
            return
        try:
            make_plan(asked)
        except SynthscopeError as error:
            self.foot.sentence.set_value(said_of(error))
            return
        self.foot.evaluate.setEnabled(False)  # until it is written down: two presses are one wish
        self.session.evaluations.begin(make_draft(asked), f"Evaluate {', '.join(one.name for one in asked.generated)}")

    def export(self) -> None:
        """Ask where to, and write the report that is shown."""
        if self.report.report is not None and self.report.folder is not None:
            ask_and_export(self, self.session, self.report.report, self.report.folder)

    def refresh(self) -> None:
        """Work out again what an evaluation would do."""
        reason, estimate = self.choice.problem(), ""
        asked = None if reason else self.choice.asked()
        if not reason:
            try:
                planned = None if asked is None else make_plan(asked)
                reason = OPENING if planned is None else ""
                if planned is not None and asked is not None:
                    words = (plan_words(planned, asked.recipe), time_words(planned, self._last))
                    estimate = "\n".join(filter(None, words))
            except SynthscopeError as error:
                reason = error.sentence
        self.foot.show_plan(reason, estimate)
        self.step_changed.emit()

    def open_report(self, folder: Path) -> None:
        """Show a report of the project, or the numbers of one that is being made."""
        title = next((line.title for line in self.session.evaluations.lines if line.folder == folder), folder.name)
        if folder != self.report.folder:
            self.report.begin(title, folder, self.session.evaluations.scores_of(folder))
        self.show_page(REPORT)
        if (folder / "report.json").is_file():
            self.session.evaluations.read(folder)

    def show_page(self, page: int) -> None:
        """Show what is chosen, or a report."""
        self.pages.setCurrentIndex(page)
        self.foot.show_choosing(page == CHOICE)
        if page == CHOICE:
            self.report.spot.clear()
        self.step_changed.emit()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """List runs and reports again: others may have come since."""
        super().showEvent(event)
        self.choice.refresh()
        self.session.evaluations.refresh()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Let go of the viewer's events."""
        self._timer.stop()
        self.choice.close_choice()
        if not self.session.closed:
            self.report.spot.clear()
        super().closeEvent(event)

    def _on_began(self, folder: Path) -> None:
        self.hear_work()  # the first evaluation may have opened the project
        self.refresh()
        self.open_report(folder)

    def _on_scored(self, folder: Path, score: Score) -> None:
        if folder == self.report.folder:
            self.report.add(score)

    def _on_ended(self, folder: Path, job: Any) -> None:
        self._show_job()
        if job.state == "failed":
            self.foot.sentence.set_value(Said(job.error, "error", job.details))
        elif job.state == "done":
            self.session.evaluations.read(folder)
        elif folder == self.report.folder:
            self.foot.sentence.set_value(Said("The evaluation was stopped; the numbers that were known are shown."))

    def _on_ready(self, folder: Path, report: Report) -> None:
        self._last = report
        if folder == self.report.folder:
            self.report.set_value(folder, report)
        else:
            self.foot.sentence.set_value(Said("A report is ready: it is listed under Reports."))
        self.refresh()

    def _show_job(self) -> None:
        self.foot.show_job(self.session.evaluations.row() if self.session.has_project else None)
        self._list()

    def _failed(self, error: SynthscopeError) -> None:
        self.foot.sentence.set_value(said_of(error))
        self.refresh()

    def _connect(self) -> None:
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.refresh)
        session, evaluations = self.session, self.session.evaluations
        self.choice.value_changed.connect(self._timer.start)
        session.project_changed.connect(self._on_project)
        session.runs.candidates_changed.connect(self.choice.refresh)
        session.said.connect(self._say)
        evaluations.began.connect(self._on_began)
        evaluations.scored.connect(self._on_scored)
        evaluations.ended.connect(self._on_ended)
        evaluations.ready.connect(self._on_ready)
        evaluations.looked_at.connect(self.open_report)
        evaluations.retried.connect(lambda: self.foot.sentence.set_value(None))
        evaluations.failed.connect(self._failed)
        evaluations.changed.connect(self._show_job)
        evaluations.progressed.connect(self.foot.show_job)
        evaluations.listed.connect(self._list)
        self.foot.evaluate_pressed.connect(self.evaluate)
        self.foot.cancel_pressed.connect(evaluations.cancel)
        self.earlier.opened.connect(self.open_report)
        self.report.back_pressed.connect(lambda: self.show_page(CHOICE))
        self.report.export_pressed.connect(self.export)

    def _on_project(self) -> None:
        self.show_page(CHOICE)
        self.report.begin("", None)
        self._last = None
        self.choice.forget()
        self.hear_work()
        self.choice.refresh()

    def _list(self) -> None:
        evaluations = self.session.evaluations
        self.earlier.set_value(evaluations.lines, evaluations.running())
        self.step_changed.emit()

    def _say(self, said: object) -> None:
        if not self.door.held:
            self.foot.sentence.set_value(said_of(said) if isinstance(said, SynthscopeError) else Said(str(said)))
