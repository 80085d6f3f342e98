"""Writes the tables of docs/measured.md: the main job on real images, and thirty holes per material.

``python docs/measured_table.py HOLES.json`` takes what ``tests/benchmarks/holes.py --json`` wrote; the other table
comes from docs/make_pictures.py.
"""

from __future__ import annotations

import argparse
import json
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
piece of the fill, in voxels, that lies elsewhere in the region too, to within noise. Figures are means over the
candidates, the copy is the largest of all; seconds are per candidate, on two CPU cores that had other work too."""
HOLES = "## Thirty holes per material"
HOLES_HEAD = (
    "| material | generator | outside identical | seam | seam, untouched | texture | spectrum (real) | copied | s |",
    "|---|---|---|---|---|---|---|---:|---:|",
)
HOLES_INTRODUCTION = """\
Square holes of 32 px were cut at random places into a slice of the soil core, a slice of carbon fibres, the paper of a
root scan (colour) and a field of neurons (16-bit), and filled with the settings as they come; the generator saw 64 px
around each. 30 holes per material, one candidate each, made by `tests/benchmarks/holes.py`. In square brackets: 95 %
intervals over the holes (bootstrap, 10 000 resamples).

*Seam* is the step across the border of the hole against steps beside it; the next column has the same for the untouched
image at the same place. *Texture* is the fine contrast of the fill divided by that of what was really there. *Spectrum*
is the distance of the fill's radial spectrum from the true one; in round brackets the same for another real place:
what two samples of the material differ by. *Copied* is the mean part of the hole that lies elsewhere in one piece,
to within noise. Seconds are per hole, on two CPU cores that had other work too."""


def put_table(path: Path, records: Iterable[dict[str, Any]]) -> str:
    """Put the section into the document, in place of the one that is there, and give it."""
    known = list(records)
    return _put(path, HEADING, "\n".join([INTRODUCTION, "", *HEAD, *_rows(known), "", *_ends(known)]).rstrip())


def put_holes(path: Path, found: dict[str, Any]) -> str:
    """Put the figures of the holes into the document."""
    rows = [_hole_row(*name.split("/"), cells) for name, cells in found.items() if "/" in name]
    return _put(path, HOLES, "\n".join([HOLES_INTRODUCTION, "", *HOLES_HEAD, *rows]))


def _hole_row(material: str, generator: str, cells: dict[str, Any]) -> str:
    def interval(name: str) -> str:
        value, low, high = cells[name]
        return f"{value:.2f} [{low:.2f}, {high:.2f}]"

    shown = (
        material,
        f"`{generator}`",
        f"{cells['outside_equal']} of {cells['n']}",
        interval("seam_ratio"),
        interval("seam_ratio_real"),
        interval("texture_ratio"),
        f"{cells['spectrum_distance'][0]:.2f} ({cells['spectrum_distance_real'][0]:.2f})",
        f"{cells['longest_copy_similar_mean']:.0%}",
        f"{cells['seconds'][0]:.2f}",
    )
    return "| " + " | ".join(shown) + " |"


def _put(path: Path, heading: str, body: str) -> str:
    """Put a section into the document in place of the one of that heading, or at the end; give it."""
    section = f"{heading}\n\n{body}"
    text = path.read_text(encoding="utf-8") if path.is_file() else "# Measured\n"
    before, _, after = text.partition(heading)
    _, more, rest = after.partition("\n## ")
    tail = f"\n\n## {rest}" if more else "\n"
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
        name, title = record["name"], record["title"]
        yield f"### {title.partition(',')[0].capitalize()}"
        yield ""
        yield f"![{title}: the mask](images/{name}-mask.png)"
        yield ""
        yield f"![{title}: a fill by exemplar, outlined](images/{name}-candidates.png)"
        yield ""
        yield (
            f"The saved file, read back, is {same}; made again from its own record, the largest difference is "
            f"{record['replay_difference']:g}."
        )
        yield ""


def main() -> None:
    """Write the table of the holes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("json", type=Path, help="what the benchmark wrote")
    found = json.loads(parser.parse_args().json.read_text(encoding="utf-8"))
    put_holes(Path(__file__).parent / "measured.md", found)


if __name__ == "__main__":
    main()
