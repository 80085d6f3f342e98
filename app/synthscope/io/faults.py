"""What the operating system says about a file, as one sentence of ours."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError

from synthscope.errors import DiskFull, FileError, SynthscopeError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_NUMBER = re.compile(r"os error (\d+)")
_REASONS = {
    errno.ENOENT: "does not exist; choose another one",
    errno.EACCES: "may not be {verb}; change its permissions, or choose another place",
    errno.EPERM: "may not be {verb}; change its permissions, or choose another place",
    errno.EROFS: "is on a read-only disk; choose another place",
    errno.EISDIR: "is a folder; choose a file",
    errno.ENOTDIR: "lies in something that is not a folder; choose another place",
    errno.ENAMETOOLONG: "has a name that is too long; choose a shorter one",
    errno.EFBIG: "is larger than this disk allows for one file; choose another disk",
    errno.EBUSY: "is in use by another program; close it there",
    errno.ETXTBSY: "is in use by another program; close it there",
}


@contextmanager
def writing_faults(path: Path, *, needed: int = 0) -> Iterator[None]:
    """Turn an `OSError` of the enclosed writing, or what safetensors makes of one, into a sentence.

    Parameters
    ----------
    path : Path
        What is being written.
    needed : int
        Bytes that the whole file takes, where that is known.

    Raises
    ------
    DiskFull
        If there is no room.
    FileError
        For every other refusal of the operating system.
    """
    try:
        yield
    except SynthscopeError:
        raise
    except OSError as error:
        raise writing_fault(error, path, needed=needed) from error
    except SafetensorError as error:
        raise writing_fault(_as_system(error), path, needed=needed) from error


@contextmanager
def reading_faults(path: Path) -> Iterator[None]:
    """Turn an `OSError` of the enclosed reading into a `FileError`."""
    try:
        yield
    except SynthscopeError:
        raise
    except OSError as error:
        raise FileError(_sentence(error, path, "read"), details=repr(error)) from error


def writing_fault(error: OSError, path: Path, *, needed: int = 0) -> SynthscopeError:
    """Give the error of ours that says what `error` means for writing `path`."""
    if error.errno in _FULL or _is_short_write(error):
        room = f"{size_in_words(needed)} are needed there; " if needed else ""
        return DiskFull(f"The disk of {path} is full; {room}free some room or choose another disk.")
    return FileError(_sentence(error, path, "written"), details=repr(error))


def size_in_words(count: int) -> str:
    """Say a number of bytes as people do: ``12.4 GB``."""
    size, units = float(count), ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"]
    while size >= 1000 and len(units) > 1:
        size, units = size / 1000, units[1:]
    return f"{size:.3g} {units[0]}"


def _as_system(error: SafetensorError) -> OSError:
    """Give what the operating system said; safetensors tells its number in words alone."""
    found = _NUMBER.search(str(error))
    return OSError(int(found.group(1)) if found else None, str(error))


def _is_short_write(error: OSError) -> bool:
    """Numpy reports a full disk without its number: ``4096 requested and 0 written``."""
    return error.errno is None and "requested and" in str(error)


def _sentence(error: OSError, path: Path, verb: str) -> str:
    reason = _REASONS.get(error.errno or 0, "cannot be {verb} ({error}); try another place")
    return f"{path} {reason.format(verb=verb, error=error.strerror or error)}."
