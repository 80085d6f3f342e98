"""Ratings as one number for each picture, each pair and each generator, so that a metric can stand beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.records.study import Question
from synthscope.records.study_events import Mark
from synthscope.records.study_ratings import Rating
from synthscope.studies.analysis.always import says_real
from synthscope.studies.analysis.work import OF_ONE, Work
from synthscope.studies.tables import RatingTable, make_table

Scored = tuple[str, str, str, float]
"""Rater, code, letter, number."""
WORDS: Mapping[str, str] = {
    "confidence": "part of the raters who called it real, the middle step a half",
    "scale": "mean step of the scale",
    "choice": "win rate: part of its trials in which it was chosen, no difference a half",
    "marks": "part of the raters who marked nothing on it",
}
"""Which number stands for a picture, by the kind of question; higher is better."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """The answers to one question as numbers.

    Parameters
    ----------
    words : str
        What the number is.
    images : RatingTable
        Raters by codes of generated pictures.
    arms : RatingTable
        Raters by letters of generators; a cell is the mean of a rater's numbers.
    pairs : RatingTable, optional
        Raters by ``first|second`` (codes in alphabetical order): 1 where the second was chosen, 0 the first, 0.5
        neither. Only of choices between two.
    letters : mapping
        From a code to its letter.
    """

    question: str
    words: str
    images: RatingTable
    arms: RatingTable
    letters: Mapping[str, str]
    pairs: RatingTable | None = None


def numbers_of(work: Work) -> tuple[Numbers, ...]:
    """Give the numbers of every question that has some; others are told in the warnings."""
    found = []
    for question in work.answers.questions:
        if question.kind not in WORDS:
            work.warnings.append(
                f"Answers to {question.id!r} are of kind {question.kind}, which is no opinion of a picture; no metric "
                "stands beside them."
            )
            continue
        if question.kind in OF_ONE and work.answers.places > 1:
            work.warnings.append(
                f"Answers to {question.id!r} do not say of which of the {work.answers.places} pictures they are; no "
                "metric stands beside them."
            )
            continue
        rows = work.tests(question.id)
        scored = [one for row in rows for one in _scored(question, row) if one[2] in work.synthetic]
        if scored:
            found.append(_numbers(question, rows, scored))
    return tuple(found)


def _numbers(question: Question, rows: Sequence[Rating], scored: Sequence[Scored]) -> Numbers:
    raters, codes, letters, values = (np.array(column) for column in zip(*scored, strict=True))
    return Numbers(
        question.id, WORDS[question.kind], make_table(raters, codes, values), make_table(raters, letters, values),
        dict(zip(codes.tolist(), letters.tolist(), strict=True)),
        _pairs(rows) if question.kind == "choice" else None,
    )  # fmt: skip


def _scored(question: Question, row: Rating) -> Iterable[Scored]:
    """Give the numbers of the pictures of one row."""
    number = _NUMBER[question.kind]
    for place, (code, letter) in enumerate(zip(row.codes, row.letters, strict=True)):
        yield row.rater, code, letter, number(question, row, place)


def _called_real(question: Question, row: Rating, _place: int) -> float:
    said = says_real(row, question.steps)
    return 0.5 if np.isnan(said) else said


def _won(_question: Question, row: Rating, place: int) -> float:
    return 0.5 if row.value < 0 else float(row.value == place)


def _unmarked(_question: Question, row: Rating, place: int) -> float:
    return float(not any(mark.place == place for mark in row.value))


_NUMBER: Mapping[str, Callable[[Question, Rating, int], float]] = {
    "confidence": _called_real, "scale": lambda _question, row, _place: float(row.value), "choice": _won,
    "marks": _unmarked,
}  # fmt: skip


def _pairs(rows: Sequence[Rating]) -> RatingTable | None:
    found = []
    for row in rows:
        if len(row.codes) == 2 and row.codes[0] != row.codes[1]:
            second = sorted(row.codes)[1]
            chose = 0.5 if row.value < 0 else float(row.codes[row.value] == second)
            found.append((row.rater, "|".join(sorted(row.codes)), chose))
    if not found:
        return None
    raters, pairs, values = zip(*found, strict=True)
    return make_table(np.array(raters), np.array(pairs), np.array(values))


def marks_of(work: Work) -> dict[str, dict[str, tuple[Mark, ...]]]:
    """Give the marks on every picture that raters were asked to mark: by code, then by every rater who saw it."""
    found: dict[str, dict[str, tuple[Mark, ...]]] = {}
    for question in work.answers.questions:
        if question.kind != "marks":
            continue
        for row in work.tests(question.id):
            for place, code in enumerate(row.codes):
                own = found.setdefault(code, {})
                own[row.rater] = (*own.get(row.rater, ()), *(mark for mark in row.value if mark.place == place))
    return found
