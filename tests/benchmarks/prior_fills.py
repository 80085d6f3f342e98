"""Fills of a trained prior on held-out places, beside baselines and RePaint on the same network.

Run it as ``python tests/benchmarks/prior_fills.py --data DIR --models DIR --json OUT [--pictures DIR]``, where
`--models` holds the model folders ``rock-soil`` and ``fibre`` (`resources/recipes/bundled_priors.py` makes them).
Holes of 32 and 64 px with 32 px of surroundings, 16 places of each material that the model never saw, single
slices. All networks and pipelines get the same crops. RePaint is diffusers' own `RePaintPipeline`, on the same
weights as an unconditional denoiser, at several schedules. Intervals are 95 % bootstraps over holes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when OpenMP loads

import numpy as np
from holes import bootstrap
from repaint import repaint
from skimage.io import imread, imsave

from synthscope.generators.registry import find_spec, resolve
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.spectra import spectrum_distance
from synthscope.imaging.texture import laplacian_variance
from synthscope.io.models import read_card
from synthscope.records.generator import Inputs
from synthscope.records.space import Space

AROUND, PLACES = 32, 16
MATERIALS = {"soil": "rock-soil", "fibre": "fibre"}
SCHEDULES = ((25, 5, 3), (50, 10, 5), (100, 10, 10))
"""RePaint: steps, jump length, resamplings."""


@dataclass(frozen=True)
class Hole:
    """One crop (Y, X), its mask, and where it came from."""

    crop: np.ndarray
    mask: np.ndarray


def load(data: Path, name: str, model: Path) -> list[tuple[np.ndarray, slice, slice]]:
    """Read single slices of a material, each with the rows and columns that the model never saw.

    All of a soil slice is soil, for it is a square out of the core; of the composite's round sections a square is cut.
    """
    card = read_card(model)
    if name == "soil":
        files = sorted((data / "rock_soil_microct/soil_core_stack").glob("*.tif"))
        images = {0: [imread(path) for path in files[2::5]]}
    else:
        names = ("carbon0103", "carbon0918", "carbon0969")
        images = {i: [imread(data / f"fibre_composites/{n}.png")[170:820, 160:810]] for i, n in enumerate(names)}
    found = []
    for index, slices in images.items():
        (train,) = card.images[index].train
        rows, columns = (
            slice(0, n) if stop == n else slice(stop, n)
            for stop, n in zip(train.stop[1:], slices[0].shape, strict=True)
        )
        found += [(image, rows, columns) for image in slices]
    return found


def holes(places: list[tuple[np.ndarray, slice, slice]], side: int, seed: int = 20261125) -> list[Hole]:
    """Draw places for holes of a side, the surroundings as unseen as the hole where there is room."""
    rng, full = np.random.default_rng(seed), side + 2 * AROUND
    mask = np.zeros((full, full), bool)
    mask[AROUND:-AROUND, AROUND:-AROUND] = True
    found = []
    for i in range(PLACES):
        image, rows, columns = places[i % len(places)]
        y, x = (
            int(rng.integers(max(min(part.start, n - full), 0), n - full + 1))
            for part, n in zip((rows, columns), image.shape, strict=True)
        )
        found.append(Hole(image[y : y + full, x : x + full], mask))
    return found


def generated(generator: str, hole: Hole, seed: int, model: str = "", **parameters: Any) -> np.ndarray:
    """Fill by a generator of the program."""
    hidden = np.where(hole.mask, 0, hole.crop).astype(hole.crop.dtype)[None, ..., None]
    known = hole.crop[~hole.mask]
    limits = ((float(known.min()), float(known.max())),)
    inputs = Inputs(
        "inpaint", Space("zyxc", (1.0,) * 4), hidden, hole.mask[None], limits=limits, model=model, device="cpu"
    )
    job = resolve(generator).generate(inputs, replace(find_spec(generator).parameters(), **parameters), seed)
    try:
        while True:
            next(job)
    except StopIteration as stop:
        made: np.ndarray = stop.value[0, ..., 0]
    return made


def mean_fill(hole: Hole, _seed: int) -> np.ndarray:
    """Fill by the mean of the surroundings."""
    return np.full(hole.crop.shape, hole.crop[~hole.mask].mean())


def methods(model: Path, *, quick: bool) -> dict[str, Callable[[Hole, int], np.ndarray]]:
    """Name all ways to fill."""
    name = str(model)
    found: dict[str, Callable[[Hole, int], np.ndarray]] = {
        "mean": mean_fill,
        "biharmonic": lambda hole, seed: generated("biharmonic", hole, seed),
        "exemplar": lambda hole, seed: generated("exemplar", hole, seed),
        "prior, 12 steps": lambda hole, seed: generated("prior", hole, seed, name, steps=12),
        "prior, 24 steps": lambda hole, seed: generated("prior", hole, seed, name),
        "prior, 48 steps": lambda hole, seed: generated("prior", hole, seed, name, steps=48),
        "prior, 18 of Heun": lambda hole, seed: generated("prior", hole, seed, name, steps=18, solver="heun"),
    }
    for steps, jump, again in SCHEDULES[: 1 if quick else None]:
        found[f"RePaint {steps}/{jump}/{again}"] = lambda hole, seed, s=(steps, jump, again): repaint(
            model, hole.crop, hole.mask, seed, s
        )
    return found


def measure(hole: Hole, filled: np.ndarray) -> dict[str, float]:
    """Give all numbers of one hole."""
    out, crop, mask = np.where(hole.mask, filled, hole.crop).astype(float), hole.crop.astype(float), hole.mask
    inner = (slice(AROUND, -AROUND),) * 2
    error = float(((out - crop)[mask] ** 2).mean())
    return {
        "texture": laplacian_variance(out, mask),
        "texture_real": laplacian_variance(crop, mask),
        "seam": seam_ratio(out, mask),
        "seam_real": seam_ratio(crop, mask),
        "spectrum": spectrum_distance(out[inner], crop[inner], voxel_size=(1.0, 1.0)),
        "psnr": 10 * np.log10(float(np.ptp(crop)) ** 2 / max(error, 1e-12)),
    }


def run(model: Path, chosen: list[Hole], pictures: Path | None, label: str, *, quick: bool) -> dict[str, Any]:
    """Fill all holes by all methods."""
    found: dict[str, Any] = {}
    tiles = [np.concatenate([hole.crop for hole in chosen[:6]], axis=1)]
    inner = [hole.crop[(slice(AROUND, -AROUND),) * 2].astype(float) for hole in chosen]
    pairs = zip(inner, inner[1:] + inner[:1], strict=True)
    floor = np.array([spectrum_distance(a, b, voxel_size=(1.0, 1.0)) for a, b in pairs])
    for name, method in methods(model, quick=quick).items():
        rows, shown = [], []
        for seed, hole in enumerate(chosen):
            began = time.perf_counter()
            filled = method(hole, seed)
            rows.append(measure(hole, filled) | {"seconds": time.perf_counter() - began})
            shown.append(np.where(hole.mask, filled, hole.crop))
        tiles.append(np.concatenate(shown[:6], axis=1))
        found[name] = summarise(rows, floor)
        sys.stdout.write(f"{label:10s} {line(name, found[name])}\n")
        sys.stdout.flush()
    if pictures:
        sheet = np.clip(np.rint(np.concatenate(tiles)), 0, 255).astype(np.uint8)
        imsave(pictures / f"fills-{label}.png", sheet, check_contrast=False)
    return found


def summarise(rows: list[dict[str, float]], floor: np.ndarray) -> dict[str, Any]:
    """Bring the holes of one method together."""
    column = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    one = np.ones(len(rows))
    return {
        "n": len(rows),
        "texture_ratio": bootstrap(column["texture"], column["texture_real"]),
        "seam_ratio": bootstrap(column["seam"], one),
        "seam_ratio_real": bootstrap(column["seam_real"], one),
        "seam_over_real": bootstrap(column["seam"], column["seam_real"]),
        "spectrum_distance": bootstrap(column["spectrum"], one),
        "spectrum_distance_real": bootstrap(floor, one),
        "psnr": bootstrap(column["psnr"], one),
        "seconds": bootstrap(column["seconds"], one),
    }


def line(name: str, found: dict[str, Any]) -> str:
    """Write one line of the table."""
    words = [f"{name:18s}"]
    for key in ("texture_ratio", "seam_over_real", "spectrum_distance", "psnr", "seconds"):
        value, low, high = found[key]
        words.append(f"{key} {value:.3f} [{low:.3f}, {high:.3f}]")
    return "  ".join(words)


def options(description: str | None) -> argparse.ArgumentParser:
    """Ask for what every benchmark of fills needs."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public images")
    parser.add_argument("--models", type=Path, required=True, help="folder of the trained models")
    parser.add_argument("--json", type=Path, required=True, help="file for the numbers")
    parser.add_argument("--pictures", type=Path, help="folder for montages: what is real, then one row per method")
    parser.add_argument("--material", choices=MATERIALS, nargs="*", default=list(MATERIALS))
    return parser


def main() -> int:
    """Run the benchmark."""
    parser = options(__doc__)
    parser.add_argument("--hole", type=int, nargs="*", default=[32, 64])
    parser.add_argument("--quick", action="store_true", help="only the cheapest schedule of RePaint")
    chosen = parser.parse_args()
    found: dict[str, Any] = {"format": "synthscope/benchmark-prior-fills", "version": 1}
    for name in chosen.material:
        model = chosen.models / MATERIALS[name]
        places = load(chosen.data, name, model)
        for side in chosen.hole:
            label = f"{name}-{side}"
            found[label] = run(model, holes(places, side), chosen.pictures, label, quick=chosen.quick)
            chosen.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
