"""Ways in which known voxels lead a prior's fill, for holes of several shapes, on held-out places; run as a script.

Run it as ``python tests/benchmarks/fill_methods.py --data DIR --models DIR --json OUT [--pictures DIR]`` with the
folders of `prior_fills.py`, whose places and measures it takes. Shapes: squares of 32, 64 and 128 px; in a square of
64 px, streaks of 2 to 4 px at any angle, and irregular paint. They are drawn here, not by what draws holes in training.
Ways: `condition` (the network is told), `pseudoinverse`, `moments`, `projection` with time travel of several repeats,
and `exemplar`. Each fill of a prior is measured as it leaves the network, and with its border evened out over 6 px.

``nearer`` is the paired difference from `condition` of |log (seam / real seam)|, of the same for texture, and of the
PSNR: for the first two, below 0 is nearer to the untouched image. Intervals are 95 % bootstraps over places.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when OpenMP loads

import numpy as np
from holes import bootstrap
from prior_fills import AROUND, MATERIALS, Hole, generated, holes, line, load, measure, options, summarise
from skimage.draw import disk
from skimage.io import imsave

from synthscope.imaging.feathering import feather_fill
from synthscope.imaging.spectra import spectrum_distance
from synthscope.jobs.drain import drain

BORDER, SEED = 6, 20261127
Way = Callable[[Hole, int], np.ndarray]


def square(side: int, _rng: np.random.Generator) -> np.ndarray:
    """All of it."""
    return np.ones((side, side), bool)


def streaks(side: int, rng: np.random.Generator) -> np.ndarray:
    """Three straight streaks, 2 to 4 px wide, at any angle."""
    rows, columns = np.mgrid[:side, :side]
    mask = np.zeros((side, side), bool)
    for _ in range(3):
        angle, width = rng.uniform(0, np.pi), float(rng.integers(2, 5))
        y, x = rng.uniform(0.25 * side, 0.75 * side, 2)
        mask |= np.abs((rows - y) * np.cos(angle) + (columns - x) * np.sin(angle)) < width / 2
    return mask


def paint(side: int, rng: np.random.Generator) -> np.ndarray:
    """A brush of changing width that wanders."""
    mask = np.zeros((side, side), bool)
    at, angle, radius = rng.uniform(0.3 * side, 0.7 * side, 2), rng.uniform(0, 2 * np.pi), side / 12
    for _ in range(side):
        angle += rng.normal(0, 0.35)
        radius = float(np.clip(radius + rng.normal(0, 0.5), 3, side / 6))
        at = np.clip(at + 1.5 * np.array([np.sin(angle), np.cos(angle)]), 0.1 * side, 0.9 * side)
        mask[disk(tuple(at), radius, shape=mask.shape)] = True
    return mask


SHAPES: Mapping[str, tuple[int, Callable[[int, np.random.Generator], np.ndarray]]] = {
    "32": (32, square),
    "64": (64, square),
    "128": (128, square),
    "streaks": (64, streaks),
    "paint": (64, paint),
}
"""Side of the square that holds it, and how it is drawn there."""


def places_of(material: str, shape: str, data: Path, model: Path, count: int) -> list[Hole]:
    """Give so many held-out places with a hole of a shape."""
    side, draw = SHAPES[shape]
    places, rng = load(data, material, model), np.random.default_rng(SEED)
    found: list[Hole] = []
    while len(found) < count:
        found += holes(places, side, SEED + len(found))
    for number, hole in enumerate(found[:count]):
        mask = np.zeros_like(hole.mask)
        mask[AROUND:-AROUND, AROUND:-AROUND] = draw(side, rng)
        found[number] = replace(hole, mask=mask)
    return found[:count]


def ways(model: Path, steps: int, repeats: list[int], length: int) -> dict[str, Way]:
    """Name all ways to fill; each but `exemplar` leaves the border as it is."""

    def by(**parameters: Any) -> Way:
        return lambda hole, seed: generated("prior", hole, seed, str(model), steps=steps, border=0, **parameters)

    found = {lead: by(lead=lead) for lead in ("condition", "pseudoinverse", "moments")}
    for times in repeats:
        found[f"projection x{times}"] = by(lead="projection", travel_repeats=times, travel_length=length)
    return found | {"exemplar": lambda hole, seed: generated("exemplar", hole, seed)}


def evened(hole: Hole, filled: np.ndarray) -> np.ndarray:
    """Even out the border, as a run does by default."""
    known = hole.crop[~hole.mask]
    limits = ((float(known.min()), float(known.max())),)
    made, source = (image[None, ..., None] for image in (filled, hole.crop))
    result: np.ndarray = drain(feather_fill(made, source, hole.mask[None], BORDER, (1.0, 1.0, 1.0), limits))
    return result[0, ..., 0]


def run(chosen: list[Hole], every: Mapping[str, Way], label: str, pictures: Path | None) -> dict[str, Any]:
    """Fill all places in all ways."""
    rows: dict[str, list[dict[str, float]]] = {}
    tiles = [np.concatenate([np.where(one.mask, 255, one.crop) for one in chosen[:6]], axis=1)]
    tiles.append(np.concatenate([one.crop for one in chosen[:6]], axis=1))
    for name, way in every.items():
        shown = []
        for seed, hole in enumerate(chosen):
            began = time.process_time()
            filled = way(hole, seed)
            spent = {"seconds": time.process_time() - began}
            rows.setdefault(name, []).append(measure(hole, filled) | spent)
            if name != "exemplar":
                rows.setdefault(f"{name}, evened", []).append(measure(hole, evened(hole, filled)) | spent)
            shown.append(np.where(hole.mask, filled, hole.crop))
        tiles.append(np.concatenate(shown[:6], axis=1))
    if pictures:
        imsave(pictures / f"leads-{label}.png", np.concatenate(tiles).astype(np.uint8), check_contrast=False)
    found = dict(summaries(rows, floor_of(chosen)))
    for name, summary in found.items():
        sys.stdout.write(f"{label:14s} {line(name, summary)}\n")
    sys.stdout.flush()
    return found


def summaries(rows: dict[str, list[dict[str, float]]], floor: np.ndarray) -> Iterator[tuple[str, dict[str, Any]]]:
    """Bring the places of each way together, and set it beside `condition`, evened or not as it is itself."""
    for name, own in rows.items():
        plain = rows["condition, evened" if name.endswith("evened") or name == "exemplar" else "condition"]
        pairs = {key: _off(own, key) - _off(plain, key) for key in ("seam", "texture")}
        pairs["psnr"] = np.array([a["psnr"] - b["psnr"] for a, b in zip(own, plain, strict=True)])
        nearer = {key: bootstrap(values, np.ones(len(values))) for key, values in pairs.items()}
        yield name, summarise(own, floor) | {"nearer": nearer}


def floor_of(chosen: list[Hole]) -> np.ndarray:
    """Give the distance of each place's spectrum from that of the next one."""
    inner = [hole.crop[AROUND:-AROUND, AROUND:-AROUND].astype(float) for hole in chosen]
    pairs = zip(inner, inner[1:] + inner[:1], strict=True)
    return np.array([spectrum_distance(a, b, voxel_size=(1.0, 1.0)) for a, b in pairs])


def _off(rows: list[dict[str, float]], key: str) -> np.ndarray:
    """How far a figure of each place is from that of the untouched image, as |log ratio|."""
    made, real = (np.array([row[name] for row in rows]) for name in (key, f"{key}_real"))
    return np.asarray(np.abs(np.log(np.maximum(made, 1e-9) / np.maximum(real, 1e-9))))


def main() -> int:
    """Run the benchmark."""
    parser = options(__doc__)
    parser.add_argument("--shape", choices=SHAPES, nargs="*", default=list(SHAPES))
    parser.add_argument("--places", type=int, default=16)
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--repeats", type=int, nargs="*", default=[1, 4, 10], help="of projection's time travel")
    parser.add_argument("--length", type=int, default=5, help="steps that are gone through again at once")
    asked = parser.parse_args()
    found: dict[str, Any] = {"format": "synthscope/benchmark-fill-methods", "version": 1}
    for material in asked.material:
        model = asked.models / MATERIALS[material]
        every = ways(model, asked.steps, asked.repeats, asked.length)
        for shape in asked.shape:
            chosen = places_of(material, shape, asked.data, model, asked.places)
            found[f"{material}-{shape}"] = run(chosen, every, f"{material}-{shape}", asked.pictures)
            asked.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
