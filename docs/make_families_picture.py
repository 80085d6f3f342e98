"""Makes the example of docs/families.md: three generators on the soil stack, its table and its grid.

``python docs/make_families_picture.py`` takes the public images from ``SYNTHSCOPE_DATA``, or ``../shared/data`` beside
the checkout (docs/data.md), and about a quarter of an hour. With a folder named it goes on with the comparison in it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from synthscope.cli import main
from synthscope.records.families import MEASURES
from synthscope.services.families.beginning import read_result
from synthscope.services.families.page import lines_of

DOCS = Path(__file__).resolve().parent
DATA = Path(os.environ.get("SYNTHSCOPE_DATA", DOCS.parents[1] / "shared" / "data"))
STACK = DATA / "rock_soil_microct" / "soil_core_stack"
WORDS = ("--generators", "prior,quilt,phase-surrogate", "--minutes", "2", "--seeds", "3", "--device", "cpu", "--resume")


def table_of(folder: Path) -> str:
    """Give the table of a comparison in Markdown, without intervals."""
    heads = [kind.title for kind in MEASURES.values()]
    lines = [f"| | {' | '.join(heads)} |", "|" + "---|" * (len(heads) + 1)]
    for line in lines_of(read_result(folder)):
        told = [" ".join(filter(None, (cell.value, cell.spread))) for cell in line.cells]
        lines.append(f"| {line.title} | {' | '.join(told)} |")
    return "\n".join(lines)


def make(folder: Path) -> int:
    """Compare, print the table, keep the grid."""
    status = main(["families", str(STACK), "--out", str(folder), *WORDS])
    if status == 0:
        shutil.copy(folder / read_result(folder).grid, DOCS / "images" / "families-soil.png")
        sys.stdout.write(table_of(folder) + "\n")
    return status


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(make(Path(sys.argv[1])))
    with tempfile.TemporaryDirectory() as scratch:
        sys.exit(make(Path(scratch) / "soil"))
