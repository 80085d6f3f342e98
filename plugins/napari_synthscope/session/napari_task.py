"""Work under way, as a plain napari knows it: it then asks before its window closes."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject

from synthscope.errors import InputError

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session
    from napari_synthscope.session.work_desk import WorkDesk

PROVIDER = "Synthscope"
WORDS = "work is under way; what was finished is kept, and the rest can be resumed at the next start"


class NapariTask(QObject):
    """Keeps one entry in napari's list of tasks while a job runs.

    That list is not public: where another napari has none, nothing is kept.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._work: weakref.ref[WorkDesk] | None = None
        self._task: Any = None

    def watch(self, work: WorkDesk) -> None:
        """Follow the work of a project."""
        if self._work is None or self._work() is not work:
            self._work = weakref.ref(work)
            work.changed.connect(self._follow)

    def end(self) -> None:
        """Tell napari that nothing is under way any more."""
        if self._task is not None:
            self._tell("_update_task_status", self._task, "completed")
            self._task = None

    def _follow(self) -> None:
        work = self._work() if self._work is not None else None
        if work is None or not work.running:
            self.end()
        elif self._task is None:
            self._task = self._tell("_register_task_status", PROVIDER, "busy", WORDS)

    def _tell(self, verb: str, subject: Any, status: str, *words: str) -> Any:
        try:
            window = getattr(self._session.viewer, "window", None)
        except InputError:  # the viewer is gone, and its list with it
            return None
        method = getattr(window, verb, None)
        if method is None:
            return None
        from napari.utils.task_status import Status

        return method(subject, Status(status), *words)
