"""The form of a safetensors file, told from its first bytes: nothing of it is run, and little of it is read."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from synthscope.errors import DocumentError
from synthscope.io.faults import reading_faults, size_in_words

PICKLES = (".pt", ".pth", ".pkl", ".ckpt", ".bin", ".pickle")
MOST_BYTES = 64 * 2**30
MOST_HEADER = 64 * 2**20
_PREFIX = 8
_PICKLED = (b"PK\x03\x04", *(bytes((0x80, protocol)) for protocol in range(2, 6)))


def check_form(path: Path, words: str) -> Mapping[str, tuple[int, ...]]:
    """Refuse by the first bytes what would take any amount of memory to read, is cut short, or is something else.

    Parameters
    ----------
    words : str
        What the file is, as a sentence begins: ``The weights of model 'soil'``; of several things.

    Returns
    -------
    mapping of str to tuple of int
        The shape of each tensor by its name.

    Raises
    ------
    DocumentError, FileError
        With a sentence that says what is wrong.
    """
    with reading_faults(path), path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        start = file.read(_PREFIX)
        length = int.from_bytes(start, "little")
        header = file.read(length) if length <= min(MOST_HEADER, size) else b""
    if size > MOST_BYTES:
        raise DocumentError(f"{words} take {size_in_words(size)}, more than any model that this program works with.")
    if len(start) < _PREFIX or len(header) < length or not header.startswith(b"{"):
        if start.startswith(_PICKLED):
            raise DocumentError(
                f"{words} are a pickled checkpoint, which could run any program; ask for the model as safetensors."
            )
        raise DocumentError(f"{words} are damaged or no safetensors; fetch the model again.")
    shapes, last = _entries(header, words)
    if _PREFIX + length + last != size:
        raise DocumentError(f"{words} are cut short or changed; fetch the model again.")
    return shapes


def count_values(shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Count the numbers of all tensors."""
    return sum(math.prod(shape) for shape in shapes.values())


def _entries(header: bytes, words: str) -> tuple[dict[str, tuple[int, ...]], int]:
    """Give the shapes, and the bytes of all tensors, as the header says."""
    damaged = f"{words} have a damaged header; fetch the model again."
    try:
        entries: dict[str, Any] = {key: e for key, e in json.loads(header).items() if key != "__metadata__"}
        ends = [int(e["data_offsets"][1]) for e in entries.values()]
        shapes = {key: tuple(int(n) for n in e["shape"]) for key, e in entries.items()}
        negative = any(math.prod(shape) < 0 for shape in shapes.values())
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError, OverflowError) as error:
        raise DocumentError(damaged) from error
    if negative:
        raise DocumentError(damaged)
    return shapes, max(ends, default=0)
