"""What tells this computer from others: a number drawn once, which says nothing about it."""

from __future__ import annotations

import uuid
from pathlib import Path

import appdirs

from synthscope.io.atomic import replacing


def this_device(folder: Path | None = None) -> str:
    """Give the number of this computer and account, and draw it at the first time."""
    path = (folder or Path(appdirs.user_data_dir("synthscope", appauthor=False))) / "device"
    if path.is_file() and (known := path.read_text(encoding="ascii", errors="replace").strip()):
        return known
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn = uuid.uuid4().hex
    with replacing(path) as partial:
        partial.write_text(drawn + "\n", encoding="ascii")
    return drawn
