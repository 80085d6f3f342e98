"""Deleting a file so that its name leads nowhere and its blocks were written over once."""

from __future__ import annotations

import os
from pathlib import Path

from synthscope.io.atomic import flush_folder
from synthscope.io.faults import writing_faults

ERASING = ".erasing"
"""Ending of a file that is being erased; one that is left was interrupted and is to be erased again."""
_CHUNK = 1 << 20


def erase_file(path: Path) -> None:
    """Rename a file, write zeros over it, flush them to the disk, and delete it; nothing where there is none.

    The rename comes first, so that nobody ever reads a file that is erased in part. What a disk keeps behind the
    system's back (spare blocks, snapshots, backups, journals) is out of reach.

    Raises
    ------
    FileError
        If the file may not be written or deleted.
    """
    if path.is_symlink():  # where it leads to is no file of ours
        path.unlink()
        return
    if not path.is_file():
        return
    with writing_faults(path):
        aside = path if path.name.endswith(ERASING) else path.with_name(path.name + ERASING)
        path.replace(aside)
        with aside.open("r+b", buffering=0) as file:
            left = aside.stat().st_size
            while left > 0:
                left -= file.write(bytes(min(left, _CHUNK))) or 0
            os.fsync(file.fileno())
        aside.unlink()
        flush_folder(path.parent)
