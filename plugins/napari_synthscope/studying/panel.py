"""Step 7, Study: ask people who know the material, blinded, from the question to the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from napari_synthscope.parts.dressing import dress
from napari_synthscope.parts.scrolled import scrolled
from napari_synthscope.session.session import Session
from napari_synthscope.session.study_facts import StudyFacts
from napari_synthscope.studying.concluding import Concluder
from napari_synthscope.studying.conducting import Conductor
from napari_synthscope.studying.foot import StudyFoot
from napari_synthscope.studying.study_list import StudyList
from napari_synthscope.studying.wizard import Wizard
from synthscope.errors import SynthscopeError
from synthscope.qt.sentence import Said, said_of
from synthscope.records.study import StudyDesign

PANEL_WIDTH = 340
LIST, STUDY = range(2)


class StudyPanel(QWidget):
    """Lists the studies of the project, and leads one of them from its question to its report.

    Signals
    -------
    step_changed()
        What `step_state` or `shell_actions` would say may be another.
    """

    step_changed = Signal()

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = Session.of(napari_viewer)
        # create
        self.studies = StudyList()
        self.wizard = Wizard(self.session)
        self.foot = StudyFoot()
        self.conductor = Conductor(self.session, self.wizard)
        self._concluder = Concluder(self.session, self.wizard, self.conductor)
        self.pages = QStackedWidget()
        # lay out
        self.pages.addWidget(scrolled(self.studies))
        self.pages.addWidget(self.wizard)
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

    def step_state(self) -> tuple[bool, str]:
        """Tell whether a study of the project is frozen or further; one is wanted by nobody who has not asked."""
        return any(line.state not in ("draft", "audited") for line in self.session.studies.lines), ""

    def shell_actions(self) -> Mapping[str, Callable[[], Any]]:
        """Give what can be done at this moment, by the words of the shell's list of actions."""
        offers: dict[str, Callable[[], Any]] = {}
        if self.pages.currentIndex() == LIST:
            offers["new_study"] = self.new_study
        else:
            offers |= {"next_card": lambda: self.wizard.move(1), "previous_card": lambda: self.wizard.move(-1)}
        if self.session.has_project and self.session.studies.open_jobs():
            offers["stop"] = self.session.studies.cancel
        return offers

    def hear_work(self) -> None:
        """Hear of the studies of the project that is open now; none is opened for it."""
        if self.session.has_project:
            self.session.studies.listen()
        self.session.studies.refresh()
        self._show_job()

    def new_study(self) -> None:
        """Begin a study."""
        self.session.studies.create(StudyDesign("", "real-or-synthetic", ()))

    def open_study(self, folder: Path) -> None:
        """Show a study of the project."""
        self.conductor.open(folder)

    def show_page(self, page: int) -> None:
        """Show the list, or a study."""
        self.pages.setCurrentIndex(page)
        if page == LIST:
            self.conductor.leave()
            self.session.studies.refresh()
        self.step_changed.emit()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """List studies and images again: others may have come since."""
        super().showEvent(event)
        self.session.studies.refresh()
        self.wizard.steps["images"].choice.refresh()

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Keep what is typed, and let go of the viewer's events."""
        self.conductor.close()
        self.wizard.steps["images"].choice.close()
        super().closeEvent(event)

    def _connect(self) -> None:
        studies = self.session.studies
        self.studies.new.clicked.connect(self.new_study)
        self.studies.opened.connect(self.open_study)
        self.wizard.left.connect(lambda: self.show_page(LIST))
        self.foot.cancel_pressed.connect(studies.cancel)
        self.session.project_changed.connect(self._on_project)
        self.session.runs.candidates_changed.connect(self.wizard.steps["images"].choice.refresh)
        studies.looked_at.connect(self.open_study)
        studies.listed.connect(self._list)
        studies.ready.connect(self._on_ready)
        studies.refused.connect(self._refuse)
        studies.began.connect(lambda _folder: self._on_began())
        studies.ended.connect(self._on_ended)
        studies.retried.connect(lambda: self.foot.sentence.set_value(None))
        studies.changed.connect(self._show_job)
        studies.progressed.connect(self.foot.show_job)
        self.conductor.said.connect(lambda words: self.foot.sentence.set_value(Said(words) if words else None))

    def _on_began(self) -> None:
        self.foot.sentence.set_value(None)
        self._show_job()

    def _on_ready(self, facts: StudyFacts) -> None:
        if self.conductor.take(facts):
            self.pages.setCurrentIndex(STUDY)
            self.step_changed.emit()

    def _on_ended(self, _folder: Path, job: Any) -> None:
        self._show_job()
        if job.state == "failed":
            self.foot.sentence.set_value(Said(job.error, "error", job.details))
        elif job.state == "cancelled":
            self.foot.sentence.set_value(Said("Cancelled; what was finished is kept."))

    def _on_project(self) -> None:
        self.show_page(LIST)
        self.wizard.steps["images"].choice.forget()
        self.hear_work()

    def _show_job(self) -> None:
        self.foot.show_job(self.session.studies.row() if self.session.has_project else None)
        self.step_changed.emit()

    def _list(self) -> None:
        self.studies.set_value(self.session.studies.lines)
        self.step_changed.emit()

    def _refuse(self, error: SynthscopeError) -> None:
        self.foot.sentence.set_value(said_of(error))
