"""The worker's voice: messages go out in order, floods of progress are thinned."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import BinaryIO

from synthscope.jobs.messages import Message, ProgressSaid, encode

PER_SECOND = 20


class Outbox:
    """Writes one line per message; of many progress messages only the newest goes, twenty a second.

    Every other message first sends the progress that was held back, so that nothing is out of order and
    the last word of a job is always heard.

    Parameters
    ----------
    stream : binary file
        The protocol's own stream.
    on_broken : callable
        Called once nobody reads any more.
    clock : callable
        Seconds that only grow.
    """

    def __init__(
        self,
        stream: BinaryIO,
        on_broken: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._on_broken = on_broken
        self._clock = clock
        self._lock = threading.Lock()
        self._held: ProgressSaid | None = None
        self._holding = threading.Event()
        self._last = -float("inf")

    def send(self, message: Message) -> None:
        """Send now, or hold back a progress that comes too soon after the last."""
        if isinstance(message, ProgressSaid) and self._hold(message):
            return
        line = encode(message)
        with self._lock:
            self._release()
            self._write(line)

    def flush(self) -> None:
        """Send the progress that is held back, if any."""
        with self._lock:
            self._release()

    def start_flushing(self) -> None:
        """Send held progress in time even if the job says nothing more for long: a thread of its own."""
        threading.Thread(target=self._keep_flushing, name="progress", daemon=True).start()

    def _keep_flushing(self) -> None:
        while self._holding.wait():
            time.sleep(1 / PER_SECOND)
            self.flush()

    def _hold(self, message: ProgressSaid) -> bool:
        with self._lock:
            now = self._clock()
            if now - self._last >= 1 / PER_SECOND:
                self._last = now
                self._held = None  # the newer one, about to be sent, says more
                return False
            self._held = message
            self._holding.set()
            return True

    def _release(self) -> None:
        held, self._held = self._held, None
        self._holding.clear()
        if held is not None:
            self._last = self._clock()
            self._write(encode(held))

    def _write(self, line: bytes) -> None:
        try:
            self._stream.write(line)
            self._stream.flush()
        except (OSError, ValueError):  # a pipe without a reader, or closed already
            self._on_broken()
