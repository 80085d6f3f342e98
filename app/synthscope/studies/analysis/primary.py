"""The tests that answer the question of a paradigm: one for each arm, corrected as one family."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from synthscope.errors import InputError, SynthscopeError
from synthscope.records.study import Paradigm, Question, StudyDesign
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_ratings import NAN, Estimate, Rating
from synthscope.studies.analysis.counting import Number, base_letter, difference, number_table
from synthscope.studies.analysis.detecting import choice_cases, choice_table, scores_of
from synthscope.studies.analysis.grading import model_of
from synthscope.studies.analysis.preferring import fit_of
from synthscope.studies.analysis.work import JUDGED, LEVEL, Work
from synthscope.studies.design.paradigms import default_questions
from synthscope.studies.discrimination.crossed import crossed_mean
from synthscope.studies.discrimination.mrmc import arm_mean, reader_study
from synthscope.studies.discrimination.multiplicity import holm
from synthscope.studies.discrimination.yes_no_estimates import crossed_row, few_readers, mean_row, within_bounds
from synthscope.studies.ordinal.contrasts import contrasts
from synthscope.studies.ranking.ranks import score_estimates

HEADING = "Primary tests"


def primary(work: Work) -> list[Estimate]:
    """Give the primary tests of an unblinded study, their p-values corrected by Holm's method.

    Raises
    ------
    SynthscopeError
        If one cannot be made: the sentence says why.
    """
    question, paradigm = work.judged, work.answers.paradigm
    if question is None:
        raise InputError(
            f"no question of kind {' or '.join(JUDGED[paradigm])} was asked, by which the paradigm {paradigm!r} is "
            "judged; all questions are secondary."
        )
    found = _TESTS[paradigm](work, question)
    if len(found) < 2:
        return found
    corrected = holm(np.array([one.p_value for one in found]))
    words = f"; p by Holm's method over {len(found)} tests"
    return [replace(one, p_value=float(p), method=one.method + words) for one, p in zip(found, corrected, strict=True)]


def primary_test(design: StudyDesign) -> Callable[[Sequence[Rating]], float]:
    """Give the function from unblinded rows to the smallest corrected p-value of the primary tests; NaN without one."""
    questions = design.questions or default_questions(design.paradigm, design.domain)
    places = design.plan.places if design.paradigm == "forced-choice" else 2 if design.paradigm in _PAIRED else 1

    def test(rows: Sequence[Rating]) -> float:
        letters = {letter for row in rows for letter in row.letters if letter}
        shown = ((letter, real) for row in rows for letter, real in zip(row.letters, row.truth, strict=True))
        real = tuple(sorted({letter for letter, is_real in shown if is_real and letter}))
        answers = StudyAnswers(
            "power", design.title, design.paradigm, questions, places, design.analysis, design.grade, tuple(rows),
            blind=False, letters={letter: letter for letter in letters}, real=real,
        )  # fmt: skip
        try:
            values = [_decided(one, 1 / places) for one in primary(Work(answers))]
        except (SynthscopeError, np.linalg.LinAlgError):
            return NAN
        finite = [value for value in values if np.isfinite(value)]
        return min(finite, default=NAN)

    return test


def _decided(one: Estimate, chance: float) -> float:
    """Give the p-value of a test; 0 where all raters and cases agree on something else than the null.

    Perfect separation leaves no variance to test with. A report then gives no p-value; a power must count it as found.
    """
    null = {"auc": 0.5, "correct": chance}.get(one.name, 0.0)
    return 0.0 if np.isnan(one.p_value) and one.se == 0 and one.value != null else one.p_value


_PAIRED = ("pairs", "triplet")


def _areas(work: Work, question: Question) -> list[Estimate]:
    few = few_readers(len(work.raters))
    rows = []
    for letter in work.synthetic:
        data = scores_of(work, question, letter)
        n = int(np.isfinite(data.scores).sum())
        found = arm_mean(reader_study(data), level=LEVEL)
        row = mean_row("auc", "Area under the curve against 0.5", found, n, work.name(letter), LEVEL, few)
        rows.append(within_bounds(row))
    return rows


def _choices(work: Work, question: Question) -> list[Estimate]:
    rows, found = work.tests(question.id), []
    for letter in work.synthetic:
        mine = [row for row in rows if letter in row.letters]
        values, raters = choice_table(mine, question, work)
        mean = crossed_mean(values, choice_cases(mine), null=1 / work.answers.places, level=LEVEL)
        few = few_readers(len(raters))
        row = crossed_row("correct", "Part of right choices", mean, work.name(letter), LEVEL, few)
        found.append(within_bounds(row))
    return found


def _grades(work: Work, question: Question) -> list[Estimate]:
    fit, names, base = model_of(work, work.tests(question.id))
    ends = f"against {base}"
    return [
        row
        for row in contrasts(fit, names, base, level=LEVEL)
        if row.name == "latent-difference" and row.subject.endswith(ends)
    ]


def _preferences(work: Work, question: Question) -> list[Estimate]:
    fit = fit_of(work, work.tests(question.id))
    base = work.name(base_letter(work))
    rows = score_estimates(fit, base if base in fit.items else fit.items[0], level=LEVEL)
    return [row for row in rows if row.name == "preference"]


def _marks(work: Work, question: Question) -> list[Estimate]:
    return _crossed(work, question, "marks-difference", len)


def _measurements(work: Work, question: Question) -> list[Estimate]:
    return _crossed(work, question, "measured-difference", float)


def _crossed(work: Work, question: Question, name: str, number: Number) -> list[Estimate]:
    table, base = number_table(work, question, number), base_letter(work)
    few = few_readers(len(table.raters))
    return [
        crossed_row(name, "Difference", difference(table, letter, base),
                    f"{work.name(letter)} less {work.name(base)}", LEVEL, few)
        for letter in work.letters
        if letter != base
    ]  # fmt: skip


_TESTS: dict[Paradigm, Callable[[Work, Question], list[Estimate]]] = {
    "real-or-synthetic": _areas,
    "exposure": _areas,
    "forced-choice": _choices,
    "rating": _grades,
    "reference": _grades,
    "pairs": _preferences,
    "triplet": _preferences,
    "marking": _marks,
    "task": _measurements,
}
