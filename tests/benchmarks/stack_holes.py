"""Twelve holes through five slices of the soil core: is `exemplar` as rough there as what it replaces?

Run it as ``python tests/benchmarks/stack_holes.py --data DIR [--blending B ...]``. Ratios are to the untouched
stack at the same place: mean and standard deviation over the holes, and the standard error of the mean.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from skimage.io import imread

from synthscope.generators.registry import resolve
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.texture import laplacian_variance
from synthscope.jobs.drain import drain
from synthscope.records.generator import Inputs
from synthscope.records.space import Space
from synthscope.services.choosing import parameters_of

WIDTH, DEPTH, CONTEXT, COUNT = 36, 5, 64, 12
CORE = 150
"""Holes lie within so many pixels of the axis."""


def places(shape: tuple[int, ...], count: int, seed: int = 1) -> list[tuple[int, int, int]]:
    """Draw corners of holes inside the core."""
    rng = np.random.default_rng(seed)
    found: list[tuple[int, int, int]] = []
    depth, rows, columns = shape
    while len(found) < count:
        z, y, x = (int(rng.integers(8, depth - 13)), *(int(rng.integers(96, n - 132)) for n in (rows, columns)))
        if np.hypot(y - rows / 2, x - columns / 2) < CORE:
            found.append((z, y, x))
    return found


def measure(stack: np.ndarray, place: tuple[int, int, int], blending: float, seed: int) -> tuple[float, ...]:
    """Fill one round hole; give texture, seam and seam between slices, each over the untouched one."""
    z, y, x = place
    first = max(z - CONTEXT, 0)
    part = stack[first : z + DEPTH + CONTEXT, y - CONTEXT : y + WIDTH + CONTEXT, x - CONTEXT : x + WIDTH + CONTEXT]
    mask = np.zeros(part.shape, dtype=bool)
    middle = (WIDTH - 1) / 2
    rows, columns = np.indices((WIDTH, WIDTH)) - middle
    inner = slice(CONTEXT, CONTEXT + WIDTH)
    mask[z - first : z - first + DEPTH, inner, inner] = np.hypot(rows, columns) < WIDTH / 2
    known = part[~mask]
    hidden = np.where(mask, 0, part)[..., None].astype(part.dtype)
    limits = ((float(known.min()), float(known.max())),)
    inputs = Inputs("inpaint", Space("zyxc", (1.0,) * 4), hidden, mask, limits=limits)
    made = drain(resolve("exemplar").generate(inputs, parameters_of("exemplar", {"blending": blending}), seed))
    filled = np.where(mask, made[..., 0], part)
    texture = laplacian_variance(filled, mask) / laplacian_variance(part, mask)
    seams = (seam_ratio(filled, mask, axes=axes) / seam_ratio(part, mask, axes=axes) for axes in (None, (0,)))
    return texture, *seams


def main() -> int:
    """Run the benchmark and write one line per strength of blending."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--count", type=int, default=COUNT, help="holes")
    parser.add_argument("--blending", type=float, nargs="*", default=[1.0], help="strengths of border blending")
    chosen = parser.parse_args()
    files = sorted((chosen.data / "rock_soil_microct/soil_core_stack").glob("*.tif"))
    stack = np.stack([imread(path) for path in files])
    for blending in chosen.blending:
        found = [measure(stack, place, blending, i) for i, place in enumerate(places(stack.shape, chosen.count))]
        columns = zip(("texture", "seam", "seam between slices"), np.array(found).T, strict=True)
        text = "  ".join(f"{name} {_text(values)}" for name, values in columns)
        sys.stdout.write(f"blending {blending:g}: {text}\n")
        sys.stdout.flush()
    return 0


def _text(values: np.ndarray) -> str:
    spread = float(values.std(ddof=1))
    return f"{values.mean():.2f} (SD {spread:.2f}, SE {spread / len(values) ** 0.5:.2f})"


if __name__ == "__main__":
    raise SystemExit(main())
