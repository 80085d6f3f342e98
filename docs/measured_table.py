"""Writes the section of docs/measured.md that says what the main job did to real images."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

HEADING = "## The main job on real images"
HEAD = (
    "| image | generator | voxels made | outside | seam | seam of the source | texture | longest copy | s |",
    "|---|---|---:|---|---:|---:|---:|---:|---:|",
)
INTRODUCTION = """\
Played in the real window by `docs/make_pictures.py`: open, paint with mouse events, fill, accept, save as OME-TIFF,
read back, reproduce. The images are those of [data.md](data.md), without any preparation.

*Outside* says whether the SHA-256 of all voxels outside the mask is the same before and after. *Seam* is the step
across the border of the mask against steps beside it; the same number for the untouched image stands next to it.
*Texture* is the fine contrast inside against that around it; 1 is alike. *Longest copy* is the largest connected
fill, in voxels, that lies elsewhere in the region too, to within noise. Figures are means over the candidates, the copy
is the largest of all; seconds are per candidate, on two shared CPU cores."""


def put_table(path: Path, records: Iterable[dict[str, Any]]) -> str:
    """Put the section into the document, in place of the one that is there, and give it."""
    section = "\n".join([HEADING, "", INTRODUCTION, "", *HEAD, *_rows(records := list(records)), "", *_ends(records)])
    text = path.read_text(encoding="utf-8") if path.is_file() else "# Measured\n"
    before, found, after = text.partition(HEADING)
    _, next_heading, rest = after.partition("\n## ") if found else ("", "", "")
    tail = f"\n\n## {rest}" if next_heading else "\n"
    path.write_text(f"{before.rstrip()}\n\n{section}{tail}", encoding="utf-8")
    return section


def _rows(records: Iterable[dict[str, Any]]) -> Iterable[str]:
    for record in records:
        for filled in record["filled"]:
            copied = "-" if filled["copied"] is None else f"{filled['copied']:.0f}"
            cells = (
                record["title"],
                f"`{filled['generator']}`" + (f" × {filled['candidates']}" if filled["candidates"] > 1 else ""),
                f"{record['made_voxels']:,}".replace(",", " "),
                "identical" if filled["outside"] else "CHANGED",
                f"{filled['seam']:.2f}",
                f"{filled['seam_real']:.2f}",
                f"{filled['texture']:.2f}",
                copied,
                f"{filled['seconds']:.1f}",
            )
            yield "| " + " | ".join(cells) + " |"


def _ends(records: Iterable[dict[str, Any]]) -> Iterable[str]:
    for record in records:
        same = "identical outside the mask" if record["read_back"] else "CHANGED outside the mask"
        yield (
            f"- {record['name']}: the saved file, read back, is {same}; made again from its own record, "
            f"the largest difference is {record['replay_difference']:g}."
        )
