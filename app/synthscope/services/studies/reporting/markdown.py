"""A study's report as Markdown: all words and tables, no pictures."""

from __future__ import annotations

from collections.abc import Iterator

from synthscope.services.reporting.markdown import bullets, escaped, table_of
from synthscope.services.studies.reporting.card import LEAK_GATE, StudyCard, make_card
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.tables import COLUMNS, EstimateTable


def report_markdown(report: StudyReport) -> str:
    """Write the report."""
    card = make_card(report)
    parts = [
        f"# {escaped(card.title)}", escaped(card.paradigm), *(f"**{escaped(words)}**" for words in card.cautions),
        f"**{escaped(card.grade)}.** {escaped(card.promise)} {escaped(card.limit)}",
        "## Answer", escaped(card.headline),
        *(["## Warnings", bullets(card.warnings)] if card.warnings else []),
        *_flow(card),
        *(part for table in card.tables for part in _table(table)),
        *(["## A next study", escaped(card.next_study)] if card.next_study else []),
        *_leaks(card),
        *(["## Deviations", bullets(card.report.deviations)] if card.report.deviations else []),
        *(["## Screening", bullets(card.advice)] if card.advice else []),
        *(["## Registered plan", _pairs(("What", "Fixed before"), card.plan)] if card.plan else []),
        "## Methods", *map(escaped, card.methods),
        *(["## References", bullets(card.references)] if card.references else []),
        "## Hashes (SHA-256)",
        table_of(("Of", "Hash"), [[escaped(title), f"`{value}`"] for title, value in card.hashes]),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _flow(card: StudyCard) -> Iterator[str]:
    if card.flow:
        yield "## Raters and trials"
        yield _pairs(("What", "Number"), tuple((title, str(many)) for title, many in card.flow))
    if card.excluded:
        yield _pairs(("Left out", "Why"), card.excluded)


def _table(table: EstimateTable) -> Iterator[str]:
    yield f"## {escaped(table.title)}"
    rows = [
        [escaped(one.title), escaped(row.subject), *map(escaped, row.cells), " ".join(row.marks)]
        for one in table.quantities
        for row in one.rows
    ]
    yield table_of(("Quantity", "Of", *COLUMNS, "Notes"), rows)
    methods = dict.fromkeys(f"{one.title}: {one.method}." for one in table.quantities if one.method)
    yield bullets([*methods, *(f"({mark}) {sentence}" for mark, sentence in table.notes)])


def _leaks(card: StudyCard) -> Iterator[str]:
    if card.leaks:
        yield "## Leak gate"
        yield LEAK_GATE
        cells = [(one.title, one.sides, one.area, one.p_value, one.outcome) for one in card.leaks]
        rows = [[escaped(cell) for cell in row] for row in cells]
        yield table_of(("What", "Between", "Area", "p", "Outcome"), rows)
    if card.leak_notes:
        yield bullets(card.leak_notes)


def _pairs(heads: tuple[str, str], rows: tuple[tuple[str, str], ...]) -> str:
    return table_of(heads, [[escaped(one), escaped(other)] for one, other in rows])
