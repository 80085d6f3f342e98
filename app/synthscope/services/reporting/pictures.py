"""Pictures of fields for the page: read from beside the report, put into it as text."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image as Pixels
from PIL import UnidentifiedImageError

from synthscope.io.faults import reading_faults
from synthscope.records.evaluation import Report, Spot

LARGEST_SIDE = 192
"""Of a picture in the page, in pixels; larger ones are averaged down."""

_LARGEST_FILE = 2**23


@dataclass(frozen=True)
class Picture:
    """One thumbnail.

    Parameters
    ----------
    source : str
        ``data:`` address; empty where the file is not there.
    words : str
        What it shows, for those who cannot see it.
    """

    source: str
    words: str
    caption: str
    width: int = 0
    height: int = 0


class Album:
    """Gives the pictures of a report's spots.

    Parameters
    ----------
    report : Report
        As it is shown.
    folder : Path
        Where the pictures lie.
    files : sequence of str
        Name of the picture of each of ``report.spots``, as it was recorded.
    """

    def __init__(self, report: Report, folder: Path, files: Sequence[str]) -> None:
        self.spots = report.spots
        self._folder = folder
        self._files = files
        self._read: dict[int, tuple[str, int, int]] = {}

    def holds(self, index: int) -> bool:
        """Whether there is such a spot, with a picture."""
        return 0 <= index < len(self.spots) and bool(self._files[index])

    def picture(self, index: int, value: str = "") -> Picture:
        """Give the picture of a spot, with the value that it was picked for."""
        spot = self.spots[index]
        where = _place(spot)
        words = f"Field of {spot.subject}, {where}" + (f", value {value}" if value else "")
        if index not in self._read:
            self._read[index] = source_of(_bytes(self._folder, self._files[index]))
        source, width, height = self._read[index]
        if not source:
            return Picture("", f"{words}: its picture is not beside the report", value or where)
        return Picture(source, words, value or where, width, height)


def _place(spot: Spot) -> str:
    sides = zip("zyx", spot.start, spot.stop, strict=True)
    box = ", ".join(f"{axis} {first}–{last}" for axis, first, last in sides if last - first > 1)
    image = f"image {spot.image + 1}" if spot.image >= 0 else "made from real"
    return f"{image}, {box}" if box else image


def source_of(data: bytes, largest: int = LARGEST_SIDE) -> tuple[str, int, int]:
    """Write a PNG as an address (width, height behind it), averaged down to a side; empty where it is none."""
    if not data:
        return "", 0, 0
    try:
        with Pixels.open(io.BytesIO(data), formats=("PNG",)) as opened:
            times = -(-max(opened.size) // largest)
            if times > 1:
                smaller = opened.convert("RGB" if opened.mode not in ("L", "RGB") else opened.mode).reduce(times)
                stream = io.BytesIO()
                smaller.save(stream, "PNG", optimize=True)
                data, size = stream.getvalue(), smaller.size
            else:
                opened.load()
                size = opened.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Pixels.DecompressionBombError):
        return "", 0, 0
    return "data:image/png;base64," + base64.b64encode(data).decode("ascii"), *size


def _bytes(folder: Path, file: str) -> bytes:
    """Read a file that lies in the folder (or one below it); nothing else, whatever the report says."""
    if not file or "\0" in file:
        return b""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file() or path.stat().st_size > _LARGEST_FILE:
        return b""
    with reading_faults(path):
        return path.read_bytes()
