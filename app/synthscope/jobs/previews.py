"""Pictures on their way from the worker to the window: small .npy files, at most five a second."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

PER_SECOND = 5
KEPT = 8
"""Pictures left in the folder for a window that is slow to open them."""


class PreviewWriter:
    """The worker's half: writes a picture, closes it, renames it into place.

    Parameters
    ----------
    folder : Path
        The scratch folder, which the window owns and clears.
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder
        self._clock = clock
        self._last = -float("inf")
        self._count = 0

    def write(self, pixels: np.ndarray, *, last: bool = False) -> Path | None:
        """Write a picture; None where it came too soon after the last, or could not be written.

        Parameters
        ----------
        last : bool
            However soon it comes.

        Raises
        ------
        ValueError
            If the array holds Python objects: nothing is pickled.
        """
        now = self._clock()
        if not last and now - self._last < 1 / PER_SECOND:
            return None
        self._last = now
        self._count += 1
        path = self._folder / f"preview-{os.getpid()}-{self._count:06d}.npy"
        # A preview is a comfort: a full disk is for the job itself to report, when it matters.
        with suppress(OSError):
            _write(path, pixels)
            return path
        return None


class PreviewSweeper:
    """The window's half: keeps only the newest pictures in the folder."""

    def __init__(self) -> None:
        self._paths: deque[Path] = deque()

    def arrived(self, path: Path) -> None:
        """Note a picture and remove those that are too old to be wanted."""
        self._paths.append(path)
        while len(self._paths) > KEPT:
            remove(self._paths.popleft())

    def clear(self, folder: Path) -> None:
        """Remove every picture, half-written ones of a lost worker too."""
        self._paths.clear()
        for path in folder.glob("preview-*.npy*"):
            remove(path)


def read_preview(path: str | Path) -> np.ndarray | None:
    """Read a picture into memory and remove its file; None where it is gone already.

    Returns
    -------
    ndarray or None
        As the job yielded it: (Z, Y, X, C) or (Y, X, C), in the original dtype.
    """
    try:
        pixels: np.ndarray = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    remove(Path(path))
    return pixels


def remove(path: Path) -> None:
    """Remove a file if that is possible now."""
    # Windows refuses while somebody has it open; the sweep at the next end of a worker gets it.
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _write(path: Path, pixels: np.ndarray) -> None:
    beside = path.with_name(path.name + ".partial")
    try:
        with beside.open("wb") as file:
            np.save(file, pixels, allow_pickle=False)
        beside.replace(path)
    except BaseException:
        remove(beside)
        raise
