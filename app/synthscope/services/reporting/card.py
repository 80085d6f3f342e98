"""A report card in words, ready to be laid out: what pages in Markdown, LaTeX and HTML share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from synthscope.records.documents import to_json
from synthscope.records.evaluation import Report
from synthscope.services.evaluation.families import FAMILIES
from synthscope.services.reporting.document import report_digest
from synthscope.services.reporting.methods import Known, cited, command_line, methods
from synthscope.services.reporting.overview import (
    Controls,
    Count,
    Printed,
    controls_table,
    counts,
    printed_tables,
)
from synthscope.services.reporting.publishing import shown
from synthscope.services.reporting.tabulating import PLACES, Table, family_of, honest_tables, titled, whole_title
from synthscope.services.reporting.words import count, listed

HONEST = "Numbers, each with what it is worth"
PRINTED = "The same numbers as papers print them"
PRINTED_WARNING = (
    "For comparison with published tables only: neither N nor interval nor floor is in it. Means are ± the standard "
    "deviation over pairs; numbers of whole sets stand once. Arrows point to what is nearer to real."
)
FLOOR = (
    "The floor is the same number for real images against other real images, at equal N: what a perfect generator "
    "would get. A value within the range of its floor cannot be told from real by this number."
)


NAMED = 6
"""Numbers that are named where many are not informative."""


@dataclass(frozen=True)
class Setting:
    """What some numbers depend on beside the sets."""

    numbers: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Card:
    """All words of a report card.

    Parameters
    ----------
    report : Report
        As it can be shown.
    families : mapping
        Titles of metrics by their ids.
    """

    report: Report
    title: str
    families: Mapping[str, str]
    summary: tuple[str, ...]
    silent: str
    counts: tuple[Count, ...]
    honest: tuple[Table, ...]
    printed: tuple[Printed, ...]
    controls: Controls
    settings: tuple[Setting, ...]
    methods: tuple[str, ...]
    references: tuple[str, ...]
    command: str
    digest: str


def make_card(report: Report, known: Known) -> Card:
    """Put a report into words."""
    digest = report_digest(report)
    report = shown(report)
    tallies = counts(report)
    families = {**FAMILIES} | {name: spec.title for name, spec in known.metrics.items()}
    return Card(
        report=report,
        title=f"Report card: {listed([one.name for one in report.recipe.generated])} beside {report.recipe.real.name}",
        families=families,
        summary=(*map(_summary, tallies), *filter(None, [_silent(report, families)])),
        silent=_silent(report, families),
        counts=tallies,
        honest=honest_tables(report, families),
        printed=printed_tables(report, families),
        controls=controls_table(report, families),
        settings=_settings(report, families),
        methods=methods(report, known, digest),
        references=cited(report, known),
        command=command_line(report.recipe),
        digest=digest,
    )


def _summary(tally: Count) -> str:
    """Say how many numbers lie where, without saying what is good."""
    words = f"{tally.subject}: {count(tally.numbers, 'number')}, {tally.informative} of them informative here"
    words += f" ({tally.untried} not tried on controls)" if tally.untried else ""
    found = [f"{many} {PLACES[name]}" for name, many in tally.places.items()]
    if tally.untold:
        found.append(f"{tally.untold} without a floor to compare with")
    return f"{words}. Of these, {listed(found)}." if found else f"{words}."


def _silent(report: Report, families: Mapping[str, str]) -> str:
    judged = (one for one in report.scores if one.role == "generated" and one.informative is False)
    titles = list(dict.fromkeys(whole_title(one, families) for one in judged))
    if not titles:
        return ""
    more = len(titles) - NAMED
    names = listed([*titles[:NAMED], f"{more} more, grey below"] if more > 1 else titles)
    return (
        f"{count(len(titles), 'number')} did not rank the controls sensibly on these data and should not be used "
        f"here: {names}."
    )


def _settings(report: Report, families: Mapping[str, str]) -> tuple[Setting, ...]:
    """Put numbers together that depend on the same things."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for score in report.scores:
        if score.role == "generated":
            encoder = {"encoder": score.encoder} if score.encoder else {}
            values = tuple((str(name), _plain(value)) for name, value in (encoder | dict(score.settings)).items())
            found.setdefault(values, []).append(family_of(score, families) or titled(score))
    return tuple(Setting(", ".join(dict.fromkeys(names)), values) for values, names in found.items() if values)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(to_json(value), ensure_ascii=False, default=str)
