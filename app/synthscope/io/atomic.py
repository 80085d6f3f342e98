"""Whole files or none: written beside, flushed to the disk, then renamed into place."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthscope.errors import FileError
from synthscope.io.faults import writing_faults

PARTIAL = ".partial-"
_ATTEMPTS, _PAUSE = 50, 0.02


@contextmanager
def replacing(path: Path | str, *, needed: int = 0) -> Iterator[Path]:
    """Yield a temporary path beside `path`; what is written there takes its place at the end.

    The temporary path keeps the suffix, does not exist yet, and may become a file or a folder. When the
    block fails (or a job in it is closed), it is removed and `path` stays as it was.

    Parameters
    ----------
    path : Path or str
        What to make or replace, in a folder that exists.
    needed : int
        Bytes it will take, where known; said when the disk is full.

    Raises
    ------
    DiskFull
        If there is no room.
    FileError
        If the folder is missing, or writing there is not allowed.
    """
    target = Path(os.path.realpath(path))  # a link stays a link to what is replaced
    if not target.parent.is_dir():
        raise FileError(f"Folder {target.parent} does not exist; make it or choose another one.")
    partial = target.with_name(f"{PARTIAL}{secrets.token_hex(6)}{target.suffix[:16]}")
    try:
        with writing_faults(target, needed=needed):
            yield partial
            _flush_tree(partial)
            _put_in_place(partial, target)
            flush_folder(target.parent)
    finally:
        _remove(partial)


def write_bytes(path: Path | str, data: bytes) -> Path:
    """Write a whole file or none, and give its path."""
    with replacing(path, needed=len(data)) as partial:
        partial.write_bytes(data)
    return Path(path)


def write_text(path: Path | str, text: str) -> Path:
    """Write a whole UTF-8 file or none, line ends as they are, and give its path."""
    return write_bytes(path, text.encode(errors="backslashreplace"))  # a file name may hold bytes that are no text


def is_partial(path: Path) -> bool:
    """Whether this is what an interrupted program left behind; it may be deleted."""
    return path.name.startswith(PARTIAL)


def remove_partials(folder: Path) -> int:
    """Delete what an interrupted program left in `folder`, and say how many there were."""
    found = [path for path in folder.iterdir() if is_partial(path)]
    for path in found:
        _remove(path)
    return len(found)


def _put_in_place(partial: Path, target: Path) -> None:
    if target.is_dir() and not partial.is_dir():
        raise FileError(f"{target.name} is a folder, and nothing in it is to be lost; name a file.")
    if target.is_dir():
        # A folder cannot be renamed over one that is not empty: the old one steps aside first.
        aside = target.with_name(f"{PARTIAL}{secrets.token_hex(6)}")
        target.rename(aside)
        try:
            partial.rename(target)
        except OSError:
            aside.rename(target)
            raise
        _remove(aside)
        return
    if target.is_file() and partial.is_file():
        shutil.copymode(target, partial)
    partial.replace(target)


def _flush_tree(path: Path) -> None:
    if path.is_dir():
        for folder, _, names in os.walk(path):
            for name in names:
                _flush_file(Path(folder, name))
            flush_folder(Path(folder))
    else:
        _flush_file(path)


def _flush_file(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def flush_folder(path: Path) -> None:
    """Flush the names in a folder to the disk: without it a new file may be gone after a power cut."""
    if os.name == "nt":  # Windows cannot open a folder, and keeps its table of names itself
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(path: Path) -> None:
    if not path.is_dir() or path.is_symlink():
        path.unlink(missing_ok=True)
        return
    for _ in range(_ATTEMPTS):
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
        time.sleep(_PAUSE)  # threads of a failed writer may still be putting files into it
