"""The table of a line-up as HTML, Markdown and CSV: the study's columns, and beside them the program's own."""

from __future__ import annotations

import base64
import csv
import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from synthscope.io.atomic import write_text
from synthscope.io.faults import reading_faults
from synthscope.records.families import MeasureKind
from synthscope.records.lineup import HONEST_MEASURES, LINEUP_MEASURES, STUDY_MEASURES, Cell, LineupResult, LineupRow
from synthscope.services.lineup.judging import PAGE
from synthscope.services.reporting.csv_table import cell as csv_cell
from synthscope.services.reporting.markdown import bullets, escaped
from synthscope.services.reporting.markdown import table_of as markdown_table
from synthscope.services.reporting.publishing import one_line
from synthscope.services.reporting.templating import rendered, style
from synthscope.services.reporting.words import BETTER, NONE, interval, number

HTML, MARKDOWN, CSV = "report.html", "table.md", "table.csv"
STUDY_TITLE, HONEST_TITLE = "As the reference study prints it", "What the program adds"


@dataclass(frozen=True)
class Told:
    """One number in words."""

    value: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """One row in words; `problem` says why there is nothing in it."""

    title: str
    kind: str
    cells: tuple[Told, ...]
    problem: str = ""


@dataclass(frozen=True)
class Part:
    """One of the two tables; `notes` say why numbers are missing."""

    title: str
    kinds: tuple[MeasureKind, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Title:
    """What the template calls the card's title."""

    title: str


def write_pages(folder: Path, result: LineupResult) -> None:
    """Write the table as a page, as Markdown and as CSV."""
    write_text(folder / HTML, page_of(folder, result))
    write_text(folder / MARKDOWN, markdown_of(result))
    write_text(folder / CSV, csv_of(result))


def parts_of(result: LineupResult) -> tuple[Part, Part]:
    """Give both tables in words."""
    return _part(STUDY_TITLE, STUDY_MEASURES, result), _part(HONEST_TITLE, HONEST_MEASURES, result)


def told(cell: Cell, kind: MeasureKind) -> Told:
    """Write one number: mean ± standard deviation, its interval, and real against real."""
    if not math.isfinite(cell.mean):
        return Told(NONE)
    known = math.isfinite(cell.spread)
    around = (cell.mean - cell.spread, cell.mean + cell.spread) if known else (cell.low, cell.high)
    value = number(cell.mean, *around)
    if known:
        value = f"{value} ± {number(cell.spread, *around)}"
    between = interval(cell.low, cell.high)
    below = (
        *(() if between == NONE else (between,)),
        *((f"real {number(cell.real)}",) if math.isfinite(cell.real) else ()),
        f"n {cell.n}",
    )
    return Told(f"{value} {kind.unit}".strip(), below)


def page_of(folder: Path, result: LineupResult) -> str:
    """Give the page, one file with its grid."""
    return rendered(
        "lineup.html",
        {"direction": direction},
        card=Title(f"Line-up of generators: {one_line(result.recipe.name)}"),
        result=result,
        parts=parts_of(result),
        kinds=tuple(LINEUP_MEASURES.values()),
        grid=_source(folder / result.grid) if result.grid else "",
        card_page=f"{result.card}/{PAGE}" if result.card else "",
        settings=tuple(settings_of(result)),
        style=style("card.css", "lineup.css"),
    )


def direction(kind: MeasureKind) -> str:
    """Say which values are nearer to real; empty where none is."""
    return "" if kind.better == "none" or kind.unit == "s" else BETTER[kind.better]


def markdown_of(result: LineupResult) -> str:
    """Give both tables as Markdown."""
    parts = [f"# {escaped('Line-up of generators: ' + one_line(result.recipe.name))}"]
    for part in parts_of(result):
        heads = ("Generator", *(escaped(kind.title) for kind in part.kinds))
        rows = [[escaped(line.title), *(escaped(one.value) for one in line.cells)] for line in part.lines]
        parts += [f"## {part.title}", markdown_table(heads, rows)]
        parts += [bullets(part.notes)] if part.notes else []
    parts += ["## What it can and cannot say", bullets(result.sentences)]
    return "\n\n".join(parts) + "\n"


def csv_of(result: LineupResult) -> str:
    """Give every number whole: one line for each contender and measure."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("contender", "generator", "measure", "mean", "spread", "low", "high", "real", "n", "why"))
    for row in result.rows:
        for name in LINEUP_MEASURES:
            one = row.cells.get(name, Cell())
            values = (row.contender.name, row.contender.generator, name, one.mean, one.spread, one.low, one.high,
                      one.real, one.n, row.problem or one.why)  # fmt: skip
            table.writerow([csv_cell(value) for value in values])
    return text.getvalue()


def settings_of(result: LineupResult) -> Iterator[tuple[str, str]]:
    """Give what the table depends on, as pairs of words."""
    recipe = result.recipe
    yield "Task", recipe.task
    yield "Images", ", ".join(one_line(one.image.name) for one in recipe.subjects)
    yield "Seeds", ", ".join(str(recipe.seed + i) for i in range(recipe.seeds))
    yield "Under the masks", "intact: compared with" if recipe.intact else "not said to be intact"
    yield "Windows", f"{result.side} × {result.side} px, {result.real_windows} real"
    for row in result.rows:
        one = row.contender
        settings = [f"{name} = {value}" for name, value in one.parameters.items()]
        settings += [f"adapter {use.name} × {use.weight:g}" for use in one.adapters]
        model = [f"model {one.model}"] if one.model else []
        yield one.name, "; ".join([one.generator, *model, *settings, *row.words])
    yield "Made with", ", ".join(f"{name} {value}" for name, value in result.environment.items())
    yield "Made", result.created


def _part(title: str, kinds: Mapping[str, MeasureKind], result: LineupResult) -> Part:
    lines = tuple(_line(row, kinds) for row in result.rows)
    notes: dict[str, None] = {}
    for name, kind in kinds.items():
        whys = {row.cells[name].why: None for row in result.rows if name in row.cells and row.cells[name].why}
        notes.update({f"{kind.title}: {why}": None for why in whys})
    return Part(title, tuple(kinds.values()), lines, tuple(notes))


def _line(row: LineupRow, kinds: Mapping[str, MeasureKind]) -> Line:
    cells = tuple(told(row.cells.get(name, Cell()), kind) for name, kind in kinds.items())
    return Line(row.contender.name, row.title, cells, row.problem)


def _source(path: Path) -> str:
    with reading_faults(path):
        return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
