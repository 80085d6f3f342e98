"""The answer of a study in one sentence, careful with what was not shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from synthscope.records.study import Paradigm
from synthscope.records.study_ratings import Estimate
from synthscope.services.reporting.words import interval, number, probability
from synthscope.services.studies.reporting.contents import StudyReport

EMPTY = "There are no estimates, so that the study has no answer yet."
_MOST = 8
"""Arms that are named one by one."""


@dataclass(frozen=True)
class Detection:
    """How a paradigm says whether real and synthetic are told apart.

    Parameters
    ----------
    value, equivalence : str
        Names of the estimates.
    null : float
        Of guessing; not a number where it depends on the study.
    rising : bool
        Whether larger values mean that they are told apart better.
    words : str
        What the value is.
    """

    value: str
    equivalence: str
    null: float
    rising: bool
    words: str


AREA = Detection("auc", "auc-equivalence", 0.5, rising=True, words="area under the curve")
ERROR = Detection("error-crossed", "error-equivalence", 0.5, rising=False, words="error rate")
CORRECT = Detection("correct", "correct-equivalence", math.nan, rising=True, words="part of right answers")


def headline(report: StudyReport) -> str:
    """Answer the question of the paradigm in one sentence.

    That images cannot be told apart is said only where a test of equivalence passed. Where neither it nor a
    difference was shown, that is what is said.
    """
    rows = [row for rows in report.analysis.estimates.values() for row in rows]
    if not rows:
        return EMPTY
    answer = _ANSWERS[report.analysis.paradigm](report, rows)
    return answer or _first(report, rows)


def passed(estimate: Estimate) -> bool:
    """Whether a test of equivalence passed: its p-value lies below (1 - level of its interval) / 2."""
    return estimate.p_value < (1 - estimate.level) / 2


def _detected(report: StudyReport, rows: Sequence[Estimate], *kinds: Detection) -> str:
    for kind in kinds:
        values = [row for row in rows if row.name == kind.value and math.isfinite(row.value)]
        if values:
            tests = {row.subject: row for row in rows if row.name == kind.equivalence}
            null = kind.null if math.isfinite(kind.null) else _chance(report)
            clauses = [_clause(report, row, tests.get(row.subject), kind, null) for row in values[:_MOST]]
            return f"{_capital('; '.join(clauses))}."
    return ""


def _clause(report: StudyReport, row: Estimate, test: Estimate | None, kind: Detection, null: float) -> str:
    arm = report.named(row.subject) or "the generator"
    figure = f"{kind.words} {_with_interval(row)}, guessing gives {number(null)}"
    same = test is not None and passed(test)
    apart = math.isfinite(row.low + row.high) and not row.low <= null <= row.high
    if same and test is not None:
        told = "" if apart else " no better"
        margin = "but by less than the margin fixed before" if apart else "than the margin that was fixed before allows"
        proof = f"equivalence test passed, p {_p(test)}; {figure}"
        return f"raters told images of {arm} from real ones{told} {margin} ({proof})"
    if not apart:
        return f"it was not shown that raters can tell images of {arm} from real ones, nor that they cannot ({figure})"
    if (row.value > null) == kind.rising:
        return f"raters told images of {arm} from real ones ({figure})"
    return f"raters took images of {arm} for real more often than real ones ({figure})"


def _ranked(report: StudyReport, rows: Sequence[Estimate], praise: str) -> str:
    ranks = sorted((row for row in rows if row.name == "rank"), key=lambda row: row.value)
    if not ranks:
        return ""
    names = [f"{report.named(row.subject)} ({number(row.low)} to {number(row.high)})" for row in ranks[:_MOST]]
    first = ranks[0]
    if first.high <= 1 and len(ranks) > 1:
        return f"{report.named(first.subject)} {praise} all others; ranks with their intervals: {', '.join(names)}."
    return f"No arm {praise} all others beyond doubt; ranks with their intervals: {', '.join(names)}."


def _preferred(report: StudyReport, rows: Sequence[Estimate]) -> str:
    return _ranked(report, rows, "was preferred to")


def _nearest(report: StudyReport, rows: Sequence[Estimate]) -> str:
    return _ranked(report, rows, "was seen as nearer to the reference than")


def _rated(report: StudyReport, rows: Sequence[Estimate]) -> str:
    pairs = [row for row in rows if row.name == "superiority" and math.isfinite(row.low + row.high)]
    if not pairs:
        return ""
    shown = [row for row in pairs if not row.low <= 0.5 <= row.high]
    if not shown:
        return (
            f"No difference between arms was shown in {len(pairs)} comparisons, nor that there is none; the largest: "
            f"{_superior(report, max(pairs, key=lambda row: abs(row.value - 0.5)))}."
        )
    said = [_superior(report, row) for row in sorted(shown, key=lambda row: -abs(row.value - 0.5))[:3]]
    more = f"; {len(shown) - 3} more below" if len(shown) > 3 else ""
    return f"{_capital('; '.join(said))}{more}."


def _superior(report: StudyReport, row: Estimate) -> str:
    one, _, other = report.named(row.subject).partition(" against ")
    if row.value < 0.5:
        one, other = other, one
        row = replace(row, value=1 - row.value, low=1 - row.high, high=1 - row.low)
    return f"an image of {one} is rated above one of {other} with a probability of {_with_interval(row)}"


def _equal(report: StudyReport, rows: Sequence[Estimate]) -> str:
    tests = [row for row in rows if row.name.endswith("equivalence") and math.isfinite(row.p_value)]
    if not tests:
        return ""
    said = [
        f"{report.named(row.subject) or row.title}: "
        + (f"equivalent within the margin (p {_p(row)}; " if passed(row) else "equivalence was not shown (")
        + f"{_with_interval(row)})"
        for row in tests[:_MOST]
    ]
    return f"{_capital('; '.join(said))}."


def _exposed(report: StudyReport, rows: Sequence[Estimate]) -> str:
    found = [row for row in rows if row.name == "threshold-ms" and math.isfinite(row.value)]
    if not found:
        return _detected(report, rows, AREA, ERROR)
    said = [f"{report.named(row.subject) or 'all'}: {_with_interval(row)} ms" for row in found[:_MOST]]
    return f"Real and synthetic images are told apart from this exposure on: {'; '.join(said)}."


def _first(report: StudyReport, rows: Sequence[Estimate]) -> str:
    row = next((one for one in rows if math.isfinite(one.value)), rows[0])
    subject = f" of {report.named(row.subject)}" if row.subject else ""
    return f"{row.title}{subject}: {_with_interval(row)}."


Answer = Callable[[StudyReport, Sequence[Estimate]], str]
_ANSWERS: Mapping[Paradigm, Answer] = {
    "real-or-synthetic": lambda report, rows: _detected(report, rows, AREA, ERROR),
    "forced-choice": lambda report, rows: _detected(report, rows, CORRECT),
    "rating": _rated,
    "pairs": _preferred,
    "reference": _rated,
    "triplet": _nearest,
    "exposure": _exposed,
    "marking": _rated,
    "task": _equal,
}


def _chance(report: StudyReport) -> float:
    manifest = report.manifest
    places = max((len(trial.places) for slot in manifest.slots for trial in slot.trials), default=2) if manifest else 0
    return 1 / (places or (report.answers.places if report.answers else 2))


def _with_interval(row: Estimate) -> str:
    ends = interval(row.low, row.high)
    level = f"{row.level:.0%} interval ".replace("%", " %")
    return number(row.value, row.low, row.high) + (f" ({level}{ends})" if math.isfinite(row.low + row.high) else "")


def _p(row: Estimate) -> str:
    text = probability(row.p_value)
    return text if text.startswith("<") else f"= {text}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
