"""The comparisons of families of a session: begun from a recipe, followed while they run, found again afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal

from napari_synthscope.session.folder_desk import OPEN_STATES, FolderDesk
from napari_synthscope.session.report_lines import time_of
from napari_synthscope.session.run_desk import as_seen
from synthscope.errors import SynthscopeError
from synthscope.imaging.regions import whole
from synthscope.records.documents import digest
from synthscope.records.families import FamiliesRecipe, FamiliesResult
from synthscope.records.image import Image
from synthscope.services.naming import new_folder

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

KIND = "families"
FAMILIES = "families"
RECIPE, RESULT = "comparison.json", "families.json"


@dataclass(frozen=True)
class FamiliesLine:
    """One comparison as a list shows it.

    Parameters
    ----------
    has_table : bool
        Whether there is something to open.
    complete : bool
        Whether every generator has run with every seed.
    problem : str
        Why it cannot be read; empty when it can.
    """

    folder: Path
    title: str
    made: str = ""
    has_table: bool = True
    complete: bool = True
    problem: str = ""


class FamiliesDesk(FolderDesk):
    """Begins comparisons and says what becomes of them; each is known by its folder.

    Signals
    -------
    ready(Path, FamiliesResult)
        A table was read.
    listed()
        The list of comparisons is another.
    """

    ready = Signal(object, object)
    listed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session, KIND)
        self._lines: tuple[FamiliesLine, ...] = ()

    @property
    def lines(self) -> tuple[FamiliesLine, ...]:
        """The comparisons as they were listed last, newest first."""
        return self._lines

    def begin(self, recipe: FamiliesRecipe, images: Sequence[Image]) -> None:
        """Write a comparison down and have it done; `began` follows, or `failed`.

        Voxels that no file holds as they are seen are kept in the project, on another thread.
        """
        session = self._session
        project = session.project
        self.listen()

        def write() -> Path:
            from synthscope.services.families.beginning import begin_families, check_families

            seen = [as_seen(image, whole(image.shape)) for image in images]
            inputs = tuple(project.add_source(image) for image in seen)
            check_families(replace(recipe, images=inputs), seen)  # a folder is made for what can be done only
            stem = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{digest(recipe)[:6]}"
            folder = new_folder(project.folder / FAMILIES, stem)
            begin_families(folder, replace(recipe, images=inputs), seen)
            return folder

        session.errands.run(write, lambda folder: self._add(folder, title_of(recipe)), self.failed.emit)

    def read(self, folder: Path) -> None:
        """Read a table, off the window's thread; `ready` follows."""

        def work() -> FamiliesResult:
            from synthscope.services.families.beginning import read_result

            return read_result(folder)

        self._session.errands.run(work, lambda result: self.ready.emit(folder, result), self._session.said.emit)

    def refresh(self) -> None:
        """List the comparisons of the project again, off the window's thread; `listed` follows."""
        if not self._session.has_project:
            self._list(())
            return
        folder = self._session.project.folder / FAMILIES
        self._session.errands.run(lambda: list_comparisons(folder), self._list, self._session.said.emit)

    def cancel(self) -> None:
        """End the comparison that runs or waits; what was made stays."""
        self._cancel()

    def goes_on(self, folder: Path) -> bool:
        """Whether a comparison waits or runs."""
        job = self.job_of(folder)
        return job is not None and job.state in OPEN_STATES

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

    def _list(self, lines: tuple[FamiliesLine, ...]) -> None:
        if lines != self._lines:
            self._lines = lines
            self.listed.emit()

    def _on_made(self, message: Any) -> None:
        if message.kind == "families" and self._folder(message.job) is not None:
            self.refresh()

    def _on_ended(self, job: Any) -> None:
        if job.kind != KIND:
            return
        folder = self.folder_of(job)
        self.ended.emit(folder, job)
        self.refresh()
        if job.state == "done":
            self.read(folder)


def list_comparisons(folder: Path) -> tuple[FamiliesLine, ...]:
    """List the comparisons in a folder, newest first."""
    return tuple(_line(path.parent) for path in sorted(folder.glob(f"*/{RECIPE}"), reverse=True))


def title_of(recipe: FamiliesRecipe) -> str:
    """Say what is compared: ``Compare prior, quilt``."""
    return f"Compare {', '.join(one.generator for one in recipe.contenders)}"


def _line(folder: Path) -> FamiliesLine:
    from synthscope.services.families.beginning import read_families, read_result

    made = time_of(folder.name)
    has_table = (folder / RESULT).is_file()
    try:
        recipe = read_families(folder)
        complete = has_table and read_result(folder).complete
    except SynthscopeError as error:
        return FamiliesLine(folder, folder.name, made, problem=error.sentence)
    images = ", ".join(image.name for image in recipe.images)
    return FamiliesLine(folder, f"{title_of(recipe)} on {images}", made, has_table, complete)
