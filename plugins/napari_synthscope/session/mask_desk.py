"""Searches for a mask by two prompts: begun from a plan, followed while they run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_synthscope.session.folder_desk import FolderDesk
from napari_synthscope.session.run_desk import as_seen
from synthscope.services.finding_masks import FOLDER, begin_finding
from synthscope.services.planning import Plan

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

KIND = "find-mask"


class MaskDesk(FolderDesk):
    """Has masks looked for, one after another; each search is known by the folder that keeps its differences."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, KIND)

    def begin(self, planned: Plan) -> None:
        """Write down what is to be looked at and have it done; `began` follows, or `failed`.

        Voxels that no file holds as they are seen are kept in the project, on another thread.
        """
        session = self._session
        project, image = session.project, session.source_image()
        self.listen()

        def write() -> Path:
            source = project.add_source(as_seen(image, planned.region))
            return begin_finding(planned, source, project.folder / FOLDER)

        title = f"Find a mask with {planned.spec.title}"
        session.errands.run(write, lambda folder: self._add(folder, title), self.failed.emit)

    def cancel(self) -> None:
        """End the search that runs or waits; the mask stays as it is."""
        self._cancel()

    def _on_ended(self, job: Any) -> None:
        if job.kind == KIND:
            self.ended.emit(self.folder_of(job), job)
