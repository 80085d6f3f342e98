"""Names of layers and files as names of files: no folders in them, not too long, never taken."""

from __future__ import annotations

import re
from pathlib import Path

from synthscope.errors import FileError
from synthscope.io.faults import writing_faults

LONGEST = 100
"""Bytes of a stem: numbers, endings and the temporary name beside it must fit into 255 too."""


def file_stem(name: str, otherwise: str) -> str:
    """Turn the name of a layer or a file into the stem of a file name.

    Letters, digits, dots and dashes stay, of any script; separators of folders cannot.

    Parameters
    ----------
    otherwise : str
        What it is called when nothing is left of the name.
    """
    words = re.sub(r"[^\w.-]+", "-", name).encode(errors="replace")[:LONGEST].decode(errors="ignore")
    return words.strip("-.") or otherwise


def unused(path: Path, ending: str) -> Path:
    """Give a path that is not taken, numbered where it must be: nothing is overwritten.

    Raises
    ------
    FileError
        If ten thousand of the name are there.
    """
    if not path.exists():
        return path
    stem = path.name.removesuffix(ending)
    for number in range(2, 10_000):
        numbered = path.with_name(f"{stem}-{number}{ending}")
        if not numbered.exists():
            return numbered
    raise FileError(f"{path.parent} holds ten thousand files named {stem}; choose another folder.")


def new_folder(parent: Path, stem: str) -> Path:
    """Make a folder that was not there, numbered where it must be, with what lies above it.

    Raises
    ------
    FileError, DiskFull
        If it cannot be made, or a thousand of the name are there.
    """
    for number in range(1, 1000):
        folder = parent / (stem if number == 1 else f"{stem}-{number}")
        with writing_faults(folder):
            try:
                folder.mkdir(parents=True)
            except FileExistsError:
                continue
        return folder
    raise FileError(f"{parent} holds a thousand folders named {stem}; clear some.")
