"""Small stacks, and a comparison of a generator that learns with two controls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.services.gaussian import ID, field

from synthscope.generators.registry import resolve
from synthscope.io.documents import read_json
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.records.events import Event
from synthscope.records.families import Contender, FamiliesRecipe
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.evaluation.evaluating import Means
from synthscope.worker import implement

SPACE = Space("zyx", (2.0, 0.5, 0.5), "µm")
SHAPE = (2, 96, 256)
CONTENDERS = (
    Contender(ID, {"patch": 32}),
    Contender("quilt", {}, {"block": 24, "overlap": 0.5}),
    Contender("phase-surrogate", {}, {"iterations": 2}),
)
SMALL = FamiliesRecipe(
    (), CONTENDERS, "soil", steps=6, seeds=2, count=8, size=32, resamples=40, encoder="random-pyramid", licence="CC0"
)
MEANS = Means(resolve, implement)


def stack(folder: Path, shape: tuple[int, ...] = SHAPE, space: Space = SPACE, **how: Any) -> Image:
    """Write a stack of blurred noise and open it."""
    path = write_image(folder / "soil.ome.tif", Image(field(shape, **how), space, "soil"))
    return open_image(path)


def small(**changes: Any) -> FamiliesRecipe:
    """Give a comparison that takes a second."""
    return replace(SMALL, **changes)


def told(folder: Path) -> dict[str, Any]:
    """Read the table without what no two runs have in common: times, and how long the work took."""
    found = read_json(folder / "families.json")
    for row in (found["real"], *found["rows"]):
        for one in (*(run["measures"] for run in row["runs"]), row["summary"]):
            for name in ("seconds_per_image", "training_seconds"):
                one.pop(name, None)
    return {name: value for name, value in found.items() if name not in ("seconds", "created")}


class Stopped(Exception):  # noqa: N818 - reads as the state it is
    """Somebody pulled the plug."""


def stop_after(count: int) -> Callable[[Event], None]:
    """Give a listener that ends the job at its n-th event."""
    heard: list[Event] = []

    def listen(event: Event) -> None:
        heard.append(event)
        if len(heard) == count:
            raise Stopped

    return listen
