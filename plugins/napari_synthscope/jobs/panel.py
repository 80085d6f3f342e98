"""Running and finished work: one line when quiet, a list when open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.parts.dressing import dress
from napari_synthscope.parts.panel_door import PanelDoor
from napari_synthscope.session import evaluate_desk, study_desk, train_desk
from napari_synthscope.session.session import Session
from synthscope.errors import SynthscopeError
from synthscope.qt.job_card import JobRow
from synthscope.qt.job_list import JobList
from synthscope.qt.sentence import Said, Sentence, said_of

TRAIN = "synthscope.panel.train"
EVALUATE = "synthscope.panel.evaluate"
STUDY = "synthscope.panel.study"


class JobsPanel(QWidget):
    """Shows the queue of the open project and carries out what is pressed in it.

    Signals
    -------
    step_changed()
        Work began or ended.
    run_wanted(str)
        The result of a job is to be looked at: the folder of its run.
    """

    step_changed = Signal()
    run_wanted = Signal(str)

    def __init__(self, napari_viewer: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = Session.of(napari_viewer)
        self.door = PanelDoor(napari_viewer)
        # create
        self.list = JobList()
        self.sentence = Sentence()
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.sentence)
        column.addWidget(self.list)
        dress(self, napari_viewer)
        # connect
        self._connect()
        self.hear_work()

    def step_state(self) -> tuple[bool, str]:
        """Tell whether work is under way."""
        return bool(self.list.value()), ""

    def take_opener(self, opener: Callable[[str], Any]) -> None:
        """Open other panels through the shell that holds this one."""
        self.door.lead_through(opener)

    def is_open(self) -> bool:
        """Whether the list shows, and not the one line alone."""
        return self.list.is_open()

    def set_open(self, opened: bool) -> None:
        """Show the list, or only the line."""
        self.list.set_open(opened)

    def hear_work(self) -> None:
        """Hear of the work of the open project, opened now if need be: work may wait there to be resumed."""
        try:
            work = self.session.work
        except SynthscopeError as error:
            self.sentence.say(error)
            return
        unique = Qt.ConnectionType.UniqueConnection
        work.changed.connect(self.refresh, unique)
        work.progressed.connect(self._on_progress, unique)
        work.held.connect(self._on_held, unique)
        if work.remark:
            self.sentence.set_value(Said(work.remark, "warning"))
        self.session.runs.listen()
        self.session.trainings.listen()
        self.session.evaluations.listen()
        self.session.studies.listen()
        self.refresh()

    def refresh(self) -> None:
        """Read the queue again."""
        self.list.set_value(self.session.work.rows())
        self.step_changed.emit()

    def _connect(self) -> None:
        for act in ("cancelled", "retried", "dismissed"):
            verb = {"cancelled": "cancel", "retried": "retry", "dismissed": "dismiss"}[act]
            getattr(self.list, act).connect(lambda job, verb=verb: self._try(self._of_work(verb), job))
        self.list.shown.connect(lambda job: self._try(self._show, job))
        self.list.moved.connect(lambda job, by: self._try(lambda j: self.session.work.move(j, by), job))
        self.list.resumed.connect(lambda jobs: self._try(self._of_work("resume"), *jobs))
        self.list.discarded.connect(lambda jobs: self._try(self._of_work("discard"), *jobs))
        self.sentence.acted.connect(self._start)
        self.session.project_changed.connect(self.hear_work)

    def _of_work(self, verb: str) -> Callable[..., None]:
        """Give a method of the desk of the project that is open now."""
        method: Callable[..., None] = getattr(self.session.work, verb)
        return method

    def _start(self) -> None:
        self.sentence.set_value(None)
        self.session.work.start()

    def _try(self, do: Callable[..., None], *jobs: str) -> None:
        """Do what was pressed; a job that ended a moment ago says so in a sentence."""
        try:
            do(*jobs)
        except SynthscopeError as error:
            self.sentence.set_value(said_of(error))

    def _show(self, job: str) -> None:
        found = self.session.work.job(job)
        if found.kind == train_desk.KIND:
            self.door.open(TRAIN)
            self.session.trainings.look_at(self.session.trainings.folder_of(found))
            return
        if found.kind == evaluate_desk.KIND:
            self.door.open(EVALUATE)
            self.session.evaluations.look_at(self.session.evaluations.folder_of(found))
            return
        if found.kind == study_desk.KIND:
            self.door.open(STUDY)
            self.session.studies.look_at(self.session.studies.folder_of(found))
            return
        folder = str(found.payload.get("run", ""))
        if folder:
            run_id = folder.replace("\\", "/").rpartition("/")[2]
            self.session.runs.set_current(self.session.project.run(run_id))
            self.run_wanted.emit(folder)

    def _on_progress(self, row: JobRow) -> None:
        if row.id in {shown.id for shown in self.list.value()}:
            self.list.update_row(row)

    def _on_held(self, sentence: str) -> None:
        self.sentence.set_value(Said(sentence, "error", action="Try again"))
