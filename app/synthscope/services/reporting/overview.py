"""What a report says at a glance: the table that papers print, what became of the controls, and how many lie where."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from synthscope.records.evaluation import Report, Score
from synthscope.records.metric import GROUPS
from synthscope.services.reporting.tabulating import PLACES, by_number, floor_words, key_of, whole_title
from synthscope.services.reporting.words import ARROWS, NONE, NOT_INFORMATIVE, decimals_for, fixed, place, reason


@dataclass(frozen=True)
class Printed:
    """A part of the table as papers print it: one row for each set."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class ControlRow:
    """What one number makes of the controls."""

    title: str
    encoder: str
    floor: str
    values: tuple[str, ...]
    verdict: str
    why: str = ""


@dataclass(frozen=True)
class Controls:
    """What every number makes of the sets whose quality is known."""

    subjects: tuple[str, ...] = ()
    rows: tuple[ControlRow, ...] = ()


@dataclass(frozen=True)
class Count:
    """How the informative numbers of one set lie beside their floors."""

    subject: str
    numbers: int
    informative: int
    untried: int
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def untold(self) -> int:
        """How many informative numbers have no floor to compare with."""
        return self.informative - sum(self.places.values())


def printed_tables(report: Report, families: Mapping[str, str], widest: int = 6) -> tuple[Printed, ...]:
    """Make the table as papers print it: models by numbers, mean ± SD over pairs or fields, else one number per set.

    Numbers of pairs and of sets only, where there are any; at most `widest` in one part.
    """
    judged = [score for score in report.scores if score.role == "generated"]
    usual = [score for score in judged if score.group in ("paired", "sets")] or judged
    columns = [list(scores) for scores in by_number(usual, *GROUPS)]
    subjects = list(dict.fromkeys(score.subject for score in usual))
    found = []
    each = -(-len(columns) // (-(-len(columns) // widest) or 1)) or 1
    for first in range(0, len(columns), each):
        part = columns[first : first + each]
        heads = ("Set", *(_head(scores[0], families) for scores in part))
        rows = tuple((subject, *(_printed(scores, subject) for scores in part)) for subject in subjects)
        found.append(Printed(heads, rows))
    return tuple(found)


def controls_table(report: Report, families: Mapping[str, str]) -> Controls:
    """Say what every number makes of the controls, and whether it ranks them sensibly."""
    made = [score for score in report.scores if score.role == "control"]
    if not made:
        return Controls()
    subjects = tuple(dict.fromkeys(score.subject for score in made))
    judged = {key_of(score): score for score in report.scores if score.role == "generated"}
    rows = []
    for scores in by_number(made, *GROUPS):
        values = {score.subject: score for score in scores}
        first = scores[0]
        verdict = judged.get(key_of(first), first)
        cells = tuple(_in_scale(values[name].value, scores) if name in values else NONE for name in subjects)
        said = {True: "yes", False: NOT_INFORMATIVE, None: "not tried"}[verdict.informative]
        rows.append(
            ControlRow(whole_title(first, families), first.encoder, floor_words(first), cells, said, reason(verdict))
        )
    return Controls(subjects, tuple(rows))


def counts(report: Report) -> tuple[Count, ...]:
    """Count, for each set that is judged, where its informative numbers lie beside their floors."""
    found = []
    judged = [score for score in report.scores if score.role == "generated"]
    for subject in dict.fromkeys(score.subject for score in judged):
        own = [score for score in judged if score.subject == subject]
        useful = [score for score in own if score.informative is not False]
        where = [place(score) for score in useful]
        tally = {name: where.count(name) for name in PLACES if name in where}
        untried = sum(score.informative is None for score in own)
        found.append(Count(subject, len(own), len(useful), untried, tally))
    return tuple(found)


def _head(score: Score, families: Mapping[str, str]) -> str:
    encoder = f", {score.encoder}" if score.encoder else ""
    return f"{whole_title(score, families)}{encoder} {ARROWS[score.better]}".strip()


def _printed(scores: list[Score], subject: str) -> str:
    own = next((score for score in scores if score.subject == subject), None)
    if own is None:
        return NONE
    mean = _in_scale(_mean(own), scores)
    return f"{mean} ± {_in_scale(own.spread, scores)}" if math.isfinite(own.spread) else mean


def _mean(score: Score) -> float:
    """Give the mean over pairs, whose value is their median; else the value. JSON has nothing for an infinite mean."""
    mean = score.settings.get("mean", score.value)
    return math.inf if mean is None else float(mean)


def _in_scale(value: float, scores: Sequence[Score]) -> str:
    return fixed(value, decimals_for(score.value for score in scores))
