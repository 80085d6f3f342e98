"""What a report of a study is made from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from synthscope.records.leaks import LeakReport
from synthscope.records.study import AnalysisPlan
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_events import Event
from synthscope.records.study_freeze import Frozen, Screening
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_ratings import Analysis, Curve, Estimate
from synthscope.records.study_rendering import RenderRecord
from synthscope.services.reporting.words import count
from synthscope.services.studies.publication import Step

Picture = Callable[[str], np.ndarray]
"""From the code of a picture to its pixels, uint8 (Z, Y, X, C)."""
_LETTER = re.compile(r"(?:(?<=^)|(?<= against )|(?<=, ))([A-Z])(?=$|, | against )")


@dataclass(frozen=True)
class StudyReport:
    """Everything that a report may tell; all but the analysis may be missing.

    Parameters
    ----------
    analysis : Analysis
        Blind or unblinded: the report is as blind as it is.
    answers : StudyAnswers, optional
        For the gallery; used only where the analysis is unblinded.
    deviations : tuple of str
        Sentences; see `deviations_of`.
    simulated : bool
        Whether raters were simulated: the report says so before anything else.
    """

    analysis: Analysis
    plan: AnalysisPlan | None = None
    manifest: PackManifest | None = None
    frozen: Frozen | None = None
    screening: Screening | None = None
    leaks: LeakReport | None = None
    rendering: RenderRecord | None = None
    beside: BesideMetrics | None = None
    answers: StudyAnswers | None = None
    course: tuple[Step, ...] = ()
    deviations: tuple[str, ...] = ()
    simulated: bool = False

    @property
    def blind(self) -> bool:
        """Whether arms stand under letters."""
        return self.analysis.blind

    @property
    def headings(self) -> Mapping[str, tuple[Estimate, ...]]:
        """All estimates by heading, those beside metrics last."""
        beside = self.beside.estimates if self.beside and not self.blind else {}
        return {**self.analysis.estimates, **{f"Beside metrics: {name}": rows for name, rows in beside.items()}}

    @property
    def curves(self) -> tuple[Curve, ...]:
        """All curves, those beside metrics last."""
        return (*self.analysis.curves, *(self.beside.curves if self.beside and not self.blind else ()))

    def named(self, subject: str) -> str:
        """Put the names of arms in place of their letters, where they are known."""
        return _LETTER.sub(lambda found: self.analysis.letters.get(found[1], found[1]), subject)


def deviations_of(events: Iterable[Event], analysis: Analysis, manifest: PackManifest) -> tuple[str, ...]:
    """Say what went otherwise than planned, from the log of the sessions and the counts.

    Returns
    -------
    tuple of str
        Amendments with their reasons, raters who did not start, withdrew or were left out, interrupted trials,
        recognised pictures, recoveries after a crash.
    """
    events, flow = tuple(events), analysis.flow
    said = [
        f"Amendment of {event.at[:10]}: {event.payload.get('reason', 'no reason was given')}"
        for event in events
        if event.kind == "amendment"
    ]
    started = flow.get("started", len(manifest.slots))
    counts = (
        (len(manifest.slots) - started, "rater", "of those planned did not start"),
        (started - flow.get("finished", started), "rater", "did not finish the trials"),
        (flow.get("withdrawn", 0), "rater", "withdrew consent"),
        (flow.get("erased", 0), "rater", "whose answers were erased"),
        (flow.get("excluded", 0), "rater", "left out by a decision on blinded answers"),
        (flow.get("trials interrupted", 0), "trial", "interrupted and shown again"),
        (_count(events, "flag_recognised"), "picture", "said to be recognised"),
        (_count(events, "crash_recovered"), "session", "that went on after a crash"),
    )
    return (*said, *(f"{count(number, one)} {words}." for number, one, words in counts if number > 0))


def _count(events: tuple[Event, ...], kind: str) -> int:
    return sum(event.kind == kind for event in events)
