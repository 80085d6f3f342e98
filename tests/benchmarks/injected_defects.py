"""Copies and artefacts that were put into real fields of soil and of fibres: how many of them are found.

Run it as ``python tests/benchmarks/injected_defects.py --data DIR --out DIR [--fields 40]``. It writes
``copies.csv``, ``artefacts.csv``, ``findings.json`` and two pictures.

Copies: fields of 64 pixels. Soil is learned from the left halves of five slices, held-out fields are of the right
halves; fibres are learned from one slice, held-out fields are of two slices some hundreds of slices away. The threshold
is set to 1 % of false alarms by 400 held-out fields; false alarms are counted on 400 others.

Artefacts: fields of 128 pixels. Of each quantity, 5 % of honest fields lie outside of the limits that 200 held-out
fields set, half of them on each side; others give the false alarms (strength 0), and, with a defect, the detections.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from skimage.io import imread
from tests.metrics.grainy import frame_of
from tests.metrics.trust import defects

from synthscope.jobs.drain import drain
from synthscope.metrics.trust.artefacts import TITLES, Artefacts
from synthscope.metrics.trust.copies import copies_job

SIDE, WIDE = 64, 128
ALARMS = 0.05
HELD_OUT, CALIBRATION = 400, 200
NOISES = (0.25, 0.5, 1.0, 1.5, 2.0)

Defect = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]
CURVES: dict[str, tuple[Defect, str, tuple[float, ...]]] = {
    "blur (pixels)": (defects.blurred, "sharpness", (0.2, 0.3, 0.4, 0.5, 0.7, 1.0)),
    "noise (SD)": (defects.noised, "noise", (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)),
    "grey values (SD)": (defects.shifted, "q50", (0.1, 0.25, 0.5, 1.0, 1.5, 2.0)),
    "checkerboard (SD)": (defects.chequered, "pattern-2", (0.01, 0.02, 0.05, 0.1, 0.2, 0.3)),
    "lines every 8 px (SD)": (defects.gridded, "pattern-8", (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)),
    "tiles of 32 px (SD)": (defects.tiled, "seams", (0.1, 0.2, 0.3, 0.5, 0.75, 1.0)),
    "rings (SD)": (defects.ringed, "rings", (0.05, 0.1, 0.2, 0.3, 0.5, 0.8)),
    "repetition (variance)": (defects.repeated, "repetition", (0.1, 0.2, 0.3, 0.5, 0.7, 1.0)),
}


@dataclass(frozen=True)
class Material:
    """Images to learn from and held-out ones, with the radius (pixels) around the middle that fields stay within."""

    name: str
    training: list[np.ndarray]
    held_out: list[np.ndarray]
    radius: float = np.inf


def materials(data: Path) -> list[Material]:
    """Read soil and fibres."""
    stack = [imread(p) for p in sorted((data / "rock_soil_microct/soil_core_stack").glob("*.tif"))]
    soil = np.stack(stack)[..., None]
    fibre = [imread(data / f"fibre_composites/carbon{n}.png")[None, ..., None] for n in ("0103", "0918", "0969")]
    left = [soil[z : z + 1, 60:440, 60:240] for z in range(0, 40, 8)]
    return [Material("soil", left, [soil[:, 60:440, 260:440]]), Material("fibre", fibre[:1], fibre[1:], 380)]


def drawn(images: list[np.ndarray], side: int, count: int, radius: float, rng: np.random.Generator) -> np.ndarray:
    """Cut fields of random places, within the radius around the middle of the image."""
    fields: list[np.ndarray] = []
    while len(fields) < count:
        image = images[int(rng.integers(len(images)))]
        z, y, x = (int(rng.integers(n - s + 1)) for n, s in zip(image.shape[:3], (1, side, side), strict=True))
        middle = np.hypot(y + side / 2 - image.shape[1] / 2, x + side / 2 - image.shape[2] / 2)
        if middle + side * 0.71 <= radius:
            fields.append(image[z : z + 1, y : y + side, x : x + side])
    return np.stack(fields).astype(float)


def copies_of(material: Material, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Hide copies in every way, and copies that reach beyond their training image by a fifth."""
    ways = dict(defects.COPIES) | {
        f"noise of {s:g} SD": (lambda field, rng, s=s: defects.dirtied(field, s, rng)) for s in NOISES
    }
    sources = {name: drawn(material.training, SIDE, count, material.radius, rng) for name in ways}
    made = {name: np.stack([ways[name](field, rng) for field in fields]) for name, fields in sources.items()}
    fill = drawn(material.held_out, SIDE, count, material.radius, rng)
    if material.radius == np.inf:
        edge = SIDE // 5
        for i in range(count):
            image = material.training[i % len(material.training)]
            top = int(rng.integers(image.shape[1] - SIDE))
            fill[i, :, :, edge:] = image[:, top : top + SIDE, : SIDE - edge]
        made["beyond the border by a fifth"] = fill
    return made


