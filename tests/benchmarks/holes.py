"""Thirty holes of 32 px per material: what `exemplar` and `biharmonic` make of them, in numbers.

Run it as ``python tests/benchmarks/holes.py --data DIR --json OUT [--pictures DIR]``. Every number
stands beside the same number for the untouched image; intervals are 95 % percentile bootstraps over
holes (10 000 resamples, seed 0).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from skimage.io import imread, imsave

from synthscope.generators.registry import find_spec, resolve
from synthscope.imaging.copies import longest_copy, noise_level
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.spectra import spectrum_distance
from synthscope.imaging.texture import laplacian_variance
from synthscope.records.generator import Inputs
from synthscope.records.space import Space

HOLE, CONTEXT, COUNT = 32, 64, 30
GENERATORS = ("exemplar", "biharmonic")
MATERIALS = ("soil", "fibre", "root", "neurons")


@dataclass(frozen=True)
class Material:
    """An image and the part of it that holes may lie in."""

    image: np.ndarray
    fits: Callable[[np.ndarray, float], bool]


def load(data: Path, name: str) -> Material:
    """Read one of the four public images; `fits` is told a crop and its distance from the middle."""
    if name == "soil":
        return Material(imread(data / "rock_soil_microct/soil_core_stack/bean_bucket_0047.tif"), _within(150))
    if name == "fibre":
        return Material(imread(data / "fibre_composites/carbon0103.png"), _within(350))
    if name == "root":
        return Material(imread(data / "plant_roots/osr/A_osr_0049.jpg"), lambda crop, _: _is_background(crop))
    return Material(imread(data / "cells/isl_neurons/phase_z06.png"), lambda _, __: True)


def _within(radius: float) -> Callable[[np.ndarray, float], bool]:
    return lambda _, distance: distance <= radius


def _is_background(crop: np.ndarray) -> bool:
    """No root in the hole's surroundings: no bright pixel."""
    return bool(crop.mean(axis=-1).std() < 12)


def holes(material: Material, count: int, seed: int = 20261121) -> list[np.ndarray]:
    """Draw square crops, hole and context, at random places."""
    rng = np.random.default_rng(seed)
    rows, columns = material.image.shape[:2]
    side = HOLE + 2 * CONTEXT
    found: list[np.ndarray] = []
    while len(found) < count:
        y, x = int(rng.integers(rows - side + 1)), int(rng.integers(columns - side + 1))
        distance = float(np.hypot(y + side / 2 - rows / 2, x + side / 2 - columns / 2))
        crop = material.image[y : y + side, x : x + side]
        if material.fits(crop, distance):
            found.append(crop)
    return found


def fill(generator: str, crop: np.ndarray, mask: np.ndarray, seed: int) -> np.ndarray:
    """Fill the mask, composited into the crop; the generator never sees what is there."""
    block = (crop if crop.ndim == 3 else crop[..., None])[None]
    hidden = np.where(mask[None, ..., None], 0, block).astype(block.dtype)
    known = block[0][~mask]
    limits = tuple(zip(known.min(axis=0).tolist(), known.max(axis=0).tolist(), strict=True))
    inputs = Inputs("inpaint", Space("zyxc", (1.0,) * 4), hidden, mask[None], limits=limits)
    job = resolve(generator).generate(inputs, find_spec(generator).parameters(), seed)
    try:
        while True:
            next(job)
    except StopIteration as stop:
        made = stop.value[0].reshape(crop.shape)
    out = crop.copy()
    out[mask] = made[mask]
    return out


