"""The report card as one HTML file: no outside resource, no script; light, dark, and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from synthscope.records.evaluation import Band, Report, Score
from synthscope.services.evaluation.controls import HELD_OUT, SURROGATE
from synthscope.services.reporting import card as words_of_card
from synthscope.services.reporting.card import Card
from synthscope.services.reporting.drawing import Panel, bar, curves, panel_of
from synthscope.services.reporting.galleries import galleries, grids
from synthscope.services.reporting.pictures import Album
from synthscope.services.reporting.tabulating import Row
from synthscope.services.reporting.templating import rendered, style
from synthscope.services.reporting.words import NOT_INFORMATIVE, count, exact, shape_words

_ROLES = {"real": "real", "generated": "judged", "training": "learned from", "control": "control"}

CURVES_OF_CONTROLS = frozenset({HELD_OUT, SURROGATE})
"""What chance does to a curve, and what the loss of all structure does: between these a set lies."""

PLACES_SHORT = {
    "within": "within the floor",
    "beyond": "further from real",
    "on the other side": "nearer to real than real (copies?)",
    "outside": "outside the floor, neither better nor worse",
}


@dataclass(frozen=True)
class Figure:
    """One curve of every set, each beside the real one on the same axes."""

    title: str
    y_title: str
    panels: tuple[tuple[str, str, Markup], ...]


def card_page(card: Card, folder: Path, pictures: Sequence[str]) -> str:
    """Write the page.

    Parameters
    ----------
    card : Card
    folder : Path
        Where the pictures lie.
    pictures : sequence of str
        File of each of the report's spots, as it was recorded.
    """
    report = card.report
    album = Album(report, folder, pictures)
    controls = [one for one in report.sets if one.role == "control"]
    return rendered(
        "card.html",
        {"bar": _bar, "legend": _legend, "exact": exact, "shape_words": shape_words, "count": count},
        card=card,
        report=report,
        words=words_of_card,
        places=PLACES_SHORT,
        roles=_ROLES,
        style=style("card.css"),
        figures=figures(report),
        grids=grids(report, album),
        galleries=galleries(report, album, card.families),
        even=bool(report.samples),
        controls=[one.name for one in controls],
        controls_fields=max((one.fields for one in controls), default=0),
        not_informative=NOT_INFORMATIVE,
    )


def figures(report: Report) -> tuple[Figure, ...]:
    """Draw the curves of all sets; those of some controls come last."""
    controls = {score.subject for score in report.scores if score.role == "control"}
    real = {one.name for one in report.sets if one.role == "real"}
    found = []
    for key in dict.fromkeys((band.extractor, band.name) for band in report.bands):
        own = [band for band in report.bands if (band.extractor, band.name) == key]
        reference = next((band for band in own if band.subject in real), None)
        wanted = (band for band in own if band.subject not in real | controls - CURVES_OF_CONTROLS)
        judged = sorted(wanted, key=lambda band: band.subject in controls)
        panel = panel_of([*judged, *([reference] if reference else [])])
        panels = tuple(_panel(reference, band, panel, controls) for band in judged)
        if panels:
            found.append(Figure(own[0].title, own[0].y_title, panels))
    return tuple(found)


def _panel(real: Band | None, band: Band, panel: Panel, controls: set[str]) -> tuple[str, str, Markup]:
    words = f"{band.title} of {band.subject}" + (f" over that of {real.subject}" if real else "")
    role = "control" if band.subject in controls else "generated"
    return band.subject, role, Markup(curves(real, band, panel, words))  # noqa: S704 - drawn and escaped by us


def _bar(row: Row) -> Markup:
    score = row.score
    words = f"{score.title} of {score.subject}: {row.value}"
    words += f", 95 % interval {row.interval}" if row.interval[0] != "–" else ""
    words += f", floor {row.floor}" if row.floor[0] != "–" else ", no floor"
    return Markup(bar(score, row.ends, grey=row.grey, words=words))  # noqa: S704 - drawn and escaped by us


def _legend() -> Markup:
    example = Score("", "", "", "sets", 0.62, 0.5, 0.75, 1, 0.2, 0.08, 0.32)
    words = "Example: the box is the range of real against real with its middle, the line the interval of the value"
    return Markup(bar(example, (0.0, 1.0), words=words))  # noqa: S704 - drawn and escaped by us
