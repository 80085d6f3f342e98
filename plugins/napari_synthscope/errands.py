"""Short work that must not stop the window: each errand is done and answered, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from qtpy.QtCore import QObject, Qt, Signal

from synthscope.errors import SynthscopeError
from synthscope.jobs.failures import explain

PATIENCE = 5.0
"""Seconds that a window may wait for its errands when it closes."""

Then = Callable[[Any], None]
Failed = Callable[[SynthscopeError], None]


class Errands(QObject):
    """One thread for searching masks and keeping files; nothing it is given may touch Qt or napari."""

    _done = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="synthscope")
        self._closed = False
        self._pending = 0
        # Queued even when the work was done at once: an answer never comes before its question has returned.
        self._done.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something is not answered yet."""
        return self._pending > 0

    def run(self, work: Callable[[], Any], then: Then, failed: Failed) -> None:
        """Do `work`, then call `then` with its result, or `failed` with an error of ours, on this thread."""
        if self._closed:
            return
        self._pending += 1

        def tell(future: Future[Any]) -> None:
            if not self._closed and not future.cancelled():
                self._done.emit(future, then, failed)

        self._pool.submit(self._unless_closed, work).add_done_callback(tell)

    def close(self, last: Callable[[], None] | None = None, patience: float = PATIENCE) -> bool:
        """Drop what waits and answer nothing any more; what runs comes to its end, then `last` is done.

        Parameters
        ----------
        last : callable, optional
            Done on the same thread when nothing else is being written.
        patience : float
            Seconds to wait for it. After that it goes on beside a window that is gone; the program does not
            end before it.

        Returns
        -------
        bool
            Whether all is done.
        """
        if self._closed:
            return True
        self._closed = True
        end = self._pool.submit(last or (lambda: None))
        self._pool.shutdown(wait=False)
        wait((end,), patience)
        if end.done():
            end.result()
        return end.done()

    def _unless_closed(self, work: Callable[[], Any]) -> Any:
        return None if self._closed else work()

    def _answer(self, future: Future[Any], then: Then, failed: Failed) -> None:
        self._pending -= 1
        if self._closed:
            return
        error = future.exception()
        if error is None:
            then(future.result())
        else:
            failed(explain(error))
