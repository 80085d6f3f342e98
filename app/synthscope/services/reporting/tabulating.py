"""The honest table and the one that papers print, as rows of words; every format draws from these."""

from __future__ import annotations

import math
import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from synthscope.records.evaluation import Report, Score
from synthscope.records.metric import GROUPS
from synthscope.services.reporting.words import (
    BETTER,
    NOT_INFORMATIVE,
    interval,
    missing,
    number,
    place,
    probability,
    ratio,
    ratio_to_floor,
    reason,
    specimens_of,
)

COLUMNS = ("Value", "95 % interval", "N", "Floor: real against real", "Ratio to floor", "p")
PLACES = {
    "within": "within what two real sets give",
    "beyond": "further from real than two real sets are from each other",
    "on the other side": "nearer to real than two real sets are to each other (look for copies)",
    "outside": "outside what two real sets give, where no value is better than another",
}

FARTHEST = 10.0
"""Of the range of the floor: what lies further away is drawn as an arrow."""


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
    """All rows of one number: one for each set.

    Parameters
    ----------
    family : str
        Title of the metric, where it gives several numbers.
    """

    title: str
    family: str
    encoder: str
    better: str
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """Give the whole name of the number: what it is one of, its title, its encoder."""
        named = f"{self.family}: {self.title}" if self.family else self.title
        return f"{named}, {self.encoder}" if self.encoder else named

    @property
    def grey(self) -> bool:
        """Whether it should not be relied on for any set."""
        return all(row.grey for row in self.rows)


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


def honest_tables(report: Report, families: Mapping[str, str]) -> tuple[Table, ...]:
    """Make the honest table, group by group; groups without numbers are left out.

    Parameters
    ----------
    families : mapping
        Titles of metrics by their ids.
    """
    judged = [score for score in report.scores if score.role == "generated"]
    specimens = specimens_of(report)
    found = []
    for group, title in GROUPS.items():
        notes = Notes()
        blocks = tuple(_block(scores, notes, specimens, families) for scores in by_number(judged, group))
        if blocks:
            found.append(Table(title, blocks, notes.all()))
    return tuple(found)


def by_number(scores: Sequence[Score], *groups: str) -> Iterator[list[Score]]:
    """Put together what one number says of all sets, in the order of groups and of the report."""
    order = {key: place for place, key in enumerate(dict.fromkeys(map(key_of, scores)))}
    wanted = [score for score in scores if score.group in groups]
    ranked = sorted(wanted, key=lambda one: (groups.index(one.group), order[key_of(one)]))
    return (list(found) for _, found in groupby(ranked, key=key_of))


def key_of(score: Score) -> tuple[str, str]:
    """Tell numbers apart: the same one of two sets has the same key."""
    return score.metric, score.encoder


def _block(scores: list[Score], notes: Notes, specimens: Mapping[str, int], families: Mapping[str, str]) -> Block:
    first = scores[0]
    ends = _axis(scores)
    rows = tuple(_row(score, notes, specimens, ends) for score in scores)
    return Block(titled(first), family_of(first, families), first.encoder, BETTER[first.better], rows)


def titled(score: Score) -> str:
    """Give the title of a number with its unit."""
    return f"{score.title} ({score.unit})" if score.unit and f"({score.unit})" not in score.title else score.title


def family_of(score: Score, families: Mapping[str, str]) -> str:
    """Give the title of the metric of a score, where it gives several numbers; else nothing."""
    metric, mark, _ = score.metric.partition(":")
    return families.get(metric, metric) if mark else ""


def whole_title(score: Score, families: Mapping[str, str]) -> str:
    """Give the title of a number, with that of its metric where it is one of several."""
    family = family_of(score, families)
    return f"{family}: {titled(score)}" if family else titled(score)


def _row(score: Score, notes: Notes, specimens: Mapping[str, int], ends: tuple[float, float]) -> Row:
    said = [*missing(score, specimens), *score.caveats]
    if score.informative is False:
        said.insert(0, f"{NOT_INFORMATIVE.capitalize()}: {reason(score) or 'it does not rank the controls sensibly.'}")
    return Row(
        score=score,
        value=number(score.value, score.low, score.high),
        interval=interval(score.low, score.high),
        floor=floor_words(score),
        ratio=ratio(ratio_to_floor(score)),
        p_value=probability(score.p_value),
        place=PLACES.get(place(score), ""),
        marks=tuple(dict.fromkeys(notes.mark(sentence) for sentence in said)),
        ends=ends,
    )


def floor_words(score: Score) -> str:
    """Write a floor with its range."""
    text = number(score.floor, score.floor_low, score.floor_high)
    if not math.isfinite(score.floor_low + score.floor_high):
        return text
    return f"{text} ({interval(score.floor_low, score.floor_high)})"


def _axis(scores: Sequence[Score]) -> tuple[float, float]:
    """Give the ends of the axis of one number: all its values, intervals and floors, but nothing far from the floor.

    One set that is far away would else leave no room to tell the others apart.
    """
    first = scores[0]
    floor = [value for value in (first.floor, first.floor_low, first.floor_high) if math.isfinite(value)]
    own = [value for score in scores for value in (score.value, score.low, score.high) if math.isfinite(value)]
    known = [*floor, *own]
    if not known:
        return math.nan, math.nan
    low, high = min(known), max(known)
    wide = FARTHEST * (max(floor) - min(floor)) if floor else 0.0
    return (max(low, min(floor) - wide), min(high, max(floor) + wide)) if wide else (low, high)


def _letters(place: int) -> str:
    first, last = divmod(place, 26)
    return (string.ascii_lowercase[first - 1] if first else "") + string.ascii_lowercase[last]
