"""The curves of a training on disk: one line of JSON per point, whole up to the last moment."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from synthscope.errors import DocumentError
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.records.documents import from_json, to_json
from synthscope.records.events import Measured

CURVES = "curves.jsonl"


def add_point(folder: Path, point: Measured) -> None:
    """Append one point; a line that a kill cut short is ended first."""
    path = folder / CURVES
    line = json.dumps(to_json(point), allow_nan=False).encode()
    with writing_faults(path), path.open("ab+") as file:
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(line + b"\n")


def read_curves(folder: Path) -> tuple[Measured, ...]:
    """Read the points in the order of their steps.

    A training that was resumed goes over some steps again: what it said last counts. Damaged lines are
    left out.
    """
    path = folder / CURVES
    if not path.is_file():
        return ()
    with reading_faults(path):
        lines = path.read_bytes().splitlines()
    return merged(_points(lines))


def merged(points: Iterable[Measured]) -> tuple[Measured, ...]:
    """Put all that was said of one step together, in the order of the steps; what was said last counts."""
    found: dict[int, dict[str, float]] = {}
    for point in points:
        found[point.step] = {**found.get(point.step, {}), **point.values}
    return tuple(Measured(step, found[step]) for step in sorted(found))


def _points(lines: Iterable[bytes]) -> Iterator[Measured]:
    for line in lines:
        with suppress(ValueError, RecursionError, DocumentError):
            yield from_json(Measured, json.loads(line))


def finite(values: dict[str, float]) -> dict[str, float]:
    """Leave out what is no number: JSON has no word for it."""
    return {name: float(value) for name, value in values.items() if math.isfinite(value)}
