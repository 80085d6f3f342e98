"""What a learned fill costs as the image grows, and as the marked area grows: seconds of the processor and memory.

Run it as ``python tests/benchmarks/fill_costs.py --data DIR --json OUT``. Images of 512, 1024 and 2048 px (a slice of
the carbon-fibre composite, mirrored until it is large enough) with one hole of 64 px in the middle, and with one such
hole in the middle of every square of 256 px: 4, 16 and 64 of them; then stacks of 40, 80 and 160 such slices of 512 px
with two holes of 16 px, three slices deep, in opposite corners. Each fill is made as `synthscope.inpaint` makes it,
file and proof included, in a process of its own, on one thread, in few steps: the ratios are of interest. Memory is
the most that the process held, less what it held with the model loaded and one patch filled.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
from skimage.io import imread

SIDES, HOLE, SQUARE, STEPS = (512, 1024, 2048), 64, 256, 4
DEPTHS, SPECK = (40, 80, 160), (slice(2, 5), slice(8, 24), slice(8, 24))
SLICE = "fibre_composites/carbon0103.png"
MODEL = "fibre"


def image_of(data: Path, side: int) -> np.ndarray:
    """Mirror the slice's inner part until it has (side, side) pixels."""
    inner = imread(data / SLICE)[170:820, 160:810]
    return np.pad(inner, [(0, max(side - n, 0)) for n in inner.shape], mode="symmetric")[:side, :side]


def mask_of(side: int, *, many: bool) -> np.ndarray:
    """Mark one hole in the middle, or one in the middle of every square."""
    mask = np.zeros((side, side), bool)
    middles = range(SQUARE // 2, side, SQUARE) if many else [side // 2]
    for y in middles:
        for x in middles:
            mask[y - HOLE // 2 : y + HOLE // 2, x - HOLE // 2 : x + HOLE // 2] = True
    return mask


def specks_of(depth: int, side: int) -> np.ndarray:
    """Mark one small hole in either far corner of a stack."""
    mask = np.zeros((depth, side, side), bool)
    mask[SPECK] = mask[::-1, ::-1, ::-1][SPECK] = True
    return mask


def fill(data: Path, side: int, *, many: bool, depth: int = 0) -> dict[str, Any]:
    """Fill in this process, and measure it."""
    from synthscope import inpaint

    def make(image: np.ndarray, mask: np.ndarray) -> float:
        with TemporaryDirectory() as out:
            started = time.process_time()
            inpaint(image, mask, out, generator="prior", model=MODEL, parameters={"steps": STEPS}, device="cpu")
            return time.process_time() - started

    image, mask = image_of(data, side), mask_of(side, many=many)
    small = slice(side // 2 - 96, side // 2 + 96)
    make(image[small, small], mask_of(192, many=False))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if depth:
        image, mask = np.repeat(image[None], depth, axis=0), specks_of(depth, side)
    seconds = make(image, mask)
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    marked = int(mask.sum())
    cost = {"seconds": round(seconds, 2), "MiB": round(more / 1024)}
    return {"depth": depth or 1, "side": side, "marked": marked, **cost}


def main() -> int:
    """Measure every case in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--json", type=Path, help="file for the figures")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.case:
        side, many, depth = chosen.case.split(":")
        sys.stdout.write(json.dumps(fill(chosen.data, int(side), many=many == "many", depth=int(depth))))
        return 0
    found = []
    cases = [f"{side}:{many}:0" for many in ("one", "many") for side in SIDES]
    for case in [*cases, *(f"{SIDES[0]}:one:{depth}" for depth in DEPTHS)]:
        command = [sys.executable, __file__, "--data", str(chosen.data), "--case", case]
        found.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        sys.stdout.write(f"{found[-1]}\n")
        sys.stdout.flush()
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
