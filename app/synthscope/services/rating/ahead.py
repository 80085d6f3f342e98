"""The pictures of the next trial, read while the present one is looked at."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from synthscope.records.study_pack import Trial


def codes_of(trial: Trial) -> tuple[str, ...]:
    """Give the codes of a trial's pictures from left to right, the reference first."""
    return (*([trial.reference] if trial.reference else []), *trial.places)


class Ahead:
    """Reads the pictures of one trial in a thread of its own. Close it in the end.

    Parameters
    ----------
    picture : callable
        From a code to uint8 (Z, Y, X, C).
    """

    def __init__(self, picture: Callable[[str], np.ndarray]) -> None:
        self._picture = picture
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="next trial")
        self._trial = ""
        self._reading: Future[list[np.ndarray]] | None = None

    def begin(self, trial: Trial | None) -> None:
        """Begin to read; a trial that is being read is not read anew."""
        if trial and trial.id != self._trial:
            self._trial = trial.id
            self._reading = self._pool.submit(lambda: [self._picture(code) for code in codes_of(trial)])

    def take(self, trial: Trial) -> list[np.ndarray]:
        """Give the pictures of a trial, and wait for those that are not read yet; an error in reading is raised."""
        self.begin(trial)
        reading, self._trial, self._reading = self._reading, "", None
        return reading.result() if reading else []

    def close(self) -> None:
        """Let the thread end."""
        self._pool.shutdown(wait=True, cancel_futures=True)