def copy_table(material: Material, count: int, rng: np.random.Generator) -> tuple[list[dict], dict]:
    """Search for all copies at once; give what was found of each way, and the values."""
    made = copies_of(material, count, rng)
    honest = drawn(material.held_out, SIDE, HELD_OUT, material.radius, rng)
    null = drawn(material.held_out, SIDE, HELD_OUT, material.radius, rng)
    found = drain(copies_job(np.concatenate([honest, *made.values()]), null, material.training))
    values = np.array([m.value for m in found.matches])
    flagged = np.isin(np.arange(len(values)), found.copies)
    rows, first = [], len(honest)
    parts = {"held-out (false alarms)": slice(0, first)}
    for name, fields in made.items():
        parts[name] = slice(first, first + len(fields))
        first += len(fields)
    for name, part in parts.items():
        rows.append(
            {
                "material": material.name, "way": name, "fields": len(values[part]),
                "called copies": float(flagged[part].mean()), "lowest": float(values[part].min()),
                "median": float(np.median(values[part])), "threshold": found.threshold.value,
            }
        )  # fmt: skip
    return rows, {name: values[part].tolist() for name, part in parts.items()}


def artefact_table(material: Material, count: int, rng: np.random.Generator) -> list[dict]:
    """Measure honest and spoiled fields; give the detections of each defect at each strength."""
    calibration = drawn(material.held_out, WIDE, CALIBRATION, material.radius, rng)
    honest = drawn(material.held_out, WIDE, count, material.radius, rng)
    frame = frame_of(calibration)
    low, high = np.quantile(Artefacts().extract(calibration, frame), [ALARMS / 2, 1 - ALARMS / 2], axis=0)

    def detected(fields: np.ndarray, quantity: str) -> float:
        column = list(TITLES).index(quantity)
        values = Artefacts().extract(fields, frame)[:, column]
        return float(((values < low[column]) | (values > high[column])).mean())

    rows = []
    for name, (defect, quantity, strengths) in CURVES.items():
        for strength in (0.0, *strengths):
            spoiled = np.stack([defect(f[0, ..., 0], strength, rng) if strength else f[0, ..., 0] for f in honest])
            rate = detected(spoiled[:, None, ..., None], quantity)
            rows.append(
                {
                    "material": material.name,
                    "defect": name,
                    "quantity": quantity,
                    "strength": strength,
                    "detected": rate,
                }
            )
    return rows


def write_table(path: Path, rows: list[dict]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def draw_copies(out: Path, values: dict[str, dict], copies: list[dict]) -> None:
    """Draw the values of copies by way, and the threshold."""
    from matplotlib.figure import Figure

    figure = Figure((11, 5), layout="constrained")
    for axes, (name, ways) in zip(figure.subplots(1, len(values), squeeze=False)[0], values.items(), strict=True):
        axes.boxplot(list(ways.values()), orientation="horizontal", tick_labels=list(ways), whis=(0, 100))
        axes.axvline(next(r["threshold"] for r in copies if r["material"] == name), linestyle="--", color="k")
        axes.set(title=name, xlabel="Best normalised cross-correlation", xlim=(0, 1.02))
    figure.savefig(out / "copies.png", dpi=120)


def draw_curves(out: Path, artefacts: list[dict]) -> None:
    """Draw detections by strength."""
    from matplotlib.figure import Figure

    figure = Figure((12, 6), layout="constrained")
    for axes, defect in zip(figure.subplots(2, 4).ravel(), CURVES, strict=True):
        for name in dict.fromkeys(r["material"] for r in artefacts):
            curve = [r for r in artefacts if (r["material"], r["defect"]) == (name, defect)]
            axes.plot([r["strength"] for r in curve], [r["detected"] for r in curve], "o-", label=name)
        axes.axhline(ALARMS, linestyle=":", color="k")
        axes.set_title(fill(TITLES[CURVES[defect][1]], 30), fontsize="medium")
        axes.set(xlabel=defect, ylim=(-0.02, 1.02))
    figure.supylabel("Part that is detected, where 5 % of honest fields are")
    axes.legend()
    figure.savefig(out / "artefacts.png", dpi=120)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--fields", type=int, default=40)
    parser.add_argument("--part", choices=("all", "copies", "artefacts"), default="all")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    copies: list[dict] = []
    artefacts: list[dict] = []
    values: dict[str, dict] = {}
    for material in materials(options.data):
        if options.part != "artefacts":
            rows, values[material.name] = copy_table(material, options.fields, np.random.default_rng(20261126))
            copies += rows
        if options.part != "copies":
            artefacts += artefact_table(material, 2 * options.fields, np.random.default_rng(20261127))
    sys.stdout.writelines(f"{row}\n" for row in (*copies, *artefacts))
    (options.out / f"findings_{options.part}.json").write_text(json.dumps({"copies": copies, "artefacts": artefacts}))
    if copies:
        write_table(options.out / "copies.csv", copies)
        draw_copies(options.out, values, copies)
    if artefacts:
        write_table(options.out / "artefacts.csv", artefacts)
        draw_curves(options.out, artefacts)


if __name__ == "__main__":
    main()
