"""One training on several processes: the first one keeps the model, the others learn beside it in copies."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def is_lead() -> bool:
    """Tell whether this is the process that writes and speaks: the first of ``accelerate launch``, or the only one."""
    return int(os.environ.get("RANK") or 0) == 0


@contextmanager
def own_folder(folder: Path, *, resume: bool) -> Iterator[Path]:
    """Give the lead the model's folder, and any other process a copy that is thrown away at the end.

    One that is resumed is copied: the lead writes nothing before the first step that all take together, so a copy is
    of the state that all go on from. Of a new one there is nothing to copy, though the lead may have begun it already.
    """
    if is_lead():
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="synthscope-") as parent:
        copy = Path(parent) / folder.name
        state = folder / "state"
        if resume and state.is_dir():
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".lock"))
        yield copy
