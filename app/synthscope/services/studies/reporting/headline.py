"""The answer of a study in one sentence, careful with what was not shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from synthscope.records.study import Paradigm
from synthscope.records.study_ratings import Estimate
from synthscope.services.reporting.words import count, exact, interval, listed, number, probability
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.tables import ordered
from synthscope.studies.analysis.work import is_secondary

_DETECTED = "Whether raters can tell real images from synthetic ones is not computed before the key is opened."
BLINDED: Mapping[Paradigm, str] = {
    "real-or-synthetic": _DETECTED,
    "forced-choice": _DETECTED,
    "exposure": _DETECTED,
    "task": "Whether synthetic images measure as real ones do is not computed before the key is opened.",
}
UNTOLD = "The question of the study could not be answered from these answers; the warnings say why."
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
    difference was shown, that is what is said. A difference is shown where the interval leaves out guessing and the
    p-value, corrected for the family of primary tests, lies below the level of the plan. Secondary questions answer
    nothing here.
    """
    every = [row for _, rows in ordered(report.analysis.estimates) for row in rows if not is_secondary(row)]
    rows = list({(row.name, row.subject): row for row in reversed(every)}.values())[::-1]  # the first of each counts
    if not rows:
        return EMPTY
    if report.blind and report.analysis.paradigm in BLINDED:
        return BLINDED[report.analysis.paradigm]
    answer = _ANSWERS[report.analysis.paradigm](report, rows)
    return answer or UNTOLD


def passed(estimate: Estimate) -> bool:
    """Whether a test of equivalence passed: its p-value lies below (1 - level of its interval) / 2."""
    return estimate.p_value < (1 - estimate.level) / 2


def _detected(report: StudyReport, rows: Sequence[Estimate], *kinds: Detection) -> str:
    for kind in kinds:
        values = _once(row for row in rows if row.name == kind.value and math.isfinite(row.value))
        if values:
            tests = {row.subject: row for row in rows if row.name == kind.equivalence}
            null = kind.null if math.isfinite(kind.null) else _chance(report)
            said: dict[str, list[str]] = {}
            for row in values[:_MOST]:
                test = tests.get(row.subject)
                proof = f"equivalence test passed, p {_p(test)}; " if test and passed(test) else ""
                figure = f"{report.named(row.subject) or 'the generator'} ({proof}{kind.words} {_with_interval(row)})"
                said.setdefault(_verdict(report, row, test, kind, null), []).append(figure)
            clauses = (verdict.format(listed(figures)) for verdict, figures in said.items())
            return f"{_capital('; '.join(clauses))}; guessing gives {exact(null)}."
    return _alone(report, rows)


def _alone(report: StudyReport, rows: Sequence[Estimate]) -> str:
    """Say what a single rater told, of whom no figure for others can be given; nothing where there is no such rater."""
    own = [(row.subject.rpartition(", ")[0], row) for row in rows if row.name == "reader-auc"][:_MOST]
    if not own:
        return ""
    figures = listed([f"{report.named(arm)} ({_with_interval(row)})" for arm, row in own])
    words = "One rater answered, which says nothing of others; this rater's own areas under the curve"
    return f"{words}: {figures}; guessing gives {exact(AREA.null)}."


def _verdict(report: StudyReport, row: Estimate, test: Estimate | None, kind: Detection, null: float) -> str:
    """Give what is said of an arm, with a place for its name."""
    apart = _apart(report, row, null)
    if test is not None and passed(test):
        if apart:
            return "raters told images of {} from real ones, but by less than the margin fixed before"
        return "raters told images of {} from real ones no better than the margin that was fixed before allows"
    if not apart:
        after = ", after correction for several tests," if _outside(row, null) else ""
        return f"it was not shown{after} that raters can tell images of {{}} from real ones, nor that they cannot"
    if (row.value > null) == kind.rising:
        return "raters told images of {} from real ones"
    return "raters took images of {} for real more often than real ones"


def _ranked(report: StudyReport, rows: Sequence[Estimate], praise: str) -> str:
    ranks = sorted((row for row in rows if row.name == "rank"), key=lambda row: row.value)
    if not ranks:
        return ""
    names = [f"{report.named(row.subject)} ({exact(row.low)} to {exact(row.high)})" for row in ranks[:_MOST]]
    first = ranks[0]
    if first.high <= 1 and len(ranks) > 1:
        return f"{report.named(first.subject)} {praise} all others; ranks with their intervals: {', '.join(names)}."
    return f"No arm {praise} all others beyond doubt; ranks with their intervals: {', '.join(names)}."


def _preferred(report: StudyReport, rows: Sequence[Estimate]) -> str:
    return _ranked(report, rows, "was preferred to")


