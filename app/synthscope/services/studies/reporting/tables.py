"""Estimates as rows of words, heading by heading, each with what its interval holds for and what is to be minded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from synthscope.records.study_ratings import Estimate
from synthscope.services.reporting.tabulating import Notes
from synthscope.services.reporting.words import NONE, interval, number, probability
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.words import holds_for

COLUMNS = ("Value", "Interval", "N", "p", "Holds for")
GUESSING = {
    "auc": 0.5, "auc-equivalence": 0.5, "reader-auc": 0.5, "human-error-rate": 0.5, "error-crossed": 0.5,
    "error-equivalence": 0.5, "reader-error-rate": 0.5, "superiority": 0.5, "d-prime": 0.0, "reader-d-prime": 0.0,
    "choice-d-prime": 0.0, "reader-choice-d-prime": 0.0, "criterion": 0.0, "auc-difference": 0.0,
    "latent-difference": 0.0, "odds-ratio": 1.0, "time-ratio": 1.0, "side": 0.0, "repeat-bias": 0.0, "alpha": 0.0,
    "kappa": 0.0, "srcc": 0.0, "krcc": 0.0, "plcc": 0.0,
}  # fmt: skip
"""Where a quantity lies if raters guess, or nothing differs: marked in its drawing."""
PRIMARY = ("auc", "error-crossed", "correct", "threshold-ms", "rank", "superiority", "preference", "jnd")
"""Quantities that answer the question of a study: the first that is there is drawn large."""
HEADINGS = (
    "Primary tests", "Told from real", "Right choices", "Exposure", "Ranks", "Preferences",
    "Differences from the reference", "Ratings", "Measured", "Marks", "Answers", "", "Reasons", "Sides",
    "Order of trials", "Consistency", "Reliability", "Agreement", "Repeats", "Response times", "Attention",
    "Beside metrics",
)  # fmt: skip
"""In which order headings come, by how they begin; others stand where the empty one does."""
FEW = 12
"""Rows of one quantity above which it is about single raters or pictures, and is folded away."""


@dataclass(frozen=True)
class EstimateRow:
    """One estimate in words.

    Parameters
    ----------
    ends : pair of float
        Of the axis of its drawing, the same for all rows of one quantity.
    null : float
        Where guessing lies on it; not a number where nothing does.
    marks : tuple of str
        Letters of the notes that belong to it.
    """

    estimate: Estimate
    subject: str
    value: str
    interval: str
    p_value: str
    holds_for: str
    ends: tuple[float, float]
    null: float
    marks: tuple[str, ...] = ()

    @property
    def n(self) -> str:
        """How many answers went into it; a dash where that is not told."""
        return str(self.estimate.n) if self.estimate.n else NONE

    @property
    def cells(self) -> tuple[str, ...]:
        """Give the words under `COLUMNS`."""
        return (self.value, self.interval, self.n, self.p_value, self.holds_for)


@dataclass(frozen=True)
class Quantity:
    """All rows of one quantity."""

    title: str
    method: str
    rows: tuple[EstimateRow, ...]

    @property
    def folded(self) -> bool:
        """Whether there are so many rows that they are shown on demand."""
        return len(self.rows) > FEW


@dataclass(frozen=True)
class EstimateTable:
    """One heading."""

    title: str
    quantities: tuple[Quantity, ...]
    notes: tuple[tuple[str, str], ...]


def tables_of(report: StudyReport) -> tuple[EstimateTable, ...]:
    """Make the tables, one for each heading with estimates, the most important first."""
    return tuple(_table(report, title, rows) for title, rows in ordered(report.headings) if rows)


def ordered(headings: Mapping[str, tuple[Estimate, ...]]) -> list[tuple[str, tuple[Estimate, ...]]]:
    """Put headings in order: documents keep them by the alphabet."""
    return sorted(headings.items(), key=lambda one: _importance(one[0]))


def _importance(heading: str) -> int:
    found = (place for place, begin in enumerate(HEADINGS) if begin and heading.startswith(begin))
    return next(found, HEADINGS.index(""))


def _table(report: StudyReport, title: str, rows: Sequence[Estimate]) -> EstimateTable:
    notes = Notes()
    order = {key: place for place, key in enumerate(dict.fromkeys(map(_key, rows)))}
    groups = groupby(sorted(rows, key=lambda row: order[_key(row)]), key=_key)
    quantities = tuple(_quantity(report, list(found), notes) for _, found in groups)
    return EstimateTable(title, quantities, notes.all())


def _key(row: Estimate) -> tuple[str, str]:
    return row.name, row.title


def _quantity(report: StudyReport, rows: Sequence[Estimate], notes: Notes) -> Quantity:
    methods = list(dict.fromkeys(row.method for row in rows if row.method))
    shared = methods[0] if len(methods) == 1 else ""
    null = GUESSING.get(rows[0].name, math.nan)
    ends = _ends(rows, null)
    made = tuple(_row(report, row, notes, ends, null, told=bool(shared)) for row in rows)
    return Quantity(rows[0].title, shared, made)


def _row(
    report: StudyReport, row: Estimate, notes: Notes, ends: tuple[float, float], null: float, *, told: bool
) -> EstimateRow:
    said = [] if told or not row.method else [f"{row.method[:1].upper()}{row.method[1:]}."]
    said += [report.named(caveat) for caveat in row.caveats]
    level = "" if math.isclose(row.level, 0.95) else f" ({row.level * 100:g} %)"
    between = interval(row.low, row.high)
    has_interval = math.isfinite(row.low + row.high)
    return EstimateRow(
        estimate=row,
        subject=report.named(row.subject),
        value=number(row.value, row.low, row.high),
        interval=between + (level if has_interval else ""),
        p_value=probability(row.p_value),
        holds_for=holds_for(row) if has_interval else NONE,
        ends=ends,
        null=null,
        marks=tuple(dict.fromkeys(notes.mark(sentence) for sentence in said)),
    )


def _ends(rows: Iterable[Estimate], null: float) -> tuple[float, float]:
    known = [value for row in rows for value in (row.value, row.low, row.high) if math.isfinite(value)]
    known += [null] if known and math.isfinite(null) else []
    return (min(known), max(known)) if known else (math.nan, math.nan)
