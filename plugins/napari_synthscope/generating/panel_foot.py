"""The foot of the Generate panel: the button, how far the run is, what there is to say about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_synthscope.parts.run_bar import RunBar
from napari_synthscope.session.session_file import has_session
from napari_synthscope.session.train_desk import ready_words
from synthscope.errors import DiskFull, SynthscopeError
from synthscope.jobs.rows import QueuedJob
from synthscope.qt.job_card import JobRow
from synthscope.qt.sentence import Said, Sentence, said_of
from synthscope.services.foreseeing import devices_that_matter
from synthscope.services.planning import Plan

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


class PanelFoot(QWidget):
    """Follows the runs of a session; `bar` and `sentence` are its parts.

    Parameters
    ----------
    above : sequence of QWidget
        Stand over the bar.

    Signals
    -------
    changed()
        Work began or ended, or there is another step to take back.
    """

    changed = Signal()

    def __init__(self, session: Session, above: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._offer: Callable[[], None] | None = None
        self._fallen = ""
        # create
        self.bar = RunBar()
        self.sentence = Sentence()
        # lay out
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.sentence)
        for widget in above:
            column.addWidget(widget)
        column.addWidget(self.bar)
        # connect
        self.bar.cancel_pressed.connect(self.cancel)
        self.bar.undo_pressed.connect(session.undo)
        self.sentence.acted.connect(self._act)
        session.project_changed.connect(self.hear_work)
        session.undo_stack.changed.connect(self._on_undo)
        session.runs.failed.connect(self.say)
        session.runs.job_ended.connect(self._on_ended)
        session.trainings.ready.connect(lambda folder, card: self.say(ready_words(folder.name, card)))

    def say(self, said: object) -> None:
        """Show a sentence, or that of an error; a full disk that is told with what to do about it is not told again."""
        if self._offer is not None and isinstance(said, DiskFull):
            return
        self._offer, self._fallen = None, ""
        self.sentence.set_value(said_of(said) if isinstance(said, SynthscopeError) else Said(str(said)))

    def clear(self) -> None:
        """Show no sentence."""
        self._offer, self._fallen = None, ""
        self.sentence.set_value(None)

    def hear_work(self) -> None:
        """Hear of the work of the project that is open now; none is opened for it."""
        self._offer, self._fallen = None, ""
        if self._session.has_project:
            self._session.runs.listen()
            unique = Qt.ConnectionType.UniqueConnection
            self._session.work.progressed.connect(self._on_progress, unique)
            self._session.work.changed.connect(self._on_work, unique)
            self._session.work.held.connect(self._on_held, unique)
            self._session.work.devices_told.connect(self._on_devices, unique)
            self._on_devices()
            self._offer_restore()

    def show_plan(self, planned: Plan | None, reason: str = "") -> None:
        """Show a plan, or why there is none; the worker is asked for its devices where a plan depends on them."""
        self.bar.show_plan(planned, reason)
        if planned is not None and self._session.has_project:
            devices_that_matter(planned, self._session.work.learn_devices)

    def running_row(self) -> JobRow | None:
        """Give the run that is at work now."""
        if not self._session.has_project:
            return None
        rows = (row for row in self._session.work.rows() if row.state == "running")
        return next((row for row in rows if self._is_run(row.id)), None)

    def cancel(self) -> None:
        """Stop what runs; finished candidates are kept."""
        row = self.running_row()
        if row is not None:
            self._session.work.cancel(row.id)

    def _offer_restore(self) -> None:
        """Offer what was open when the program ended, while nothing else is."""
        session = self._session
        if session.source is None and has_session(session.project):
            name = session.project.session().source
            self.sentence.set_value(Said(f"{name!r} was open when this project was left.", action="Open it again"))
            self._offer = session.file.restore

    def _act(self) -> None:
        offer = self._offer
        self.clear()
        if offer is not None:
            offer()

    def _go_on(self) -> None:
        """Take up what stopped when the queue could not be written, and the run that failed with it."""
        work, run = self._session.work, self._session.runs.current
        try:
            work.start()
            job = None if run is None else self._session.runs.job_of(run)
            if job is not None and job.state == "failed":
                work.retry(job.id)
        except SynthscopeError as error:
            self._on_held(error.sentence)

    def _on_held(self, sentence: str) -> None:
        self.sentence.set_value(Said(sentence, "error", action="Try again"))
        self._offer = self._go_on

    def _on_progress(self, row: JobRow) -> None:
        self.bar.show_job(row if self._is_run(row.id) else None)

    def _on_work(self) -> None:
        fallen = (job for job in self._session.work.jobs() if self._fallen and job.id == self._fallen)
        if any(job.state in ("waiting", "running") for job in fallen):
            self.clear()  # retried, perhaps elsewhere: what was said of it holds no more
        self.bar.show_job(self.running_row())
        self.changed.emit()

    def _on_devices(self, _told: object = None) -> None:
        self.bar.know_devices(self._session.work.devices)

    def _on_ended(self, job: QueuedJob) -> None:
        if job.state == "failed":
            self.sentence.set_value(Said(job.error, "error", job.details, "Retry"))
            self._offer = partial(self._session.work.retry, job.id)
            self._fallen = job.id

    def _on_undo(self) -> None:
        self.bar.show_undo(next(iter(self._session.undo_stack.names), ""))
        self.changed.emit()

    def _is_run(self, job: str) -> bool:
        return self._session.work.job(job).kind == "run"
