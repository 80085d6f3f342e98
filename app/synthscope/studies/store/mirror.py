"""The second copy of the answers: one line for each event, flushed to the disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from synthscope.io.atomic import flush_folder
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.records.study_events import Event
from synthscope.studies.store.lines import events_of, line_of


class Mirror:
    """A file of lines that only grows. A line that could not be written whole is taken back."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with writing_faults(path):
            is_new = not path.exists()
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("ab", buffering=0)
            if is_new:
                flush_folder(path.parent)
                flush_folder(path.parent.parent)  # which may have got a new folder
        try:
            self.events, self._length = read_mirror(path)
        except BaseException:
            self._file.close()
            raise

    def add(self, events: Iterable[Event]) -> int:
        """Write events and flush them to the disk; give the length before.

        Raises
        ------
        DiskFull, FileError
            If they could not be written whole: then nothing of them is left.
        """
        data, before = b"".join(map(line_of, events)), self._length
        with writing_faults(self.path, needed=len(data)):
            self._file.truncate(before)  # what was torn off
            try:
                written = 0
                while written < len(data):
                    written += self._file.write(data[written:]) or 0
                os.fsync(self._file.fileno())
            except OSError:
                self._file.truncate(before)
                raise
        self._length = before + len(data)
        return before

    def take_back(self, length: int) -> None:
        """Shorten the file to what it held before."""
        self._length = length
        with writing_faults(self.path):
            self._file.truncate(length)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


def read_mirror(path: Path) -> tuple[tuple[Event, ...], int]:
    """Read a mirror: its events, and the bytes of its whole lines; nothing where there is none.

    Raises
    ------
    FileError
        If it may not be read.
    DocumentError
        If a line of it is damaged.
    """
    if not path.exists():
        return (), 0
    with reading_faults(path):
        data = path.read_bytes()
    return events_of(data, path.name)
