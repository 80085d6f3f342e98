"""Steps that take napari a while: one in a turn of the event loop, and the window answers between them."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

BREATH_MS = 30
"""Between two steps: long enough for what was pressed meanwhile, and for the picture to be drawn."""


class Turns(QObject):
    """Does steps in their order, each in a turn of its own; napari takes a tenth of a second to add a layer.

    A step looks for itself whether what it works on is still there: layers may be deleted between two steps.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = weakref.ref(session)
        self._steps: deque[Callable[[], object]] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BREATH_MS)
        self._timer.timeout.connect(self._next)

    @property
    def busy(self) -> bool:
        """Whether a step waits."""
        return bool(self._steps)

    def then(self, *steps: Callable[[], object]) -> None:
        """Do steps after those that wait."""
        self._steps.extend(steps)
        if not self._timer.isActive():
            self._timer.start()

    def finish(self) -> None:
        """Do all that waits, now: what comes next counts on it."""
        while self._steps:
            self._steps.popleft()()

    def _next(self) -> None:
        session = self._session()
        if session is None or session.closed:
            self._steps.clear()
            return
        if self._steps:
            self._steps.popleft()()
        if self._steps and not self._timer.isActive():
            self._timer.start()
