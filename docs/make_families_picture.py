"""Makes the examples of docs/families.md: all families on the soil stack and on three fibre slices, tables and grids.

``python docs/make_families_picture.py`` takes the public images from ``SYNTHSCOPE_DATA``, or ``../shared/data`` beside
the checkout (docs/data.md), and some five hours. With a folder named it goes on with the comparisons in it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image as Picture

from synthscope.cli import main
from synthscope.records.families import MEASURES
from synthscope.services.families.beginning import read_result
from synthscope.services.families.page import lines_of

DOCS = Path(__file__).resolve().parent
DATA = Path(os.environ.get("SYNTHSCOPE_DATA", DOCS.parents[1] / "shared" / "data"))
SOIL = DATA / "rock_soil_microct" / "soil_core_stack"
FIBRES = tuple(DATA / "fibre_composites" / f"carbon{number}.png" for number in ("0103", "0918", "0969"))
MIDDLE = 440
"""Side of the part of a fibre slice that is used: what lies round it is blank."""
GENERATORS = "stylegan,dcgan,vae,prior,quilt,phase-surrogate"
WORDS = ("--generators", GENERATORS, "--minutes", "10", "--seeds", "3", "--device", "cpu", "--resume")


def table_of(folder: Path) -> str:
    """Give the table of a comparison in Markdown, without intervals."""
    heads = [kind.title for kind in MEASURES.values()]
    lines = [f"| | {' | '.join(heads)} |", "|" + "---|" * (len(heads) + 1)]
    for line in lines_of(read_result(folder)):
        told = [" ".join(filter(None, (cell.value, cell.spread))) for cell in line.cells]
        lines.append(f"| {line.title} | {' | '.join(told)} |")
    return "\n".join(lines)


def middle_of(path: Path, folder: Path) -> Path:
    """Write the middle of a slice into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    grey = np.asarray(Picture.open(path).convert("L"))
    top, left = ((n - MIDDLE) // 2 for n in grey.shape)
    kept = folder / f"{path.stem}.png"
    Picture.fromarray(grey[top : top + MIDDLE, left : left + MIDDLE]).save(kept)
    return kept


def make(folder: Path) -> int:
    """Compare on both stacks, print the tables, keep the grids."""
    stacks = {"soil": [SOIL], "fibre": [middle_of(path, folder / "slices") for path in FIBRES]}
    for name, images in stacks.items():
        status = main(["families", *map(str, images), "--out", str(folder / name), *WORDS])
        if status:
            return status
        shutil.copy(folder / name / read_result(folder / name).grid, DOCS / "images" / f"families-{name}.png")
        sys.stdout.write(table_of(folder / name) + "\n")
    return 0


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(make(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(make(Path(scratch)))
