"""Which pictures a page shows: fields of each set, and the fields behind the numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from synthscope.records.evaluation import Evidence, Report, Score
from synthscope.services.reporting.pictures import Album, Picture
from synthscope.services.reporting.tabulating import whole_title
from synthscope.services.reporting.words import listed, number, place, ratio_to_floor

IN_GRID = {"control": 4}
IN_GRID_ELSE = 8
IN_GALLERY = 6
MOST_WHOLE = 6
"""Galleries, at most, for each set."""
MOST_SINGLE = 2
"""Galleries of single quantities, at most, for each set: those furthest beyond their floor."""


@dataclass(frozen=True)
class Grid:
    """Fields of one set."""

    subject: str
    role: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Pair:
    """A field that was judged, and its nearest real (or training) one, where it is known."""

    judged: Picture
    nearest: Picture | None


@dataclass(frozen=True)
class Gallery:
    """The fields behind a number, or several, the furthest from real first; `beside` says what lies under them."""

    title: str
    subject: str
    pairs: tuple[Pair, ...]
    beside: str = ""


def grids(report: Report, album: Album) -> tuple[Grid, ...]:
    """Show fields of each set: those drawn evenly, where the report says which; real ones first, controls last."""
    roles = {score.subject: str(score.role) for score in report.scores} | {one.name: one.role for one in report.sets}
    found = []
    for subject in dict.fromkeys(spot.subject for spot in report.spots):
        role = roles.get(subject, "")
        first = [index for index, spot in enumerate(report.spots) if spot.subject == subject]
        own = [index for index in report.samples.get(subject, first) if album.holds(index)]
        if own:
            count = IN_GRID.get(role, IN_GRID_ELSE)
            found.append(Grid(subject, role, tuple(album.picture(index) for index in _evenly(own, count))))
    order = ("real", "generated", "training", "control")
    return tuple(sorted(found, key=lambda grid: order.index(grid.role) if grid.role in order else 0))


def galleries(report: Report, album: Album, families: Mapping[str, str]) -> tuple[Gallery, ...]:
    """Show the fields behind the numbers.

    Numbers that pick the same fields for the same values share a gallery. Of single quantities, and there may be
    many, those are shown that are informative and furthest beyond their floor.
    """
    scores = _by_evidence(report)
    quantities = {name for one in report.layouts.values() for name in (*one.names, *(c.name for c in one.curves))}
    whole: list[Evidence] = []
    single: list[Evidence] = []
    for one in report.evidence:
        (single if not one.nearest or one.metric.partition(":")[2] in quantities else whole).append(one)
    found = []
    for subject in dict.fromkeys(one.subject for one in report.evidence):
        chosen = sorted(
            (one for one in whole if one.subject == subject), key=lambda one: not _is_about_trust(one, scores)
        )
        chosen = _furthest((one for one in single if one.subject == subject), scores) + chosen
        same: dict[tuple[str, ...], list[Evidence]] = {}
        for one in chosen:
            key = tuple(str(part[:IN_GALLERY]) for part in (one.spots, one.nearest, one.values))
            same.setdefault(key, []).append(one)
        for group in list(same.values())[:MOST_WHOLE]:
            pairs = _pairs(group[0], album)
            if pairs:
                titles = dict.fromkeys(_title(one, scores, families) for one in group)
                found.append(Gallery(listed(list(titles)), subject, pairs, group[0].beside))
    return tuple(found)


Scores = Mapping[tuple[str, str, str], Score]
"""Which number evidence stands behind, by its metric, subject and encoder."""


def _by_evidence(report: Report) -> Scores:
    behind = ((report.behind(score), score) for score in report.scores)
    return {_key(one): score for one, score in behind if one is not None}


def _key(one: Evidence) -> tuple[str, str, str]:
    return one.metric, one.subject, one.encoder


def _furthest(evidence: Iterable[Evidence], scores: Scores) -> list[Evidence]:
    ranked = []
    for one in evidence:
        score = scores.get(_key(one))
        if score is None or score.informative is False or place(score) not in ("beyond", "outside"):
            continue
        ratio = ratio_to_floor(score)
        ranked.append((-ratio if math.isfinite(ratio) else 0.0, one))
    return [one for _, one in sorted(ranked, key=lambda pair: pair[0])][:MOST_SINGLE]


def _is_about_trust(one: Evidence, scores: Scores) -> bool:
    score = scores.get(_key(one))
    return score is not None and score.group == "trust"


def _title(one: Evidence, scores: Scores, families: Mapping[str, str]) -> str:
    score = scores.get(_key(one))
    title = whole_title(score, families) if score else one.metric
    return f"{title}, {one.encoder}" if one.encoder else title


def _pairs(evidence: Evidence, album: Album) -> tuple[Pair, ...]:
    nearest = evidence.nearest or (-1,) * len(evidence.spots)
    shown = list(zip(evidence.values, evidence.spots, nearest, strict=False))[:IN_GALLERY]
    return tuple(
        Pair(album.picture(spot, number(value)), album.picture(near) if album.holds(near) else None)
        for value, spot, near in shown
        if album.holds(spot)
    )


def _evenly(indices: list[int], count: int) -> list[int]:
    if len(indices) <= count:
        return indices
    return [indices[place * len(indices) // count] for place in range(count)]
