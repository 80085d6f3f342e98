"""The SHA-256 of a file of any size."""

from __future__ import annotations

import hashlib
from pathlib import Path

from synthscope.io.faults import reading_faults

_PIECE = 4 * 2**20


def file_hash(path: Path) -> str:
    """Give the SHA-256 of a file, read in pieces.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    digest = hashlib.sha256()
    with reading_faults(path), path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
