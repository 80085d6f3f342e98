"""Small pictures with a square mask, and a line-up of generators that learn nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy import ndimage

from synthscope.generators.registry import resolve
from synthscope.imaging.hashing import pixel_hash
from synthscope.io.documents import read_json
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.image import Image
from synthscope.records.lineup import Contender, LineupRecipe
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.space import Space
from synthscope.services.evaluation.evaluating import Means
from synthscope.services.lineup.beginning import Posed
from synthscope.worker import implement

SIDE, HOLE = 128, slice(52, 76)
SPACE = Space("yx", (0.5, 0.5), "µm")
MEANS = Means(resolve, implement)
SMALL = LineupRecipe(
    "inpaint", (), (Contender("harmonic"), Contender("exemplar", parameters={"patch": 9})),
    intact=True, seeds=2, context=16, side=32, resamples=40,
)  # fmt: skip


def picture(seed: int) -> np.ndarray:
    """Give blurred noise (128, 128) of 16 bits."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=(SIDE, SIDE)), 1.5, mode="wrap")
    return (30_000 + 9000 * noise / noise.std()).clip(0, 65_535).astype(np.uint16)


def hole() -> np.ndarray:
    """Give the mask of a square of 24 px in the middle."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[HOLE, HOLE] = 1
    return mask


def origin(found: np.ndarray) -> MaskOrigin:
    """Say that two prompts have found a mask (128, 128)."""
    return MaskOrigin(
        "diffedit", "2", {"maps": 2}, 3, "tiny", "ab" * 32, (0.0, 1.0), "soil", "roots", 1.5, "cd" * 32, (0, 0),
        (SIDE, SIDE), pixel_hash(found != 0),
    )  # fmt: skip


def posed(folder: Path, count: int = 2) -> tuple[Posed, ...]:
    """Write pictures and open them, each with the mask."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number in range(count):
        path = write_image(folder / f"slice-{number}.ome.tif", Image(picture(number), SPACE, f"slice-{number}"))
        found.append(Posed(open_image(path), hole()))
    return tuple(found)


def small(**changes: Any) -> LineupRecipe:
    """Give a line-up that takes a second."""
    return replace(SMALL, **changes)


def told(folder: Path) -> dict[str, Any]:
    """Read the table without what no two line-ups have in common: times, and when it was made."""
    found = read_json(folder / "result.json")
    for row in found["rows"]:
        row["cells"].pop("seconds")
        for shot in row["shots"]:
            for figures in shot["figures"]:
                figures.pop("seconds")
    return {name: value for name, value in found.items() if name not in ("created", "card")}
