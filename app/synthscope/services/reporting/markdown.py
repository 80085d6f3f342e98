"""The report card as Markdown: all tables and words, no pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from synthscope.services.reporting.card import FLOOR, HONEST, PRINTED, PRINTED_WARNING, Card
from synthscope.services.reporting.overview import Controls
from synthscope.services.reporting.tabulating import COLUMNS, Block, Row, Table
from synthscope.services.reporting.words import NOT_INFORMATIVE

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")


def card_markdown(card: Card) -> str:
    """Write the page."""
    parts = [
        f"# {escaped(card.title)}",
        "## What was compared",
        _sets(card),
        "## In short",
        bullets(card.summary),
        *(["## Warnings", bullets(card.report.warnings)] if card.report.warnings else []),
        f"## {HONEST}",
        FLOOR,
        *(part for table in card.honest for part in _honest(table)),
        f"## {PRINTED}",
        PRINTED_WARNING,
        *(table_of(map(escaped, part.heads), [[escaped(cell) for cell in row] for row in part.rows])
          for part in card.printed),
        "## Sets of known quality, and what each number makes of them",
        _controls(card.controls),
        "## Methods",
        *map(escaped, card.methods),
        *(["## References", bullets(card.references)] if card.references else []),
        "## How to make it again",
        _fenced(card.command),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def escaped(text: str) -> str:
    """Write a text so that Markdown takes no letter of it for a mark."""
    return _SPECIAL.sub(r"\\\1", text)


def _sets(card: Card) -> str:
    rows = [
        [escaped(one.name), one.role, str(one.images), str(one.fields), str(one.specimens), f"`{one.sha256}`"]
        for one in card.report.sets
    ]
    return table_of(("Set", "Part", "Images", "Fields", "Specimens", "SHA-256"), rows)


def _honest(table: Table) -> Iterable[str]:
    yield f"### {escaped(table.title)}"
    rows = [_row(block, row) for block in table.blocks for row in block.rows]
    yield table_of(("Number", "Set", *COLUMNS, "Notes"), rows)
    if table.notes:
        yield bullets(f"({mark}) {sentence}" for mark, sentence in table.notes)


def _row(block: Block, row: Row) -> list[str]:
    grey = f" – *{NOT_INFORMATIVE}*" if row.grey else ""
    cells = [escaped(cell) for cell in row.cells]
    return [escaped(block.name) + grey, escaped(row.score.subject), *cells, " ".join(row.marks)]


def _controls(controls: Controls) -> str:
    if not controls.rows:
        return "None were made."
    heads = ("Number", "Floor", *map(escaped, controls.subjects), "Informative here")
    rows = [
        [
            escaped(f"{row.title}, {row.encoder}" if row.encoder else row.title),
            *map(escaped, (row.floor, *row.values, f"{row.verdict}: {row.why}" if row.why else row.verdict)),
        ]
        for row in controls.rows
    ]
    return table_of(heads, rows)


def table_of(heads: Iterable[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table of cells that are Markdown already."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bullets(sentences: Iterable[str]) -> str:
    """Write a list; its sentences are escaped."""
    return "\n".join(f"- {escaped(sentence)}" for sentence in sentences)


def _fenced(text: str) -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
