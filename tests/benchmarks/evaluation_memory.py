"""What a report card holds in memory: 10 000 images, or a stack of 12 GB, beside two hundred images.

Run it as ``python tests/benchmarks/evaluation_memory.py --data DIR [--only NAME] [--scratch FOLDER]``.
Images are cut from real slices of soil (`DIR` as for the tests); the stack is those slices side by side, each slice
shifted otherwise. Every evaluation runs in a process of its own, whose peak of resident memory is told beside the size
of what it judged. 13 GB of `FOLDER` are needed for the stack; everything is removed afterwards.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import tifffile
from skimage.io import imread

SOIL = "rock_soil_microct/soil_core_stack/bean_bucket_00{}.tif"
SIDE = 64
STACK = (3000, 2000, 2000)
METRICS = ("kid", "frechet-pca", "two-sample", "intensity")
Case = Callable[[Path, np.ndarray], list[str]]


def images(count: int, most: int) -> Case:
    """Give a case of so many real, as many generated images, of which `most` are judged at most."""

    def make(folder: Path, soil: np.ndarray) -> list[str]:
        rng = np.random.default_rng(1)
        for name in ("real", "made"):
            (folder / name).mkdir()
            for i in range(count):
                z, y, x = (int(rng.integers(n)) for n in (len(soil), soil.shape[1] - SIDE, soil.shape[2] - SIDE))
                tifffile.imwrite(folder / name / f"{i:05d}.tif", soil[z, y : y + SIDE, x : x + SIDE])
        return [str(folder / "real"), str(folder / "made"), "--most", str(most)]

    return make


def stack(folder: Path, soil: np.ndarray) -> list[str]:
    """Give a case of a real stack of 12 GB and 64 generated images."""
    times = [-(-n // s) for n, s in zip(STACK[1:], soil.shape[1:], strict=True)]
    path = folder / "real.tif"
    slices = (
        np.roll(np.tile(soil[z % len(soil)], times)[: STACK[1], : STACK[2]], (37 * z, 61 * z), axis=(0, 1))
        for z in range(STACK[0])
    )
    # slice by slice: what this process once held would count as held by those that it starts
    tifffile.imwrite(path, slices, shape=STACK, dtype=np.uint8, bigtiff=True, photometric="minisblack")
    (folder / "made").mkdir()
    rng = np.random.default_rng(2)
    for i in range(64):
        y, x = (int(rng.integers(n - 256)) for n in soil.shape[1:])
        tifffile.imwrite(folder / "made" / f"{i:03d}.tif", soil[i % len(soil), y : y + 256, x : x + 256])
    return [str(path), str(folder / "made"), "--side", "256"]


CASES: dict[str, Case] = {
    "200 images": images(200, 200),
    "10 000 images, 200 fields of each set": images(10_000, 200),
    "2 000 images, all": images(2_000, 2_000),
    "10 000 images, all": images(10_000, 10_000),
    "stack of 12 GB": stack,
}


def size_of(folder: Path) -> float:
    """Give megabytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def judge(arguments: list[str]) -> None:
    """Run the command here, and say what this process held at most."""
    from synthscope.cli import main as command

    sys.argv = ["synthscope", "evaluate", *arguments]
    try:
        command()
    finally:
        sys.stdout.write(f"\npeak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f}\n")


def main() -> None:
    """Measure every case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--only", default="")
    parser.add_argument("--judge", nargs=argparse.REMAINDER)
    told = parser.parse_args()
    if told.judge:
        judge(told.judge)
        return
    soil = np.stack([imread(told.data / SOIL.format(number))[60:440, 60:440] for number in (30, 60)])
    sys.stdout.write("| judged | files (MB) | peak (MB) | seconds |\n|---|---|---|---|\n")
    for name, make in CASES.items():
        if told.only and name != told.only:
            continue
        with tempfile.TemporaryDirectory(dir=told.scratch) as kept:
            folder = Path(kept)
            words = [*make(folder, soil), *(w for one in METRICS for w in ("--metric", one)), "--resamples", "100"]
            size, began = size_of(folder), time.monotonic()
            run = subprocess.run(
                [sys.executable, __file__, "--judge", *words, "--no-controls", "--out", str(folder / "card")],
                capture_output=True, text=True, check=False,
                env={**os.environ, "XDG_CACHE_HOME": str(folder / "cache")},
            )  # fmt: skip
            seconds = time.monotonic() - began
            peak = run.stdout.rpartition("peak ")[2].strip() if "peak " in run.stdout else "?"
            if run.returncode or not (folder / "card" / "report.json").exists():
                sys.stderr.write(run.stderr[-2000:])
                raise SystemExit(1)
            sys.stdout.write(f"| {name} | {size:.0f} | {peak} | {seconds:.0f} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
