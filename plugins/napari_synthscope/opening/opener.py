"""Opens one file after the other beside the window, and asks where a file does not say everything."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from pathlib import Path

from qtpy.QtCore import QObject, Signal

from napari_synthscope.files.found import AS_IN_FILE, Opened, look_at, read_file, read_sample
from napari_synthscope.files.opening_thread import OpeningThread
from synthscope.errors import SynthscopeError
from synthscope.io.raw_memory import remember_layout
from synthscope.io.reading import Probe, Reading


class Opener(QObject):
    """Looks at files, then reads them; what cannot be known waits for `read` or `skip`.

    Signals
    -------
    begun(str)
        Something is under way, in words.
    progressed(Progress)
        How far it is, where that is known.
    asked(Path, Probe)
        Say how this file is to be read: `Probe.needs` names what is missing.
    opened(Opened, Probe or None)
        An image is there; a sample has no probe.
    failed(SynthscopeError)
        A file cannot be opened; the next one follows.
    """

    begun = Signal(str)
    progressed = Signal(object)
    asked = Signal(object, object)
    opened = Signal(object, object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Path] = deque()
        self._path: Path | None = None
        self._probe: Probe | None = None
        self._asking = False
        self._work = OpeningThread(self)
        self._work.progressed.connect(self.progressed)
        self._work.failed.connect(self._failed)

    def open_paths(self, paths: Iterable[Path]) -> None:
        """Open files and folders, one after the other."""
        self._waiting.extend(Path(path) for path in paths)
        if not self._work.busy and not self._asking:
            self._next()

    def open_sample(self, key: str) -> None:
        """Simulate one of the samples; a file that waits for an answer waits no longer."""
        self._path, self._probe, self._asking = None, None, False
        self.begun.emit("Simulating the sample…")
        self._work.start(lambda: read_sample(key), self._done)

    def read(self, reading: Reading) -> None:
        """Read the file that was asked about, or the last one again, in another way."""
        if self._path is None:
            return
        path, self._asking = self._path, False
        if reading.dataset and not reading.axes:  # another image of the file may leave other questions open
            self.begun.emit(f"Looking at {path.name}…")
            self._work.start(lambda: look_at(path, reading), lambda probe: self._looked(probe, reading))
            return
        self._read(path, reading)

    def _read(self, path: Path, reading: Reading) -> None:
        self.begun.emit(f"Reading {path.name}…")
        if reading.raw is not None:
            self._remember(path, reading)
        self._work.start(lambda: read_file(path, reading), self._done)

    def skip(self) -> None:
        """Leave the file that was asked about, and go on."""
        self._asking = False
        self._next()

    def finish(self) -> None:
        """Open nothing more, and wait until the thread has ended."""
        self._waiting.clear()
        self._work.finish()

    def _next(self) -> None:
        if not self._waiting:
            return
        path = self._path = self._waiting.popleft()
        self._probe = None
        self.begun.emit(f"Looking at {path.name}…")
        self._work.start(lambda: look_at(path), lambda probe: self._looked(probe, AS_IN_FILE))

    def _looked(self, probe: Probe, reading: Reading) -> None:
        self._probe = probe
        if probe.needs:
            self._asking = True
            self.asked.emit(self._path, probe)
        elif self._path is not None:
            self._read(self._path, reading)

    def _done(self, opened: Opened) -> None:
        self.opened.emit(opened, self._probe)
        self._next()

    def _failed(self, error: SynthscopeError) -> None:
        self.failed.emit(error)
        self._next()

    def _remember(self, path: Path, reading: Reading) -> None:
        assert reading.raw is not None
        try:
            remember_layout(path.parent, reading.raw)
        except SynthscopeError as error:  # a convenience: the file opens all the same
            self.failed.emit(error)
