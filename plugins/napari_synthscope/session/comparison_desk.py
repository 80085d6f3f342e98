"""Comparisons and reports that a project keeps, of one kind: followed while they run, listed, read, resumed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal

from napari_synthscope.session.folder_desk import OPEN_STATES, FolderDesk
from synthscope.errors import SynthscopeError
from synthscope.records.documents import digest
from synthscope.services.naming import new_folder

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session


@dataclass(frozen=True)
class ComparisonLine:
    """One comparison as a list shows it.

    Parameters
    ----------
    has_table : bool
        Whether there is something to open.
    complete : bool
        Whether all that was asked for is in it.
    problem : str
        Why it cannot be read; empty when it can.
    """

    folder: Path
    title: str
    made: str = ""
    has_table: bool = True
    complete: bool = True
    problem: str = ""


@dataclass(frozen=True)
class ComparisonKind:
    """What is kept of one kind, and how it is read; both functions are called off the window's thread.

    Parameters
    ----------
    id : str
        Of the worker's work, and of what it says it made.
    part : str
        Folder within the project.
    lines : callable
        Lists the comparisons of that folder, newest first.
    result : callable
        Reads the table of one of them.
    """

    id: str
    part: str
    lines: Callable[[Path], tuple[ComparisonLine, ...]]
    result: Callable[[Path], Any]


class ComparisonDesk(FolderDesk):
    """Says what becomes of comparisons; each is known by its folder.

    Signals
    -------
    filled(Path)
        There is more in the table of one that runs.
    ready(Path, result)
        A table was read.
    listed()
        The list of comparisons is another.
    """

    filled = Signal(object)
    ready = Signal(object, object)
    listed = Signal()

    def __init__(self, session: Session, kind: ComparisonKind) -> None:
        super().__init__(session, kind.id)
        self._of = kind
        self._lines: tuple[ComparisonLine, ...] = ()

    @property
    def lines(self) -> tuple[ComparisonLine, ...]:
        """The comparisons as they were listed last, newest first."""
        return self._lines

    def read(self, folder: Path) -> None:
        """Read a table, off the window's thread; `ready` follows."""
        self._session.errands.run(
            lambda: self._of.result(folder), lambda result: self.ready.emit(folder, result), self._session.said.emit
        )

    def refresh(self) -> None:
        """List the comparisons of the project again, off the window's thread; `listed` follows."""
        if not self._session.has_project:
            self._list(())
            return
        folder = self._session.project.folder / self._of.part
        self._session.errands.run(lambda: self._of.lines(folder), self._list, self._session.said.emit)

    def cancel(self) -> None:
        """End the comparison that runs or waits; what was made stays."""
        self._cancel()

    def goes_on(self, folder: Path) -> bool:
        """Whether a comparison waits or runs."""
        job = self.job_of(folder)
        return job is not None and job.state in OPEN_STATES

    def is_kept(self, folder: Path) -> bool:
        """Whether a folder is one of the project's own."""
        return any(line.folder == folder for line in self._lines)

    def resume(self, folder: Path) -> None:
        """Go on with a comparison that was interrupted, stopped or has failed in part."""
        if self.goes_on(folder):
            return
        job, work = self.job_of(folder), self._session.work
        if job is None or job.state == "done":
            title = next((line.title for line in self._lines if line.folder == folder), folder.name)
            self._add(folder, title)
        else:
            (work.resume if job.state == "interrupted" else work.retry)(job.id)

    def _begun(self, project: Path, recipe: Any, begin: Callable[[Path], object]) -> Path:
        """Make the folder of a comparison, named by the time and by what is compared, and have it written down there.

        Nothing stays of one that cannot be begun.

        Parameters
        ----------
        project : Path
            Folder of the project.
        begin : callable
            Is given the new folder, and raises a `SynthscopeError` where it must not be.
        """
        stem = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{digest(recipe)[:6]}"
        folder = new_folder(project / self._of.part, stem)
        try:
            begin(folder)
        except SynthscopeError:
            shutil.rmtree(folder, ignore_errors=True)  # made a moment ago: nothing of anybody's is in it
            raise
        return folder

    def _list(self, lines: tuple[ComparisonLine, ...]) -> None:
        if lines != self._lines:
            self._lines = lines
            self.listed.emit()

    def _on_made(self, message: Any) -> None:
        folder = self._folder(message.job) if message.kind == self._of.id else None
        if folder is None:
            return
        # A line says no more of a table than that it is there, until the end; every comparison is read for a list.
        if not any(line.folder == folder and line.has_table and not line.problem for line in self._lines):
            self.refresh()
        self.filled.emit(folder)

    def _on_ended(self, job: Any) -> None:
        if job.kind != self._of.id:
            return
        folder = self.folder_of(job)
        self.ended.emit(folder, job)
        self.refresh()
        if job.state == "done":
            self.read(folder)
