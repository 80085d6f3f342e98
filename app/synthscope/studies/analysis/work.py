"""What all parts of an analysis share: cleaned rows, names, random numbers, and a place for what they find."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from synthscope.errors import SynthscopeError
from synthscope.records.study import Paradigm, Question, QuestionKind
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_key import TrialRole
from synthscope.records.study_ratings import Curve, Estimate, Rating
from synthscope.studies.analysis.rows import Table, rows_of, table_of

LEVEL = 0.95
Rows = tuple[Estimate, ...]
SECONDARY = "Secondary: this question has no primary test, and its p-values are not corrected."
OF_ONE: tuple[QuestionKind, ...] = ("confidence", "scale", "count", "trace")
"""Kinds whose answers do not say of which picture they are, where a trial shows several."""
JUDGED: Mapping[Paradigm, tuple[QuestionKind, ...]] = {
    "real-or-synthetic": ("confidence",),
    "exposure": ("confidence",),
    "forced-choice": ("choice",),
    "rating": ("scale",),
    "reference": ("scale",),
    "pairs": ("choice",),
    "triplet": ("choice",),
    "marking": ("marks",),
    "task": ("count", "trace"),
}
"""Kinds of the question that a paradigm is judged by: the first of them that is asked."""


@dataclass(eq=False)
class Work:
    """An analysis on its way.

    Parameters
    ----------
    answers : StudyAnswers

    Attributes
    ----------
    estimates : dict
        From a heading to what was found under it.
    warnings : list of str
        What could not be computed, and why.
    caveat : str
        What is said beside every row that is kept from now on; empty for nothing.
    """

    answers: StudyAnswers
    estimates: dict[str, list[Estimate]] = field(default_factory=dict)
    curves: list[Curve] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    caveat: str = ""

    @property
    def first(self) -> Question:
        """The question that catch trials are answered by, and that times and attention are told of."""
        return self.answers.questions[0]

    @property
    def judged(self) -> Question | None:
        """The question of the primary tests: the first of a kind that the paradigm is judged by, if one was asked."""
        return judged_of(self.answers.paradigm, self.answers.questions)

    def is_judged(self, question: Question) -> bool:
        """Tell whether a question is that of the primary tests; all others are secondary."""
        return self.judged is not None and question.id == self.judged.id

    def heading(self, question: Question, words: str) -> str:
        """Give a heading for a question: of one that is secondary it ends with its words."""
        return words if self.is_judged(question) else f"{words}: {question.prompt}"

    @cached_property
    def hasty(self) -> frozenset[tuple[str, str]]:
        """Trials (rater, trial) that were answered faster than the plan allows."""
        floor = self.answers.plan.fastest
        return frozenset((row.rater, row.trial) for row in self.answers.ratings if row.rt_ms < floor)

    @cached_property
    def raters(self) -> tuple[str, ...]:
        """Raters with at least one answer."""
        return tuple(sorted({row.rater for row in self.answers.ratings}))

    def tests(self, question: str, *, repeats: bool = False) -> tuple[Rating, ...]:
        """Give the rows of a question that count: no training, no catch trials, none faster than sight."""
        roles: tuple[TrialRole, ...] = ("test", "repeat") if repeats else ("test",)
        rows = rows_of(self.answers.ratings, question, roles)
        return tuple(row for row in rows if (row.rater, row.trial) not in self.hasty)

    def table(self, question: str, value: Callable[[Rating], float] = lambda row: float(row.value)) -> Table:
        """Lay out the answers to a question as raters by pictures."""
        return table_of(self.tests(question), value)

    def name(self, letter: str) -> str:
        """Give the name of an arm; its letter in a blind analysis."""
        return self.answers.letters.get(letter, letter)

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """Letters of the arms that were answered."""
        shown = (letter for row in self.answers.ratings if row.role == "test" for letter in row.letters)
        return tuple(sorted({letter for letter in shown if letter}))

    @property
    def synthetic(self) -> tuple[str, ...]:
        """Letters of synthetic arms; empty in a blind analysis."""
        return () if self.answers.blind else tuple(one for one in self.letters if one not in self.answers.real)

    def rng(self, part: str) -> np.random.Generator:
        """Give random numbers of a part's own, which depend on the plan's seed alone."""
        return np.random.default_rng([self.answers.plan.seed, zlib.crc32(part.encode())])

    def add(self, heading: str, rows: Iterable[Estimate]) -> None:
        """Keep what was found under a heading."""
        said = (self.caveat,) if self.caveat else ()
        found = [replace(row, caveats=(*said, *row.caveats)) for row in rows]
        if found:
            self.estimates.setdefault(heading, []).extend(found)

    def attempt(self, heading: str, compute: Callable[[], Iterable[Estimate]]) -> None:
        """Keep what is found under a heading, or say why nothing could be."""
        try:
            self.add(heading, compute())
        except (SynthscopeError, np.linalg.LinAlgError) as error:
            self.warnings.append(f"{heading}: {getattr(error, 'sentence', None) or 'the numbers do not determine it.'}")

    def draw(self, compute: Callable[[], Curve | Sequence[Curve]]) -> None:
        """Keep a curve, where it can be made."""
        try:
            found = compute()
        except SynthscopeError:
            return
        self.curves.extend([found] if isinstance(found, Curve) else found)


def judged_of(paradigm: Paradigm, questions: Iterable[Question]) -> Question | None:
    """Give the question that a study is judged by; None where none of its paradigm's kinds is asked."""
    return next((one for one in questions if one.kind in JUDGED[paradigm]), None)


def is_secondary(row: Estimate) -> bool:
    """Tell whether a row is of a question that the study is not judged by."""
    return SECONDARY in row.caveats


def units(names: Sequence[str]) -> np.ndarray:
    """Give names as numbers from 0, in their alphabetical order; shape (n,)."""
    return np.unique([str(name) for name in names], return_inverse=True)[1].ravel()
