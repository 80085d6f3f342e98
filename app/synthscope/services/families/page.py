"""The comparison as one HTML file: a table, a grid, the settings; no outside resource, no script."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from synthscope.io.atomic import write_text
from synthscope.io.faults import reading_faults
from synthscope.records.families import MEASURES, FamiliesResult, FamilyRow, MeasureKind, Summary
from synthscope.services.families.picturing import REAL_ROW, strip_name
from synthscope.services.families.sentences import budget_words
from synthscope.services.reporting.publishing import one_line
from synthscope.services.reporting.templating import rendered, style
from synthscope.services.reporting.words import BETTER, NONE, exact, interval, number

REPORT = "report.html"


@dataclass(frozen=True)
class Title:
    """What the template calls the card's title."""

    title: str


@dataclass(frozen=True)
class Cell:
    """One number in words: the mean, the spread over seeds, the ends of the interval."""

    value: str
    spread: str = ""
    interval: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the table; `problem` says why there is nothing in it."""

    title: str
    kind: str
    cells: tuple[Cell, ...]
    problem: str = ""


@dataclass(frozen=True)
class Strip:
    """One row of the grid: a picture as a ``data:`` address."""

    title: str
    source: str


def write_page(folder: Path, result: FamiliesResult) -> Path:
    """Write the page beside the result."""
    return write_text(folder / REPORT, page_of(folder, result))


def page_of(folder: Path, result: FamiliesResult) -> str:
    """Give the page."""
    title = f"Comparison of families: {one_line(result.recipe.name)}"
    return rendered(
        "families.html",
        {"direction": direction},
        card=Title(title),
        result=result,
        kinds=tuple(MEASURES.values()),
        lines=lines_of(result),
        strips=tuple(_strips(folder, result)),
        settings=tuple(settings_of(result)),
        style=style("card.css", "families.css"),
    )


def lines_of(result: FamiliesResult) -> tuple[Line, ...]:
    """Give the table: real against real first, then the generators in the order of the recipe."""
    return tuple(_line(row) for row in (result.real, *result.rows))


def cell_of(summary: Summary | None, kind: MeasureKind) -> Cell:
    """Write one number."""
    if summary is None or not math.isfinite(summary.mean):
        return Cell(NONE)
    unit = f" {kind.unit}" if kind.unit else ""
    around = (summary.mean - summary.spread, summary.mean + summary.spread)
    spread = f"± {number(summary.spread, *around)}" if summary.spread > 0 else ""
    value = number(summary.mean, *around) if spread else _alone(summary.mean, kind)
    between = interval(summary.low, summary.high)
    return Cell(value + unit, spread, "" if between == NONE else between)


def _alone(value: float, kind: MeasureKind) -> str:
    """Write a number that is the same for every seed, or of one seed: steps are counted, all else is measured."""
    return exact(value) if kind is MEASURES["training_steps"] else number(value)


def direction(kind: MeasureKind) -> str:
    """Say which values are nearer to real; empty where none is."""
    return "" if kind.better == "none" or kind.unit else BETTER[kind.better]


def settings_of(result: FamiliesResult) -> Iterator[tuple[str, str]]:
    """Give what the table depends on, as pairs of words."""
    recipe = result.recipe
    yield "Images", ", ".join(one_line(image.name) for image in recipe.images)
    yield "Held out", f"{exact(100 * recipe.held_out)} % of each image, in one block"
    yield "Budget of each training", budget_words(result)
    yield "Seeds", ", ".join(str(recipe.seed + i) for i in range(recipe.seeds))
    yield "Images of each set", f"{result.n} of {recipe.size} × {recipe.size} px"
    yield "Encoder of kernel distance and diversity", result.encoder or NONE
    yield "Draws of an interval", str(recipe.resamples)
    for one in recipe.contenders:
        told = {**one.training, **one.parameters}
        yield one.generator, ", ".join(f"{name} = {value}" for name, value in told.items()) or "as they come"
    yield "Made with", ", ".join(f"{name} {value}" for name, value in result.environment.items())
    yield "Made", result.created


def _line(row: FamilyRow) -> Line:
    cells = tuple(cell_of(row.summary.get(name), kind) for name, kind in MEASURES.items())
    problem = next((run.problem for run in row.runs if run.problem), "") if not row.summary else ""
    return Line(row.title, row.family, cells, problem)


def _strips(folder: Path, result: FamiliesResult) -> Iterator[Strip]:
    yield Strip(REAL_ROW, _source(folder / strip_name("")))
    for row in result.rows:
        if row.summary:
            yield Strip(row.title, _source(folder / strip_name(row.generator)))


def _source(path: Path) -> str:
    with reading_faults(path):
        return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
