"""The chain of pages in a TIFF: parsers end it in silence where a file is cut off."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from synthscope.errors import FileError


def check_chain(path: Path) -> None:
    """Refuse a TIFF whose chain of pages leads out of the file.

    Raises
    ------
    FileError
        If a page is said to lie beyond the end: the file lost its last part.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        order, big, offset = _heading(file)
        seen: set[int] = set()
        while offset and offset not in seen:
            seen.add(offset)
            following = _following(file, offset, order, big, size)
            if following is None:
                raise FileError(f"{path.name} is cut short: its page {len(seen)} lies beyond its end; copy it again.")
            offset = following


def _heading(file: BinaryIO) -> tuple[str, bool, int]:
    """Give byte order, whether it is a BigTIFF, and the offset of the first page."""
    head = file.read(16).ljust(16, b"\0")
    order = "<" if head.startswith(b"II") else ">"
    big = struct.unpack_from(order + "H", head, 2)[0] == 43
    return order, big, int(struct.unpack_from(order + ("Q" if big else "I"), head, 8 if big else 4)[0])


def _following(file: BinaryIO, offset: int, order: str, big: bool, size: int) -> int | None:
    """Give the offset of the page after the one at `offset`, None if that is not in the file."""
    counting, entry, pointer = ("Q", 20, "Q") if big else ("H", 12, "I")
    count = _number(file, offset, order + counting, size)
    if count is None:
        return None
    return _number(file, offset + struct.calcsize(order + counting) + count * entry, order + pointer, size)


def _number(file: BinaryIO, position: int, code: str, size: int) -> int | None:
    length = struct.calcsize(code)
    if position + length > size:
        return None
    file.seek(position)
    return int(struct.unpack(code, file.read(length))[0])
