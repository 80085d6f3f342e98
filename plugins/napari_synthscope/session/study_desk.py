"""The studies of a session: kept as they are typed, worked at in the worker, found again afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal

from napari_synthscope.session.folder_desk import FolderDesk
from napari_synthscope.session.study_facts import StudyFacts, read_facts
from napari_synthscope.session.study_lines import StudyLine, list_studies
from synthscope.errors import SynthscopeError
from synthscope.records.study import StudyDesign
from synthscope.services.studies.drafts import new_study, write_draft

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

KIND = "study"
Verb = Callable[[Any], Any]
"""What is done to an open `StudyFile`, off the window's thread."""


class StudyDesk(FolderDesk):
    """Keeps drafts, queues the work of studies, and reads what became of them.

    Signals
    -------
    ready(StudyFacts)
        What a study holds was read.
    listed()
        The list of studies is another.
    done(Path, str, object)
        A verb was done to a study: what it was called, and what it gave.
    refused(SynthscopeError)
        A verb was not done.
    """

    ready = Signal(object)
    listed = Signal()
    done = Signal(object, str, object)
    refused = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__(session, KIND)
        self._lines: tuple[StudyLine, ...] = ()

    @property
    def lines(self) -> tuple[StudyLine, ...]:
        """The studies as they were listed last, newest first."""
        return self._lines

    def create(self, design: StudyDesign) -> None:
        """Begin a study in the project; it is shown then."""
        project = self._session.project.folder
        self.listen()

        def work() -> Path:
            folder = new_study(project, design.title)
            write_draft(folder, design)
            return folder

        def made(folder: Path) -> None:
            self.refresh()
            self.look_at(folder)

        self._session.errands.run(work, made, self.refused.emit)

    def keep(self, folder: Path, design: StudyDesign) -> None:
        """Keep a design as it is typed."""
        self._session.errands.run(lambda: write_draft(folder, design), lambda _path: None, self.refused.emit)

    def read(self, folder: Path) -> None:
        """Read what a study holds; `ready` follows."""
        self._session.errands.run(lambda: read_facts(folder), self._tell, self.refused.emit)

    def refresh(self) -> None:
        """List the studies of the project again; `listed` follows."""
        if not self._session.has_project:
            self._list(())
            return
        folder = self._session.project.folder
        self._session.errands.run(lambda: list_studies(folder), self._list, self._session.said.emit)

    def do(self, folder: Path, word: str, verb: Verb) -> None:
        """Do something to a study; `done` follows, and what it holds now, or `refused`."""

        def work() -> Any:
            from synthscope.services.studies.work import study_of

            with study_of(folder) as study:
                return verb(study)

        def told(given: Any) -> None:
            self.done.emit(folder, word, given)
            self.read(folder)

        def failed(error: SynthscopeError) -> None:
            self.refused.emit(error)
            self.read(folder)

        self._session.errands.run(work, told, failed)

    def work(self, folder: Path, act: str, title: str, **more: Any) -> None:
        """Have one of the acts of `synthscope.services.studies.work` done by the worker; `began` follows."""
        self.listen()
        session = self._session
        payload: Mapping[str, Any] = {
            "folder": str(folder), "project": str(session.project.folder), "act": act, **more,
        }  # fmt: skip
        # After what is typed: drafts are written by errands, one after the other.
        session.errands.run(lambda: None, lambda _none: self._queue(folder, payload, title), self.refused.emit)

    def cancel(self) -> None:
        """End the work that runs or waits."""
        self._cancel()

    def _queue(self, folder: Path, payload: Mapping[str, Any], title: str) -> None:
        try:
            self._session.work.add(KIND, payload, title)
        except SynthscopeError as error:
            self.refused.emit(error)
            return
        self.began.emit(folder)

    def _tell(self, facts: StudyFacts) -> None:
        self.ready.emit(facts)

    def _list(self, lines: tuple[StudyLine, ...]) -> None:
        if lines != self._lines:
            self._lines = lines
            self.listed.emit()

    def _on_ended(self, job: Any) -> None:
        if job.kind == KIND:
            folder = self.folder_of(job)
            self.ended.emit(folder, job)
            self.read(folder)
            self.refresh()
