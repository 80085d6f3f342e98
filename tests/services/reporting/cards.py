"""Reports as an evaluation of three generators makes them, with all that can be missing in one."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image as Picture
from tests.metrics.grainy import grains

from synthscope.records.evaluation import (
    Band,
    EvaluationRecipe,
    Evidence,
    ImageSet,
    Report,
    Score,
    SetFacts,
    Spot,
)
from synthscope.records.metric import Frame
from synthscope.records.request import Input
from synthscope.records.space import Space

NAN = math.nan
REAL = "Soil core 7"
GENERATED = ("prior (1000 steps)", "quilt", "dcgan")
CONTROLS = (
    "held-out real", "quilted", "phase surrogate", "blurred 1 px", "blurred 2 px", "noise 5 %", "noise 15 %",
)  # fmt: skip
FEW = "The judged set has 2 specimen(s): there is no interval over them."
BIASED = (
    "FID is biased below 2048 images, and there are 120: compare it with its floor only, never with one from elsewhere."
)
SETTINGS = {
    "features": "random-pyramid 1",
    "field": [1, 64, 64],
    "resize": "none",
    "map": "12 to 240 become 0 to 1: fixed on the real set, the same for every set",
    "interval": "bootstrap, specimens of both sets drawn with replacement",
    "draws": 500,
    "floor": "parts of the real set that share no specimen",
}

# metric, title, group, better, unit, encoder, floor with its range, value and half interval of each set, controls
NUMBERS: tuple[tuple, ...] = (
    ("kid", "Kernel distance (KID × 1000)", "sets", "low", "", "random-pyramid", (0.04, -0.61, 0.72),
     ((1.93, 0.8), (-0.21, 0.5), (48.2, 6.1)), (0.04, 0.4, 88.1, 9.7, 31.0, 2.2, 17.5)),
    ("fid", "Fréchet distance (FID)", "sets", "low", "", "inception-v3", (31.7, 28.9, 35.2),
     ((58.4, 6.2), (33.1, 4.0), (269.8, 11.5)), (31.7, 35.0, 402.5, 126.1, 168.3, 44.0, 98.7)),
    ("precision", "Precision", "sets", "high", "", "random-pyramid", (0.87, 0.81, 0.93),
     ((0.79, 0.06), (0.97, 0.02), (0.04, 0.03)), (0.87, 0.98, 0.0, 0.41, 0.02, 0.71, 0.11)),
    ("coverage", "Coverage", "sets", "high", "", "random-pyramid", (0.97, 0.94, 0.99),
     ((0.83, 0.05), (0.61, 0.07), (0.02, 0.02)), (0.97, 0.55, 0.0, 0.31, 0.01, 0.66, 0.09)),
    ("density", "Density", "sets", "one", "", "random-pyramid", (1.0, 0.92, 1.07),
     ((0.91, 0.09), (1.42, 0.12), (0.01, 0.01)), (1.0, 1.6, 0.0, 0.3, 0.0, 0.7, 0.05)),
    ("ssim", "SSIM", "paired", "high", "", "", (NAN, NAN, NAN),
     ((0.512, 0.021), (0.371, 0.018), (0.067, 0.006)), ()),
    ("lpips", "LPIPS", "paired", "low", "", "", (NAN, NAN, NAN),
     ((0.322, 0.02), (0.41, 0.02), (0.466, 0.01)), ()),
    ("structure:porosity", "Porosity", "structure", "low", "", "", (0.011, 0.002, 0.024),
     ((0.019, 0.006), (0.012, 0.007), (0.214, 0.012)), (0.011, 0.012, 0.009, 0.02, 0.04, 0.013, 0.018)),
    ("structure:chord", "Mean chord", "structure", "low", "µm", "", (0.31, 0.12, 0.52),
     ((0.84, 0.22), (0.33, 0.2), (NAN, NAN)), (0.31, 0.35, 3.8, 1.1, 2.7, 0.9, 2.6)),
    ("structure:two-point", "Two-point correlation", "structure", "low", "", "", (0.21, 0.15, 0.28),
     ((0.52, 0.1), (0.27, 0.08), (2.9, 0.3)), (0.21, 0.26, 0.24, 0.5, 0.9, 0.22, 0.27)),
    ("copies", "Largest correlation with a training field", "trust", "low", "", "", (0.41, 0.38, 0.44),
     ((0.44, 0.02), (0.98, 0.01), (0.31, 0.02)), (0.41, 0.99, 0.2, 0.43, 0.45, 0.4, 0.36)),
    ("intensity", "Shift of intensities", "trust", "none", "", "", (0.4, 0.1, 0.9),
     ((0.6, 0.3), (0.5, 0.3), (7.2, 0.5)), (0.4, 0.4, 0.5, 0.4, 0.4, 0.6, 2.4)),
)  # fmt: skip
SILENT = "structure:porosity"
WHY = "the phase surrogate comes nearer to real than held-out real does, so structure is not seen by it"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def image_set(name: str, count: int = 8, *, prompt: str = "") -> ImageSet:
    space = Space("yx", (2.0, 2.0), "µm")
    images = tuple(
        Input(
            f"{name}-{i}.tif",
            (256, 256),
            "uint16",
            space,
            sha(f"{name}{i}"),
            path=f"/home/ada/{name}/{i}.tif",
            stamp="1-2",
        )
        for i in range(count)
    )
    return ImageSet(name, images, tuple(f"core {i // 2}" for i in range(count)), "", prompt)


def scores(names: Sequence[str] = GENERATED) -> tuple[Score, ...]:
    found = []
    for metric, title, group, better, unit, encoder, floor, values, controls in NUMBERS:
        shared = {
            "metric": metric, "title": title, "group": group, "better": better, "unit": unit, "encoder": encoder,
            "floor": floor[0], "floor_low": floor[1], "floor_high": floor[2], "n": 120,
            "informative": None if group == "paired" else metric != SILENT, "why": WHY if metric == SILENT else "",
            "settings": SETTINGS | ({"features": encoder} if encoder else {}),
        }  # fmt: skip
        for name, (value, half) in zip(names, values, strict=True):
            caveats = (BIASED,) if metric == "fid" else ()
            none = name == names[2] and group == "trust"
            found.append(Score(
                **shared, subject=name, value=value, low=NAN if none else value - half,
                high=NAN if none else value + half,
                p_value=0.0004 if value > 3 else 0.21 if encoder else NAN,
                caveats=(*caveats, FEW) if none else caveats,
                spread=value / 9 if group == "paired" else NAN,
            ))  # fmt: skip
        for name, value in zip(CONTROLS, controls, strict=False):
            found.append(Score(**shared, subject=name, value=value, role="control"))
    return tuple(found)


def band(name: str, title: str, subject: str, x: np.ndarray, mean: np.ndarray, spread: np.ndarray, words: str) -> Band:
    return Band("structure", name, title, subject, *(tuple(map(float, part)) for part in (x, mean, spread)), words)


def bands(names: Sequence[str]) -> tuple[Band, ...]:
    r, grey, f = np.arange(0, 40.0), np.linspace(0, 255, 48), np.arange(1, 33) / 64
    found = []
    for name, length, level in zip(names, (8.0, 9.5, 8.0, 3.0, 8.2), (1, 1.1, 1, 0.3, 1), strict=False):
        s2 = 0.25 + 0.25 * np.exp(-r / length) * np.cos(r / 6)
        found.append(
            band("s2", "Two-point correlation", name, r * 2, s2, 0.01 + 0.02 * np.exp(-r / 9), "Distance (µm)")
        )
        power = level * 1e4 / (1 + (f * 40) ** 3.2)
        found.append(band("spectrum", "Radial spectrum", name, f, power, power * 0.25, "Frequency (1/pixel)"))
        two = np.exp(-(((grey - 90) / 28) ** 2)) + 0.6 * level * np.exp(-(((grey - 170) / 20) ** 2))
        found.append(band("grey", "Grey values", name, grey, two / two.sum(), two / two.sum() / 6, "Grey value"))
    return tuple(found)


def spots(folder: Path, names: Sequence[str]) -> tuple[Spot, ...]:
    found = []
    for place, (name, sigma) in enumerate(zip(names, (2.0, 2.2, 2.0, 0.9, 2.0, 3.0), strict=False)):
        for i, field in enumerate(grains(8, (1, 64, 64), place, sigma=sigma)[:, 0, :, :, 0]):
            file = f"field-{place}-{i}.png"
            Picture.fromarray(field).save(folder / file)
            found.append(Spot(name, i // 4, (0, 64 * (i % 2), 64 * (i // 2 % 2)), (1, 64 * (i % 2) + 64, 64), file))
    return tuple(found)


def make_report(folder: Path, names: Sequence[str] = GENERATED, *, real: str = REAL) -> Report:
    """A whole report; its pictures are written into the folder."""
    facts = [SetFacts(real, "real", 8, 240, 4, sha(real))]
    facts += [SetFacts(name, "generated", 8, 120, 4, sha(name)) for name in names]
    facts += [SetFacts("training cores", "training", 20, 600, 10, sha("training"))]
    recipe = EvaluationRecipe(
        real=image_set(real), generated=tuple(image_set(name) for name in names), training=image_set("training cores"),
        domain="rock", encoders=("random-pyramid", "inception-v3"), seed=7, side=64,
    )  # fmt: skip
    shown = spots(folder, (real, *names, *CONTROLS[1:3]))
    return Report(
        recipe=recipe,
        frame=Frame((1, 64, 64), 1, ((12.0, 240.0),), (128.0,), 231.0, (2.0, 2.0, 2.0), "µm", "uint16"),
        sets=tuple(facts),
        scores=scores(names),
        warnings=(f"3 of the 120 fields of '{names[1]}' are exact copies of others in it.",),
        bands=bands((real, *names, CONTROLS[2])),
        evidence=(
            Evidence("kid", names[2], (61.2, 55.0, 48.7, 44.1), (24, 25, 26, 27), (3, 1, 2, 0)),
            Evidence("copies", names[1], (0.98, 0.97, 0.62), (16, 17, 18), (4, 5, -1)),
        ),
        spots=shown,
        environment={"synthscope": "0.1.0", "python": "3.11.7", "numpy": "2.4.6", "device": "cpu"},
        seconds=93.4,
        created="2026-11-26T02:00:00+00:00",
    )


def renamed(folder: Path, name: str) -> Report:
    """A report whose first generator has another name."""
    return make_report(folder, (name, *GENERATED[1:]))


def without_controls(report: Report) -> Report:
    """The report as it is where controls were switched off."""
    kept = tuple(replace(one, informative=None, why="") for one in report.scores if one.role == "generated")
    return replace(report, scores=kept)
