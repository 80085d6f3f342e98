"""One program at a time: locks that the operating system gives back when a program dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from synthscope.errors import SynthscopeError
from synthscope.io.faults import writing_faults


def lock_at_once(path: Path, busy: SynthscopeError) -> FileLock:
    """Take a lock at once, for whoever closes the work to give back, on whatever thread.

    Parameters
    ----------
    path : Path
        Of the lock's file, in an existing folder.
    busy : SynthscopeError
        What is raised where another program holds it.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    lock = FileLock(path, thread_local=False)
    with writing_faults(path.parent):
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise busy from error
    return lock


@contextmanager
def alone(path: Path, busy: SynthscopeError) -> Iterator[None]:
    """Hold a lock while work is done: see `lock_at_once`."""
    lock = lock_at_once(path, busy)
    try:
        yield
    finally:
        lock.release()