def measure(crop: np.ndarray, filled: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    """Give all numbers of one hole."""
    box = (slice(CONTEXT, CONTEXT + HOLE),) * 2
    everywhere = np.broadcast_to(mask if crop.ndim == 2 else mask[..., None], crop.shape)
    level = noise_level(crop, mask)
    exact, similar = longest_copy(filled, crop, mask), longest_copy(filled, crop, mask, noise=level / 2)
    return {
        "outside_equal": float(pixel_hash(crop, everywhere) == pixel_hash(filled, everywhere)),
        "seam": seam_ratio(filled, mask),
        "seam_real": seam_ratio(crop, mask),
        "texture": laplacian_variance(filled, mask),
        "texture_real": laplacian_variance(crop, mask),
        "spectrum": spectrum_distance(filled[box], crop[box], voxel_size=(1.0, 1.0)),
        "copy_exact": exact.voxels / mask.sum(),
        "copy_similar": similar.voxels / mask.sum(),
        "copy_side": max(exact.side, similar.side),
    }


def bootstrap(above: np.ndarray, below: np.ndarray) -> tuple[float, float, float]:
    """Ratio of means with its 95 % interval, holes resampled in pairs."""
    rng = np.random.default_rng(0)
    draws = rng.integers(len(above), size=(10_000, len(above)))
    ratios = above[draws].mean(axis=1) / below[draws].mean(axis=1)
    low, high = np.percentile(ratios, (2.5, 97.5))
    return float(above.mean() / below.mean()), float(low), float(high)


def summarise(rows: list[dict[str, float]]) -> dict[str, Any]:
    """Bring the holes of one material and generator together."""
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    seam, texture = (bootstrap(column[n], column[f"{n}_real"]) for n in ("seam", "texture"))
    one = np.ones(len(rows))
    return {
        "n": len(rows),
        "outside_equal": int(column["outside_equal"].sum()),
        "seam_ratio": bootstrap(column["seam"], one),
        "seam_ratio_real": bootstrap(column["seam_real"], one),
        "seam_over_real": seam,
        "texture_ratio": texture,
        "texture_ratio_median": float(np.median(column["texture"] / column["texture_real"])),
        "spectrum_distance": bootstrap(column["spectrum"], one),
        "spectrum_distance_real": bootstrap(column["spectrum_real"], one),
        "longest_copy_exact": float(column["copy_exact"].max()),
        "longest_copy_similar_mean": float(column["copy_similar"].mean()),
        "longest_copy_side": int(column["copy_side"].max()),
        "seconds": bootstrap(column["seconds"], one),
    }


def run(data: Path, name: str, generator: str, count: int, pictures: Path | None) -> dict[str, Any]:
    """Fill all holes of one material with one generator."""
    mask = np.zeros((HOLE + 2 * CONTEXT,) * 2, dtype=bool)
    mask[CONTEXT:-CONTEXT, CONTEXT:-CONTEXT] = True
    rows, tiles = [], []
    crops = holes(load(data, name), count)
    inner = (slice(CONTEXT, CONTEXT + HOLE),) * 2
    for seed, crop in enumerate(crops):
        began = time.perf_counter()
        filled = fill(generator, crop, mask, seed)
        seconds = time.perf_counter() - began
        # real against real: the true content and that of the next hole
        other = crops[(seed + 1) % len(crops)][inner]
        floor = spectrum_distance(crop[inner], other, voxel_size=(1.0, 1.0))
        rows.append(measure(crop, filled, mask) | {"seconds": seconds, "spectrum_real": floor})
        tiles.append(np.concatenate([_shown(crop, crop, mask), _shown(filled, crop, mask)]))
    if pictures:
        imsave(pictures / f"{name}-{generator}.png", np.concatenate(tiles[:8], axis=1), check_contrast=False)
    return summarise(rows)


def _shown(image: np.ndarray, reference: np.ndarray, mask: np.ndarray) -> np.ndarray:
    low, high = np.percentile(reference[~mask], (0.5, 99.5))
    shown: np.ndarray = (np.clip((image - low) / max(high - low, 1e-9), 0, 1) * 255).astype(np.uint8)
    return shown


def main() -> int:
    """Run the benchmark and write one line per material and generator."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--json", type=Path, required=True, help="file for the numbers")
    parser.add_argument("--pictures", type=Path, help="folder for montages: real above, filled below")
    parser.add_argument("--count", type=int, default=COUNT, help="holes per material")
    parser.add_argument("--material", choices=MATERIALS, nargs="*", default=list(MATERIALS))
    chosen = parser.parse_args()
    found: dict[str, Any] = {"format": "synthscope/benchmark-holes", "version": 1, "hole": HOLE, "context": CONTEXT}
    for name in chosen.material:
        for generator in GENERATORS:
            result = run(chosen.data, name, generator, chosen.count, chosen.pictures)
            found[f"{name}/{generator}"] = result
            sys.stdout.write(f"{line(name, generator, result)}\n")
            sys.stdout.flush()
    chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


def line(name: str, generator: str, found: dict[str, Any]) -> str:
    """One line of the table."""
    seam, texture = found["seam_over_real"], found["texture_ratio"]
    return (
        f"{name:8s} {generator:10s} outside equal {found['outside_equal']}/{found['n']}  "
        f"seam {found['seam_ratio'][0]:.3f} real {found['seam_ratio_real'][0]:.3f} "
        f"over real {seam[0]:.3f} [{seam[1]:.3f}, {seam[2]:.3f}]  "
        f"texture {texture[0]:.2f} [{texture[1]:.2f}, {texture[2]:.2f}] median {found['texture_ratio_median']:.2f}  "
        f"spectrum {found['spectrum_distance'][0]:.2f} (real {found['spectrum_distance_real'][0]:.2f})  "
        f"copy exact {found['longest_copy_exact']:.0%} similar {found['longest_copy_similar_mean']:.0%} "
        f"side {found['longest_copy_side']}  {found['seconds'][0]:.2f} s"
    )


if __name__ == "__main__":
    raise SystemExit(main())
