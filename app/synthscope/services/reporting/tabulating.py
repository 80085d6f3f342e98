"""The honest table and the one that papers print, as rows of words; every format draws from these."""

from __future__ import annotations

import math
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from synthscope.records.evaluation import Report, Score
from synthscope.records.metric import GROUPS
from synthscope.services.reporting.words import (
    ARROWS,
    BETTER,
    NONE,
    NOT_INFORMATIVE,
    interval,
    missing,
    number,
    place,
    probability,
    ratio,
    ratio_to_floor,
    specimens_of,
    with_spread,
)

COLUMNS = ("Value", "95 % interval", "N", "Floor: real against real", "Ratio to floor", "p")
PLACES = {
    "within": "within what two real sets give",
    "beyond": "further from real than two real sets are from each other",
    "on the other side": "nearer to real than two real sets are to each other",
    "outside": "outside what two real sets give",
}


class Notes:
    """Sentences below a table, each under one letter however often it is needed."""

    def __init__(self) -> None:
        self._said: dict[str, str] = {}

    def mark(self, sentence: str) -> str:
        """Give the letter of a sentence."""
        return self._said.setdefault(sentence, _letters(len(self._said)))

    def all(self) -> tuple[tuple[str, str], ...]:
        """Give (letter, sentence), in order."""
        return tuple((mark, sentence) for sentence, mark in self._said.items())


@dataclass(frozen=True)
class Row:
    """One number of the honest table, in words.

    Parameters
    ----------
    marks : tuple of str
        Letters of the notes that belong to it.
    ends : pair of float
        Of the axis that its bar is drawn on: the same for all sets that one number is given for.
    """

    score: Score
    value: str
    interval: str
    floor: str
    ratio: str
    p_value: str
    place: str
    marks: tuple[str, ...]
    ends: tuple[float, float]

    @property
    def cells(self) -> tuple[str, ...]:
        """Give the words under `COLUMNS`."""
        return (self.value, self.interval, str(self.score.n), self.floor, self.ratio, self.p_value)

    @property
    def grey(self) -> bool:
        """Whether it should not be relied on."""
        return self.score.informative is False


@dataclass(frozen=True)
class Block:
    """All rows of one number: one for each set."""

    title: str
    encoder: str
    better: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Table:
    """One group of numbers, and the notes below it."""

    title: str
    blocks: tuple[Block, ...]
    notes: tuple[tuple[str, str], ...]

    @property
    def rows(self) -> Iterator[Row]:
        """Give all rows."""
        return (row for block in self.blocks for row in block.rows)


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


def honest_tables(report: Report) -> tuple[Table, ...]:
    """Make the honest table, group by group; groups without numbers are left out."""
    judged = [score for score in report.scores if score.role == "generated"]
    specimens = specimens_of(report)
    found = []
    for group, title in GROUPS.items():
        notes = Notes()
        blocks = tuple(_block(scores, notes, specimens) for scores in _by_number(judged, group))
        if blocks:
            found.append(Table(title, blocks, notes.all()))
    return tuple(found)


def printed_tables(report: Report, widest: int = 6) -> tuple[Printed, ...]:
    """Make the table as papers print it: models by numbers, mean ± SD where the value is a mean, else once per set.

    Numbers of pairs and of sets only, where there are any; at most `widest` in one part.
    """
    judged = [score for score in report.scores if score.role == "generated"]
    usual = [score for score in judged if score.group in ("paired", "sets")] or judged
    columns = [list(scores) for scores in _by_number(usual, *GROUPS)]
    subjects = list(dict.fromkeys(score.subject for score in usual))
    found = []
    for first in range(0, len(columns), widest):
        part = columns[first : first + widest]
        heads = ("Set", *(_head(scores[0]) for scores in part))
        rows = tuple((subject, *(_printed(scores, subject) for scores in part)) for subject in subjects)
        found.append(Printed(heads, rows))
    return tuple(found)


