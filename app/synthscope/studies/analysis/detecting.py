"""Real or synthetic: with confidence, by choice, and at short exposures."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from synthscope.errors import InputError
from synthscope.records.study import Question
from synthscope.records.study_ratings import Curve, Estimate, Rating
from synthscope.studies.analysis.always import accuracy_by_third, is_right, says_real
from synthscope.studies.analysis.grading import serial
from synthscope.studies.analysis.rows import Table
from synthscope.studies.analysis.work import LEVEL, Work, units
from synthscope.studies.discrimination.area_estimates import area_estimates, reader_area, roc_curves
from synthscope.studies.discrimination.choice_estimates import choice_estimates, side_bias, threshold_estimates
from synthscope.studies.discrimination.scores import ReaderScores, reader_scores
from synthscope.studies.discrimination.threshold import fit_threshold
from synthscope.studies.discrimination.yes_no_estimates import yes_no_estimates


def confidences(work: Work, question: Question) -> None:
    """Analyse "real or synthetic" with steps of confidence, each generator against the real images."""
    plan, is_judged = work.answers.plan, work.is_judged(question)
    work.attempt(work.heading(question, "Told from real"), lambda: areas(work, question))
    table = work.table(question.id, lambda row: says_real(row, question.steps))
    for letter in work.synthetic:
        part, real = against_real(work, table, letter)
        draws = f"yes or no {letter}" if is_judged else f"yes or no {question.id} {letter}"
        work.attempt(
            work.heading(question, f"Answers: {work.name(letter)}"),
            partial(
                yes_no_estimates, part.values, real, work.rng(draws), raters=part.raters,
                cases=units(part.cases), subject=work.name(letter), margin=plan.margin, alpha=plan.alpha,
                resamples=plan.resamples, level=LEVEL,
            ),
        )  # fmt: skip
        if is_judged:
            work.draw(partial(_curves, work, question, letter))
    if is_judged:
        accuracy_by_third(work, question)
    work.attempt(f"Order of trials: {question.id}", lambda: serial(work.tests(question.id)))
    work.methods.append(
        "Areas under the ROC curves of raters were compared with 0.5 by the Obuchowski-Rockette analysis with raters "
        "and cases at random (covariances by jackknife, Hillis' degrees of freedom)."
    )


def areas(work: Work, question: Question) -> list[Estimate]:
    """Give equivalence, raters' areas and differences of all generators, each against the real images.

    The areas over all raters of the question that is judged by stand among the primary tests, and not here. Of a single
    rater only the own areas can be told.
    """
    plan = work.answers.plan
    if len(work.raters) == 1:
        return [own_area(work, question, letter) for letter in work.synthetic]
    found: list[Estimate] = []
    for letter in work.synthetic:
        scores = scores_of(work, question, letter)
        found += area_estimates(
            scores, [work.name(letter)], work.raters, margin=plan.margin, alpha=plan.alpha, level=LEVEL
        )
    if len(work.synthetic) > 1:
        found = [row for row in found if not row.name.startswith("variance-")] + _differences(work, question)
    return [row for row in found if row.name != "auc" or not work.is_judged(question)]


def scores_of(work: Work, question: Question, letter: str) -> ReaderScores:
    """Give the steps of all raters for the real images and those of one generator."""
    part, real = against_real(work, work.table(question.id), letter)
    return reader_scores(part.values, ~real, units(part.cases))


def own_area(work: Work, question: Question, letter: str) -> Estimate:
    """Give the area of the only rater for one generator."""
    part, real = against_real(work, work.table(question.id), letter)
    return reader_area(part.values[0], ~real, f"{work.name(letter)}, {part.raters[0]}", LEVEL)


def against_real(work: Work, table: Table, letter: str) -> tuple[Table, np.ndarray]:
    """Give the pictures of one generator with the real ones, and which are real."""
    part = table.of([*work.answers.real, letter])
    real = np.array([one in work.answers.real for one in part.letters], bool)
    return part, real


def choices(work: Work, question: Question) -> None:
    """Analyse "which one is real?", each generator by itself."""
    plan, rows = work.answers.plan, work.tests(question.id)
    for letter in work.synthetic:
        mine = [row for row in rows if letter in row.letters]
        values, raters = choice_table(mine, question, work)
        work.attempt(
            work.heading(question, f"Right choices: {work.name(letter)}"),
            partial(
                choice_estimates, values, raters, places=work.answers.places, cases=choice_cases(mine),
                subject=work.name(letter), margin=plan.margin, alpha=plan.alpha, level=LEVEL,
            ),
        )  # fmt: skip
    if work.answers.places == 2:
        work.attempt(work.heading(question, "Sides"), lambda: [_side(rows)])
    if work.is_judged(question):
        accuracy_by_third(work, question)
    else:
        work.methods.append(f"Of “{question.prompt}” the real picture counts as the right choice.")
    work.methods.append(
        "The part of right choices was compared with chance, raters and cases at random (two-way U-statistic variance)."
    )


def choice_table(rows: Sequence[Rating], question: Question, work: Work) -> tuple[np.ndarray, list[str]]:
    """Lay out right (1) and wrong (0) choices, raters by sets of pictures; gives the raters too."""
    raters, columns = sorted({row.rater for row in rows}), _sets(rows)
    values = np.full((len(raters), len(columns)), np.nan)
    for row in rows:
        values[raters.index(row.rater), columns[frozenset(row.codes)][0]] = float(bool(is_right(row, question, work)))
    return values, raters


def choice_cases(rows: Sequence[Rating]) -> np.ndarray:
    """Give numbers (N, places) for the cases of the columns of `choice_table`, synthetic pictures first.

    Real and synthetic pictures are paired anew for each rater, so a real picture comes in many columns: answers to
    them belong together as those to one synthetic picture do.
    """
    sets = [cases for _, cases in _sets(rows).values()]
    return units([case for cases in sets for case in cases]).reshape(len(sets), -1)


def exposures(work: Work, question: Question) -> None:
    """Analyse answers at short sight: the exposure that each rater needs, generator by generator, and all the rest."""
    rows = work.tests(question.id)
    for letter in work.synthetic:
        mine = [row for row in rows if row.letters[0] == letter or row.letters[0] in work.answers.real]
        work.attempt(f"Exposure: {work.name(letter)}", partial(_thresholds, work, question, mine, letter))
    confidences(work, question)


def _curves(work: Work, question: Question, letter: str) -> Sequence[Curve]:
    return roc_curves(scores_of(work, question, letter), [work.name(letter)], work.raters)


def _sets(rows: Sequence[Rating]) -> dict[frozenset[str], tuple[int, tuple[str, ...]]]:
    found: dict[frozenset[str], tuple[str, ...]] = {}
    for row in sorted(rows, key=lambda one: sorted(one.codes)):
        ordered = sorted(zip(row.truth, row.codes, row.cases, strict=True))
        found.setdefault(frozenset(row.codes), tuple(case for _, _, case in ordered))
    return {codes: (place, cases) for place, (codes, cases) in enumerate(found.items())}


def _thresholds(work: Work, question: Question, rows: Sequence[Rating], letter: str) -> tuple[Estimate, ...]:
    found = {}
    known = [row for row in rows if is_right(row, question, work) is not None and row.dwell_ms > 0]
    for rater in sorted({row.rater for row in known}):
        mine = [row for row in known if row.rater == rater]
        if len(mine) >= 10:
            right = np.array([bool(is_right(row, question, work)) for row in mine])
            found[rater] = fit_threshold(np.array([row.dwell_ms for row in mine]), right, level=LEVEL)
    if not found:
        raise InputError("No rater has ten answers at known exposures.")
    return threshold_estimates(found, subject=work.name(letter), level=LEVEL)


def _side(rows: Sequence[Rating]) -> Estimate:
    d, c = side_bias(np.array([row.value == 0 for row in rows]), np.array([row.truth[0] for row in rows]))
    return Estimate(
        "side-bias", "Liking of the left (criterion c, below 0 for the left)", c, n=len(rows),
        method=f"of all raters together; d' {d:.2f} free of it", citation="Macmillan & Creelman 2005",
    )  # fmt: skip


def _differences(work: Work, question: Question) -> list[Estimate]:
    """Compare generators: their areas over the same real images."""
    table = work.table(question.id)
    real = np.array([one in work.answers.real for one in table.letters], bool)
    arms = []
    for letter in work.synthetic:
        own = np.array([one == letter for one in table.letters], bool)
        arms.append(np.where(real | own, table.values, np.nan))
    data = reader_scores(np.stack(arms), ~real, units(table.cases))
    names = [work.name(letter) for letter in work.synthetic]
    rows = area_estimates(data, names, table.raters, level=LEVEL)
    return [row for row in rows if row.name.startswith(("auc-arms", "auc-difference", "variance-"))]
