"""Numbers that raters gave to images: marks of what is wrong, counts, lengths of traces."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from synthscope.errors import InputError
from synthscope.records.study import Question
from synthscope.records.study_events import Mark
from synthscope.records.study_ratings import Estimate, Rating
from synthscope.studies.analysis.rows import Table, by_picture, table_of
from synthscope.studies.analysis.work import LEVEL, Work, units
from synthscope.studies.discrimination.crossed import CrossedMean, crossed_combination, crossed_mean, group
from synthscope.studies.discrimination.equivalence import equivalence
from synthscope.studies.discrimination.yes_no_estimates import crossed_row, equivalence_row, few_readers

Number = Callable[[Any], float]
"""From an answer to a number."""


def marks(work: Work, question: Question) -> None:
    """Analyse marks: how many an image has in each arm, by reason, and which reasons come together."""
    heading = work.heading(question, "Marks on an image")
    work.attempt(heading, partial(_by_arm, work, question, "marks", len))
    work.attempt(heading, partial(_differences, work, question, "marks", len))
    for reason in question.reasons:
        of_reason = partial(_by_arm, work, question, "marks-of-reason", partial(_of, reason))
        work.attempt(work.heading(question, f"Marks: {reason}"), of_reason)
    work.add(work.heading(question, "Reasons that come together"), _together(_rows(work, question)))
    work.methods.append("Numbers of marks on an image were averaged with raters and cases at random.")


def measurements(work: Work, question: Question) -> None:
    """Analyse a count or trace: means of arms, the difference of synthetic from real images, and its equivalence."""
    heading = f"Measured: {question.prompt}"
    work.attempt(heading, partial(_by_arm, work, question, "measured", float))
    work.attempt(heading, partial(_differences, work, question, "measured", float))
    work.attempt(heading, partial(_equivalence, work, question))
    work.methods.append(
        "Measurements on synthetic images were compared with those on real ones, raters and cases at random; "
        "equivalence was tested by two one-sided tests with the margin as a part of the real mean."
    )


def number_table(work: Work, question: Question, number: Number) -> Table:
    """Lay out a number of each answer as raters by pictures."""
    return table_of(_rows(work, question), lambda row: float(number(row.value)))


def difference(table: Table, letter: str, base: str) -> CrossedMean:
    """Give the mean of one arm less that of another, with raters and cases at random."""
    both = table.of([letter, base])
    numbers = units(both.cases)
    count = int(numbers.max()) + 1 if len(numbers) else 0
    sides = []
    for one in (letter, base):
        own = np.array([each == one for each in both.letters], bool)
        sides.append(group(np.where(own, both.values, np.nan), numbers, count))
    return crossed_combination(sides, [1.0, -1.0], null=0.0, level=LEVEL)


def base_letter(work: Work) -> str:
    """Give the letter that others are held against: the first real one, or the first of all."""
    real = [letter for letter in work.letters if letter in work.answers.real]
    return real[0] if real else work.letters[0]


def _by_arm(work: Work, question: Question, name: str, number: Number) -> list[Estimate]:
    table, rows = number_table(work, question, number), []
    for letter in work.letters:
        part = table.of([letter])
        found = crossed_mean(part.values, units(part.cases), null=0.0, level=LEVEL)
        rows.append(crossed_row(name, "Mean", found, work.name(letter), LEVEL, few_readers(len(part.raters))))
    return rows


def _differences(work: Work, question: Question, name: str, number: Number) -> list[Estimate]:
    table, base, rows = number_table(work, question, number), base_letter(work), []
    few = few_readers(len(table.raters))
    for letter in (one for one in work.letters if one != base):
        found = difference(table, letter, base)
        subject = f"{work.name(letter)} less {work.name(base)}"
        rows.append(crossed_row(f"{name}-difference", "Difference", found, subject, LEVEL, few))
    return rows


def _equivalence(work: Work, question: Question) -> list[Estimate]:
    plan = work.answers.plan
    table, base, rows = number_table(work, question, float), base_letter(work), []
    if work.answers.blind or base not in work.answers.real:
        return []
    measured = table.of([base]).values
    mean = float(np.nanmean(measured)) if np.isfinite(measured).any() else 0.0
    if mean == 0:
        raise InputError(f"The mean of {work.name(base)} is 0 or missing; the margin of equivalence is a part of it.")
    for letter in work.synthetic:
        found = difference(table, letter, base)
        part, se = found.value / mean, found.se / abs(mean)
        same = equivalence(part, se, plan.margin, middle=0.0, df=found.df, alpha=plan.alpha)
        rows.append(equivalence_row("measured-equivalence", same, found.n, work.name(letter), plan.alpha))
    return rows


def _rows(work: Work, question: Question) -> tuple[Rating, ...]:
    rows = work.tests(question.id)
    return by_picture(rows) if question.kind == "marks" and work.answers.places > 1 else rows


def _of(reason: str, given: Sequence[Mark]) -> float:
    return float(sum(one.reason == reason for one in given))


def _together(rows: Sequence[Rating]) -> list[Estimate]:
    pairs: Counter[tuple[str, str]] = Counter()
    for row in rows:
        reasons = sorted({mark.reason for mark in row.value if mark.reason})
        pairs.update(itertools.combinations(reasons, 2))
    return [
        Estimate("reasons-together", "Images on which a rater gave both", float(count), n=len(rows),
                 method="counted", subject=f"{one} and {other}")
        for (one, other), count in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))
    ]  # fmt: skip
