"""Makes the example of docs/lineup.md: three slices of soil, a square that was intact, four contenders.

``python docs/make_lineup_picture.py`` takes the public images from ``SYNTHSCOPE_DATA``, or ``../shared/data`` beside
the checkout (docs/data.md), and some minutes. With a folder named it goes on with the line-up in it.
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
from synthscope.services.lineup.page import MARKDOWN
from synthscope.services.lineup.picturing import GRID

DOCS = Path(__file__).resolve().parent
DATA = Path(os.environ.get("SYNTHSCOPE_DATA", DOCS.parents[1] / "shared" / "data"))
SOIL = DATA / "rock_soil_microct" / "soil_core_stack"
SLICES = ("0031", "0045", "0066")
SIDE = 48
"""Of the square in the middle of each slice."""
CONTENDERS = ("harmonic", "biharmonic", "exemplar", "exemplar")


def laid_out(folder: Path) -> tuple[Path, Path]:
    """Copy the slices, and paint the mask; gives both places."""
    slices, mask = folder / "slices", folder / "square.png"
    slices.mkdir(parents=True, exist_ok=True)
    kept = [Path(shutil.copy(SOIL / f"bean_bucket_{number}.tif", slices)) for number in SLICES]
    rows, columns = np.asarray(Picture.open(kept[0])).shape
    paint = np.zeros((rows, columns), np.uint8)
    top, left = (rows - SIDE) // 2, (columns - SIDE) // 2
    paint[top : top + SIDE, left : left + SIDE] = 255
    Picture.fromarray(paint).save(mask)
    return slices, mask


def make(folder: Path) -> int:
    """Line up, print the tables, keep the grid."""
    slices, mask = laid_out(folder)
    who = [word for one in CONTENDERS for word in ("--contender", one)]
    words = ("--set", "exemplar-2.patch=11", "--seeds", "2", "--intact", "--device", "cpu", "--resume")
    out = folder / "soil"
    status = main(["lineup", str(slices), "--mask", str(mask), *who, *words, "--out", str(out)])
    if status == 0:
        shutil.copy(out / GRID, DOCS / "images" / "lineup-soil.png")
        sys.stdout.write((out / MARKDOWN).read_text(encoding="utf-8"))
    return status


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(make(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(make(Path(scratch)))
