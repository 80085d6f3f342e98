"""Turns whatever a job raised into one sentence for a person."""

from __future__ import annotations

import errno
import os
import traceback
from pathlib import Path

from synthscope.errors import DiskFull, OutOfMemory, SynthscopeError, WorkError
from synthscope.jobs.messages import Failed

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
LIGHTER = {
    "run": "choose a smaller region or fewer candidates, or ",
    "train": "choose smaller patches or a smaller network, or ",
    "evaluate": "choose fewer or smaller fields, or ",
}
"""By kind of work: what takes less memory; others can only be given more room."""
_MEMORY_WORDS = ("can't allocate memory", "not enough memory", "out of memory")


def memory_remedy(kind: str) -> str:
    """Say what to do where memory was short for work of a kind."""
    return f"{LIGHTER.get(kind, '')}close other programs, and retry."


def explain(error: BaseException, kind: str = "") -> SynthscopeError:
    """Give the error of our own tree that says what happened to work of a kind; ours are given back as they are."""
    if isinstance(error, SynthscopeError):
        return error
    details = "".join(traceback.format_exception(error))
    if is_memory_error(error):
        return OutOfMemory(
            f"There was not enough memory for this job; {memory_remedy(kind)}", details=details
        )
    if (full := _disk_error(error)) is not None:
        return DiskFull(
            f"The disk is full{_where(full)}; free some room and retry: what was finished is kept.",
            details=details,
        )
    said = " ".join(str(error).split()) or "no message"
    return WorkError(
        f"The job stopped on an unexpected {type(error).__name__} ({said[:200]}); retry it, and report it "
        "with the details if it happens again.",
        details=details,
    )


def failed(job: str, error: BaseException, kind: str = "") -> Failed:
    """Give the message that tells of an error."""
    ours = explain(error, kind)
    details = ours.details or "".join(traceback.format_exception(error))
    return Failed(job, ours.sentence, details, type(ours).__name__, ours.exit_status)


def is_memory_error(error: BaseException) -> bool:
    """Say whether an error is one of memory that could not be had."""
    # Torch's own class is not a MemoryError, and its CPU allocator raises a bare RuntimeError; both are
    # told by their words because torch must not be imported here.
    if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    return isinstance(error, RuntimeError) and any(w in str(error).lower() for w in _MEMORY_WORDS)


def _disk_error(error: BaseException) -> OSError | None:
    # Libraries wrap the system's error in their own: the chain is followed, which may be a ring.
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        if isinstance(link, OSError) and link.errno in _NO_ROOM:
            return link
        seen.add(id(link))
        link = link.__cause__ or link.__context__
    return None


def _where(error: OSError) -> str:
    name = error.filename
    return f" while writing {Path(os.fsdecode(name)).name!r}" if isinstance(name, str | bytes) else ""
