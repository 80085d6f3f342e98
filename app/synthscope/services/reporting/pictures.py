"""Pictures of fields for the page: read from beside the report, put into it as text."""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synthscope.io.faults import reading_faults
from synthscope.records.evaluation import Evidence, Report, Spot

IN_GRID = 8
IN_EVIDENCE = 6
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_LARGEST = 2**21


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


@dataclass(frozen=True)
class Grid:
    """Fields of one set."""

    subject: str
    role: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Pair:
    """A field that was judged, and its nearest real (or training) one, where it is known."""

    judged: Picture
    nearest: Picture | None


@dataclass(frozen=True)
class Gallery:
    """The fields behind one number, the furthest from real first."""

    metric: str
    subject: str
    pairs: tuple[Pair, ...]


def grids(report: Report, folder: Path, files: Sequence[str]) -> tuple[Grid, ...]:
    """Show the first fields of each set, real ones first, controls last.

    Parameters
    ----------
    report : Report
        As it is shown.
    folder : Path
        Where the pictures lie.
    files : sequence of str
        Name of the picture of each of ``report.spots``, as it was recorded.
    """
    roles = {score.subject: str(score.role) for score in report.scores} | {one.name: one.role for one in report.sets}
    found = []
    for subject in dict.fromkeys(spot.subject for spot in report.spots):
        own = [i for i, spot in enumerate(report.spots) if spot.subject == subject and files[i]]
        if own:
            pictures = tuple(_picture(report.spots[i], folder, files[i]) for i in own[:IN_GRID])
            found.append(Grid(subject, roles.get(subject, ""), pictures))
    order = ("real", "generated", "training", "control")
    return tuple(sorted(found, key=lambda grid: order.index(grid.role) if grid.role in order else 0))


def galleries(report: Report, folder: Path, files: Sequence[str]) -> tuple[Gallery, ...]:
    """Show the fields behind each number, with what is nearest to them."""
    return tuple(
        Gallery(evidence.metric, evidence.subject, pairs)
        for evidence in report.evidence
        if (pairs := _pairs(evidence, report, folder, files))
    )


def _pairs(evidence: Evidence, report: Report, folder: Path, files: Sequence[str]) -> tuple[Pair, ...]:
    nearest = evidence.nearest or (-1,) * len(evidence.spots)
    found = []
    for value, spot, near in list(zip(evidence.values, evidence.spots, nearest, strict=False))[:IN_EVIDENCE]:
        if not 0 <= spot < len(report.spots):
            continue
        judged = _picture(report.spots[spot], folder, files[spot], f"{value:.3g}")
        known = 0 <= near < len(report.spots)
        found.append(Pair(judged, _picture(report.spots[near], folder, files[near]) if known else None))
    return tuple(found)


def _picture(spot: Spot, folder: Path, file: str, value: str = "") -> Picture:
    place = ", ".join(f"{axis} {a}–{b}" for axis, a, b in zip("zyx", spot.start, spot.stop, strict=True) if b - a > 1)
    where = f"image {spot.image + 1}" + (f", {place}" if place else "")
    words = f"Field of {spot.subject}, {where}" + (f", value {value}" if value else "")
    data = _read(folder, file)
    if not data:
        return Picture("", f"{words}: its picture is not beside the report", value or where)
    width, height = struct.unpack(">II", data[16:24])
    source = "data:image/png;base64," + base64.b64encode(data).decode("ascii")
    return Picture(source, words, value or where, width, height)


def _read(folder: Path, file: str) -> bytes:
    """Read a PNG that lies in the folder (or one below it); nothing else, whatever the report says."""
    if not file or "\0" in file:
        return b""
    path = (folder / file).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file() or path.stat().st_size > _LARGEST:
        return b""
    with reading_faults(path):
        data = path.read_bytes()
    return data if data.startswith(_SIGNATURE) and len(data) > 24 else b""