def controls_table(report: Report) -> Controls:
    """Say what every number makes of the controls, and whether it ranks them sensibly."""
    made = [score for score in report.scores if score.role == "control"]
    if not made:
        return Controls()
    subjects = tuple(dict.fromkeys(score.subject for score in made))
    judged = {_key(score): score for score in report.scores if score.role == "generated"}
    rows = []
    for scores in _by_number(made, *GROUPS):
        values = {score.subject: score for score in scores}
        first = scores[0]
        verdict = judged.get(_key(first), first)
        cells = tuple(_in_scale(values[name].value, scores) if name in values else NONE for name in subjects)
        said = {True: "yes", False: NOT_INFORMATIVE, None: "not tried"}[verdict.informative]
        rows.append(ControlRow(first.title, first.encoder, _floor_of(first), cells, said, verdict.why))
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


def _by_number(scores: Sequence[Score], *groups: str) -> Iterator[list[Score]]:
    """Put together what one number says of all sets, in the order of groups and of the report."""
    order = {key: place for place, key in enumerate(dict.fromkeys(map(_key, scores)))}
    wanted = [score for score in scores if score.group in groups]
    ranked = sorted(wanted, key=lambda one: (groups.index(one.group), order[_key(one)]))
    return (list(found) for _, found in groupby(ranked, key=_key))


def _key(score: Score) -> tuple[str, str]:
    return score.metric, score.encoder


def _block(scores: list[Score], notes: Notes, specimens: Mapping[str, int]) -> Block:
    first = scores[0]
    ends = _axis(scores)
    rows = tuple(_row(score, notes, specimens, ends) for score in scores)
    return Block(titled(first), first.encoder, BETTER[first.better], rows)


def titled(score: Score) -> str:
    """Give the title of a number with its unit."""
    return f"{score.title} ({score.unit})" if score.unit and f"({score.unit})" not in score.title else score.title


def _row(score: Score, notes: Notes, specimens: Mapping[str, int], ends: tuple[float, float]) -> Row:
    said = [*missing(score, specimens), *score.caveats]
    if score.informative is False:
        said.insert(0, f"{NOT_INFORMATIVE.capitalize()}: {score.why or 'it does not rank the controls sensibly.'}")
    return Row(
        score=score,
        value=number(score.value, score.low, score.high),
        interval=interval(score.low, score.high),
        floor=_floor_of(score),
        ratio=ratio(ratio_to_floor(score)),
        p_value=probability(score.p_value),
        place=PLACES.get(place(score), ""),
        marks=tuple(dict.fromkeys(notes.mark(sentence) for sentence in said)),
        ends=ends,
    )


def _floor_of(score: Score) -> str:
    text = number(score.floor, score.floor_low, score.floor_high)
    if not math.isfinite(score.floor_low + score.floor_high):
        return text
    return f"{text} ({interval(score.floor_low, score.floor_high)})"


def _axis(scores: Iterable[Score]) -> tuple[float, float]:
    """Give the ends of the axis that holds all values, intervals and floors of one number."""
    known = [
        value
        for score in scores
        for value in (score.value, score.low, score.high, score.floor, score.floor_low, score.floor_high)
        if math.isfinite(value)
    ]
    return (min(known), max(known)) if known else (math.nan, math.nan)


def _head(score: Score) -> str:
    encoder = f", {score.encoder}" if score.encoder else ""
    return f"{titled(score)}{encoder} {ARROWS[score.better]}".strip()


def _printed(scores: list[Score], subject: str) -> str:
    own = next((score for score in scores if score.subject == subject), None)
    if own is None:
        return NONE
    if own.group == "paired":
        return with_spread(own.value, own.spread)
    return _in_scale(own.value, scores)


def _in_scale(value: float, scores: Sequence[Score]) -> str:
    """Write a number to the decimals that fit its column: three digits of the largest."""
    known = [abs(score.value) for score in scores if math.isfinite(score.value)]
    largest = max(known, default=0.0)
    step = 2 * 10.0 ** (math.floor(math.log10(largest)) - 1) if largest else 0.0
    return number(value, 0.0, step) if step else number(value)


def _letters(place: int) -> str:
    first, last = divmod(place, 26)
    return (string.ascii_lowercase[first - 1] if first else "") + string.ascii_lowercase[last]
