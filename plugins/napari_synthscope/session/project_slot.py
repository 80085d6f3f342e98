"""The open project of a session, and its work."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_synthscope.session.work_desk import WorkDesk
from synthscope.errors import SynthscopeError

if TYPE_CHECKING:
    from synthscope.services.project import Project

_LOG = logging.getLogger(__name__)


class ProjectSlot(QObject):
    """Holds one open project: the default one where a person has chosen none.

    Signals
    -------
    changed()
        Another project is open.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project: Project | None = None
        self._work: WorkDesk | None = None

    @property
    def is_open(self) -> bool:
        """Whether a project is open."""
        return self._project is not None

    @property
    def project(self) -> Project:
        """The open project; opened now if need be."""
        if self._project is None:
            from synthscope.services.project import Project

            self._project = Project.open_default()
        return self._project

    @property
    def work(self) -> WorkDesk:
        """The project's queue and the worker process."""
        if self._work is None:
            self._work = WorkDesk(self.project.queue_path, self)
        return self._work

    def open(self, folder: Path) -> None:
        """Open a project in place of the one that is open, which stays open if that fails."""
        from synthscope.services.project import Project

        self._switch(Project.open(folder))

    def create(self, folder: Path, name: str = "") -> None:
        """Begin a project in place of the one that is open."""
        from synthscope.services.project import Project

        self._switch(Project.create(folder, name))

    def close(self) -> None:
        """End the worker and give the project back."""
        self.let_go()()

    def let_go(self) -> Callable[[], None]:
        """End the worker and hold the project no more; what is given gives it back, on any thread."""
        work, project = self._work, self._project
        self._work = self._project = None
        if work is not None:
            work.close()
            work.deleteLater()
        return (lambda: None) if project is None else partial(_give_back, project)

    def _switch(self, project: Project) -> None:
        self.close()
        self._project = project
        self.changed.emit()


def _give_back(project: Project) -> None:
    from synthscope.services.discarding import remove_discarded

    try:
        remove_discarded(project)
    except SynthscopeError as error:
        _LOG.warning("Deleted runs are still on the disk: %s", error.sentence)
    project.close()
