"""The border to the libraries that parse files: whatever they raise becomes one sentence."""

from __future__ import annotations

import logging
import lzma
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synthscope.errors import FileError, SynthscopeError
from synthscope.io.faults import reading_faults, size_in_words

PARSER_ERRORS: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    BufferError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    SystemError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)
"""What parsers raise on damaged files, other than `OSError`; named so that an interrupt passes."""

_MOST_EXPANSION = 10_000
"""No lossless codec of these formats packs real voxels tighter than this."""

# A handler of our own keeps a library's remarks off the standard error of a program without logging.
logging.getLogger("tifffile").addHandler(logging.NullHandler())
logging.getLogger("nibabel").addHandler(logging.NullHandler())


@contextmanager
def parsing(path: Path, kind: str, *others: type[Exception]) -> Iterator[None]:
    """Turn every failure of the enclosed parsing of `path` as `kind` into a `FileError`.

    Warnings of the parser are dropped: what matters in them shows in the result.
    """
    try:
        with _system_faults(path, kind), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except SynthscopeError:
        raise
    except PARSER_ERRORS + others as error:
        raise damaged(path, kind, error) from error


@contextmanager
def _system_faults(path: Path, kind: str) -> Iterator[None]:
    """Tell refusals of the operating system from parsers that raise `OSError` for damage."""
    try:
        with reading_faults(path):
            yield
    except FileError as error:
        if isinstance(error.__cause__, OSError) and error.__cause__.errno is None:
            raise damaged(path, kind, error.__cause__) from error
        raise


def damaged(path: Path, kind: str, error: object = "") -> FileError:
    """Give the error that says a file cannot be understood."""
    return FileError(
        f"{path.name} is damaged or not really a {kind} file; try to open and save it with the program that made it.",
        details=repr(error),
    )


def check_size(path: Path, nbytes: int, stored: int, *, packed: bool) -> None:
    """Refuse a header whose pixels cannot be in the file.

    Parameters
    ----------
    path : Path
        The file.
    nbytes : int
        Bytes that the header claims.
    stored : int
        Bytes that are there for them.
    packed : bool
        Whether they are compressed.

    Raises
    ------
    FileError
        If they cannot be.
    """
    if nbytes <= (max(stored, 64) * _MOST_EXPANSION if packed else stored):
        return
    raise FileError(
        f"{path.name} is cut short or damaged: its header claims {size_in_words(nbytes)} of pixels, "
        f"{size_in_words(max(stored, 0))} are there; copy the file again."
    )
