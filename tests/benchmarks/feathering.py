"""Thirty holes of 32 px per material: what feathering does to the seam and the texture of their fills.

Run it as ``python tests/benchmarks/feathering.py --data DIR``. Fills are a real piece of the same crop pasted
in (`pasted`, the hardest border there is), `exemplar` with and without its own blending, and `harmonic`.
Ratios are to the untouched image, with 95 % percentile bootstraps over holes as in `holes.py`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from holes import CONTEXT, COUNT, HOLE, MATERIALS, bootstrap, holes, load

from synthscope.generators.registry import find_spec, resolve
from synthscope.imaging.feathering import feather_fill
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.texture import laplacian_variance
from synthscope.jobs.drain import drain
from synthscope.records.generator import Inputs
from synthscope.records.space import Space
from synthscope.services.choosing import parameters_of

WIDTHS = (0.0, 4.0, 8.0, 16.0)
SIDE = HOLE + 2 * CONTEXT
STEPS = (1.0, 1.0, 1.0)


def pasted(inputs: Inputs, seed: int) -> np.ndarray:
    """Copy a piece of the size of the hole from a random place beside it."""
    assert inputs.source is not None
    rng = np.random.default_rng(seed)
    while True:
        y, x = rng.integers(0, SIDE - HOLE + 1, 2)
        if max(abs(y - CONTEXT), abs(x - CONTEXT)) >= HOLE:
            break
    made = inputs.source.copy()
    hole = slice(CONTEXT, CONTEXT + HOLE)
    made[:, hole, hole] = inputs.source[:, y : y + HOLE, x : x + HOLE]
    return made


def generated(generator: str, **parameters: float) -> Callable[[Inputs, int], np.ndarray]:
    """Give the function that fills by a generator."""
    assert find_spec(generator)
    return lambda inputs, seed: drain(resolve(generator).generate(inputs, parameters_of(generator, parameters), seed))


FILLS = {
    "pasted": pasted,
    "exemplar, no blending": generated("exemplar", blending=0.0),
    "exemplar": generated("exemplar"),
    "harmonic": generated("harmonic"),
}


def inputs_of(crop: np.ndarray, mask: np.ndarray) -> Inputs:
    """Lay a crop out for a generator, its hole hidden."""
    block = crop.reshape(1, SIDE, SIDE, -1)
    known = block[0][~mask]
    limits = tuple(zip(known.min(axis=0).tolist(), known.max(axis=0).tolist(), strict=True))
    hidden = np.where(mask[None, ..., None], 0, block).astype(block.dtype)
    return Inputs("inpaint", Space("zyxc", (1.0,) * 4), hidden, mask[None], limits=limits)


def rows(data: Path, material: str, count: int) -> list[str]:
    """Measure all fills of one material at all widths: one line each."""
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    mask[CONTEXT:-CONTEXT, CONTEXT:-CONTEXT] = True
    crops = holes(load(data, material), count)
    told = [inputs_of(crop, mask) for crop in crops]
    real = np.array([(seam_ratio(crop, mask), laplacian_variance(crop, mask)) for crop in crops])
    found = []
    for name, fill in FILLS.items():
        made = [fill(inputs, seed) for seed, inputs in enumerate(told)]
        for width in WIDTHS:
            results = [
                np.where(mask[..., None], _feathered(inputs, one, width)[0], crop.reshape(SIDE, SIDE, -1))
                for inputs, one, crop in zip(told, made, crops, strict=True)
            ]
            now = np.array([(seam_ratio(one, mask), laplacian_variance(one, mask)) for one in results])
            seam, texture = (bootstrap(now[:, i], real[:, i]) for i in (0, 1))
            found.append(f"| {material} | {name} | {width:g} | {_text(seam)} | {_text(texture)} |")
    return found


def _feathered(inputs: Inputs, made: np.ndarray, width: float) -> np.ndarray:
    assert inputs.source is not None
    assert inputs.mask is not None
    feathered: np.ndarray = drain(feather_fill(made, inputs.source, inputs.mask, width, STEPS, inputs.limits))
    return feathered


def _text(found: tuple[float, float, float]) -> str:
    return "{:.2f} [{:.2f}, {:.2f}]".format(*found)


def main() -> int:
    """Run the benchmark and write one line per material, fill and width."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--count", type=int, default=COUNT, help="holes per material")
    chosen = parser.parse_args()
    for material in MATERIALS:
        sys.stdout.write("\n".join(rows(chosen.data, material, chosen.count)) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
