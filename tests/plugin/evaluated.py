"""Images to judge, and a report card that nobody computed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
from scipy.ndimage import gaussian_filter

from synthscope.io.documents import write_document
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
from synthscope.records.image import Image
from synthscope.records.metric import Frame
from synthscope.records.request import Input
from synthscope.records.space import Space

SPACE = Space("yx", (0.5, 0.5), "µm")


def grains(rng: np.random.Generator, name: str, sigma: float = 2.0, shape: tuple[int, int] = (128, 160)) -> Image:
    """A 16-bit image of rounded grains."""
    field = gaussian_filter(rng.normal(size=shape), sigma)
    field /= field.std()
    return Image(np.clip(20000 + 6000 * field, 0, 65535).astype(np.uint16), SPACE, name)


def score(subject: str = "Quilting", value: float = 2.0, **changes: Any) -> Score:
    """A number with interval and floor."""
    told: dict[str, Any] = {
        "metric": "kid", "title": "Kernel distance", "group": "sets", "low": value - 1, "high": value + 1, "n": 20,
        "floor": 0.1, "floor_low": -0.2, "floor_high": 0.5, "p_value": 0.01, "encoder": "random-pyramid",
        "settings": {"resize": "none", "limits": [[1, 2]]},
    }  # fmt: skip
    return Score(**{**told, "subject": subject, "value": value, **changes})


SCORES = (
    score(),
    score("Prior", 0.4),
    score("blurred 2 px", 40.0, role="control"),
    score(metric="porosity", title="Porosity", group="structure", encoder="", better="none", value=0.31, unit="%"),
    score(
        metric="seam", title="Seams", group="trust", encoder="", value=1.0, informative=False,
        why="it does not tell blurred images from real ones", caveats=("Only 20 fields: the interval is wide.",),
    ),
)  # fmt: skip


def put_report(folder: Path, real: Input, made: Input, scores: tuple[Score, ...] = SCORES) -> Report:
    """Write a report of 32 px fields into a folder, with its recipe and pictures."""
    recipe = EvaluationRecipe(ImageSet("real", (real,)), (ImageSet("Quilting", (made,)), ImageSet("Prior", (made,))))
    report = make_report(recipe, scores)
    (folder / "pictures").mkdir(parents=True)
    for i, spot in enumerate(report.spots):
        picture = np.full((32, 32), 40 * i, np.uint8)
        (folder / spot.picture).write_bytes(bytes(imagecodecs.png_encode(picture)))
    write_document(folder / "evaluation.json", recipe)
    write_document(folder / "report.json", report)
    return report


def make_report(recipe: EvaluationRecipe, scores: tuple[Score, ...] = SCORES) -> Report:
    """A report whose numbers are made up; three fields of Quilting stand behind its kernel distance."""
    places = (("Quilting", 64, 96), ("Quilting", 0, 32), ("Quilting", 32, 0), ("real", 32, 64), ("real", 0, 0))
    spots = tuple(
        Spot(name, 0, (0, y, x), (1, y + 32, x + 32), f"pictures/{i:04d}.png") for i, (name, y, x) in enumerate(places)
    )
    return Report(
        recipe=recipe,
        frame=Frame((1, 32, 32), 1, ((0.0, 65535.0),), (20000.0,), 65535.0, (1.0, 0.5, 0.5), "µm", "uint16"),
        sets=(
            SetFacts("real", "real", 1, 20, 20, "a"),
            SetFacts("Quilting", "generated", 1, 10, 10, "b"),
            SetFacts("Prior", "generated", 1, 10, 10, "c"),
            SetFacts("blurred 2 px", "control", 0, 10, 10, "d"),
        ),
        scores=scores,
        warnings=("Voxel sizes differ.",),
        bands=tuple(band(name) for name in ("real", "Quilting", "Prior", "blurred 2 px")),
        evidence=(Evidence("kid", "Quilting", (9.0, 3.0, 1.0), (0, 1, 2), (3, 4, 3)),),
        spots=spots,
        seconds=12.0,
        created="2026-01-01T00:00:00Z",
    )


def band(subject: str, **changes: Any) -> Band:
    told: Mapping[str, Any] = {
        "extractor": "spectrum", "name": "power", "title": "Power spectrum", "subject": subject,
        "x": (1.0, 2.0, 3.0), "mean": (3.0, 2.0, 1.0), "spread": (0.3, 0.2, 0.1),
        "x_title": "frequency (1/µm)", "y_title": "power",
    }  # fmt: skip
    return Band(**{**told, **changes})
