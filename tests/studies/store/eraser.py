"""A rater who erases the answers, killed at the named place: before, or in the middle of, what erases."""

import os
import signal
import sys
from pathlib import Path

from synthscope.io import erasing as files
from synthscope.studies.store import responses as store
from synthscope.studies.store.responses import Responses


def kill(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def truly_open(path: Path, *arguments: object, **more: object) -> object:
    """Die where a file that was renamed would be written over."""
    if path.name.endswith(files.ERASING):
        kill()
    return OPEN(path, *arguments, **more)


OPEN = Path.open
folder, place = Path(sys.argv[1]), sys.argv[2]
answers = Responses.open(folder / "responses_s.db", slot="s", study="x", mirror=folder / "mirror" / "responses_s.jsonl")
if place in ("put_marker", "scrub", "erase_copies", "Mirror"):
    setattr(store, place, kill)
elif place == "overwriting":
    Path.open = truly_open
answers.erase()