def _nearest(report: StudyReport, rows: Sequence[Estimate]) -> str:
    found = [row for row in rows if row.name == "jnd" and math.isfinite(row.value)]
    if not found:
        return _ranked(report, rows, "was seen as nearer to the reference than")
    said = [f"{report.named(row.subject)} {_with_interval(row)}" for row in found[:_MOST]]
    return f"{report.named(found[0].title)}: {'; '.join(said)}."


def _rated(report: StudyReport, rows: Sequence[Estimate]) -> str:
    heading = next((name for name, own in _headings(report) if any(row.name == "superiority" for row in own)), "")
    own = report.analysis.estimates.get(heading, ())
    pairs = [row for row in own if row.name == "superiority" and math.isfinite(row.low + row.high)]
    asked = heading.partition("Ratings: ")[2]
    about = f"Asked “{asked}”: " if asked else ""
    if not pairs:
        return ""
    corrected = {row.subject: row.p_value for row in rows if row.name == "latent-difference"}
    shown = [row for row in pairs if _apart(report, replace(row, p_value=corrected.get(row.subject, row.p_value)), 0.5)]
    if not shown:
        largest = _superior(report, max(pairs, key=lambda row: abs(row.value - 0.5)))
        return (
            f"{about}{'no' if about else 'No'} difference between arms was shown in {count(len(pairs), 'comparison')}, "
            f"nor that there is none; the largest: {largest}."
        )
    said = [_superior(report, row) for row in sorted(shown, key=lambda row: -abs(row.value - 0.5))[:3]]
    more = f"; {len(shown) - 3} more below" if len(shown) > 3 else ""
    return f"{_capital(about + '; '.join(said))}{more}."


def _marked(report: StudyReport, rows: Sequence[Estimate]) -> str:
    found = _once(row for row in rows if row.name == "marks-difference" and math.isfinite(row.value))
    if not found:
        return _rated(report, rows)
    said = []
    for row in found[:_MOST]:
        one, _, other = report.named(row.subject).partition(" less ")
        more = "more" if row.value >= 0 else "fewer"
        size = row if row.value >= 0 else replace(row, value=-row.value, low=-row.high, high=-row.low)
        after = "after correction for several tests " if _outside(row, 0.0) else ""
        end = "" if _apart(report, row, 0.0) else f"; {after}this shows neither a difference nor that there is none"
        many, _, between = _with_interval(size).partition(", ")
        said.append(f"an image of {one} got {many} {more} marks than one of {other} ({between}{end})")
    return f"{_capital('; '.join(said))}."


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


def _headings(report: StudyReport) -> list[tuple[str, tuple[Estimate, ...]]]:
    """Give the headings in the order of the questions, where that is known: the first one is judged by."""
    questions = report.manifest.questions if report.manifest else report.answers.questions if report.answers else ()
    places = {f"Ratings: {one.prompt}": place for place, one in enumerate(questions)}
    return sorted(ordered(report.analysis.estimates), key=lambda one: places.get(one[0], len(places)))


def _once(rows: Iterable[Estimate]) -> list[Estimate]:
    """Give the first row of each subject: that of the primary tests, whose p-values are corrected."""
    found: dict[str, Estimate] = {}
    for row in rows:
        found.setdefault(row.subject, row)
    return list(found.values())


def _apart(report: StudyReport, row: Estimate, null: float) -> bool:
    alpha = report.plan.alpha if report.plan else 0.05
    return _outside(row, null) and not row.p_value >= alpha  # a p-value that is missing does not speak against it


def _outside(row: Estimate, null: float) -> bool:
    return math.isfinite(row.low + row.high) and not row.low <= null <= row.high


Answer = Callable[[StudyReport, Sequence[Estimate]], str]
_ANSWERS: Mapping[Paradigm, Answer] = {
    "real-or-synthetic": lambda report, rows: _detected(report, rows, AREA, ERROR),
    "forced-choice": lambda report, rows: _detected(report, rows, CORRECT),
    "rating": _rated,
    "pairs": _preferred,
    "reference": _rated,
    "triplet": _nearest,
    "exposure": _exposed,
    "marking": _marked,
    "task": _equal,
}


def _chance(report: StudyReport) -> float:
    manifest = report.manifest
    places = max((len(trial.places) for slot in manifest.slots for trial in slot.trials), default=2) if manifest else 0
    return 1 / (places or (report.answers.places if report.answers else 2))


def _with_interval(row: Estimate) -> str:
    ends = f", {row.level * 100:g} % interval {interval(row.low, row.high)}"
    return number(row.value, row.low, row.high) + (ends if math.isfinite(row.low + row.high) else "")


def _p(row: Estimate) -> str:
    text = probability(row.p_value)
    return text if text.startswith("<") else f"= {text}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
