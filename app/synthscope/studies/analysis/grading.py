"""Steps of a scale: images rated by themselves or beside their reference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.stats import t as student

from synthscope.errors import InputError, WorkError
from synthscope.records.study import Question
from synthscope.records.study_ratings import Estimate, Rating
from synthscope.studies.analysis.work import LEVEL, Work
from synthscope.studies.ordinal.categories import arm_columns
from synthscope.studies.ordinal.contrasts import contrasts, slope_estimates
from synthscope.studies.ordinal.crossing import RandomTerm, rater_by_arm
from synthscope.studies.ordinal.cumulative import OrdinalFit, fit_cumulative
from synthscope.studies.ordinal.mixed import fit_or_fall_back
from synthscope.studies.ordinal.proportional import check_proportional
from synthscope.studies.ordinal.serial import TITLES, serial_terms
from synthscope.studies.screening.opinion import differential_scores, opinion_scores
from synthscope.studies.screening.projection import project
from synthscope.studies.tables import RatingTable, make_table

MOST = 20_000
"""Answers to a question that random terms are fitted to."""
MANY = "There are {} answers; random terms are fitted up to {}, so that errors are clustered by rater and case instead."


def grades(work: Work, question: Question) -> None:
    """Analyse a scale: arms in an ordinal model with raters and cases at random, mean opinions for figures."""
    rows = work.tests(question.id)
    heading = f"Ratings: {question.prompt}"
    work.attempt(heading, lambda: _means(work, rows))
    work.attempt(heading, lambda: _against_real(work, rows, question.steps))
    if len(work.letters) > 1:
        work.attempt(heading, lambda: _contrasts(work, rows))
        work.attempt(f"{heading} (model)", lambda: _proportional(work, rows))
    work.attempt(f"Order of trials: {question.id}", lambda: serial(rows))
    if len(work.raters) > 2:
        work.attempt(f"{heading} (raters weighed)", lambda: _weighed(work, rows))
    work.methods.append(
        "Ratings were modelled by a cumulative-link mixed model (logit) with random raters, cases and raters by arm; "
        "where it did not converge, by the model without random terms with errors clustered by raters and cases, which "
        "is said beside the numbers. Mean opinion scores are for display only."
    )


def base_arm(work: Work) -> str:
    """Give the arm that others are held against: the first real one, or the first of all."""
    real = [letter for letter in work.letters if letter in work.answers.real]
    return work.name(real[0] if real else work.letters[0])


def model_of(work: Work, rows: Sequence[Rating]) -> tuple[OrdinalFit, tuple[str, ...], str]:
    """Fit the ordinal model to rows; give it with the names of its arms, and the arm they are held against.

    Raises
    ------
    InputError
        If only one arm was rated, or all answers are alike.
    """
    arms = [work.name(row.letters[0]) for row in rows]
    base = base_arm(work)
    design, names = arm_columns(arms, base)
    if not names:
        raise InputError("Only one arm was rated; differences need two.")
    raters, labels = np.array([row.rater for row in rows]), np.array(arms)
    terms = [RandomTerm("case", np.array([row.cases[0] for row in rows]))]
    if len(set(raters)) > 1:
        terms = [RandomTerm("rater", raters), *terms, rater_by_arm(raters, labels)]
    values = np.array([float(row.value) for row in rows])
    return fitted(values, design, names, terms, raters), names, base


def fitted(
    values: np.ndarray, design: np.ndarray, names: Sequence[str], terms: Sequence[RandomTerm], raters: np.ndarray
) -> OrdinalFit:
    """Fit an ordinal model with random terms; of very many answers the one with clustered errors."""
    if len(values) <= MOST:
        return fit_or_fall_back(values, design, names, terms, raters)
    cases = next(term.groups for term in terms if term.name == "case")
    plain = fit_cumulative(values, design, names, clusters=raters, cases=cases)
    return replace(plain, caveats=(MANY.format(len(values), MOST), *plain.caveats))


def _means(work: Work, rows: Sequence[Rating]) -> tuple[Estimate, ...]:
    return opinion_scores(_by_arm(work, rows), level=LEVEL)


def _against_real(work: Work, rows: Sequence[Rating], top: int) -> tuple[Estimate, ...]:
    """Give differential scores: the real arm is the hidden reference of all others, for each rater."""
    if not work.answers.real:
        return ()
    table, base = _by_arm(work, rows), base_arm(work)
    real = {work.name(one) for one in work.answers.real}
    others = {arm: base for arm in table.items if arm not in real}
    return differential_scores(table, others, top=top, level=LEVEL) if base in real & {*table.items} and others else ()


def _by_arm(work: Work, rows: Sequence[Rating]) -> RatingTable:
    return make_table(
        np.array([row.rater for row in rows]),
        np.array([work.name(row.letters[0]) for row in rows]),
        np.array([float(row.value) for row in rows]),
    )


def _contrasts(work: Work, rows: Sequence[Rating]) -> tuple[Estimate, ...]:
    fit, names, base = model_of(work, rows)
    return contrasts(fit, names, base, level=LEVEL)


def _proportional(work: Work, rows: Sequence[Rating]) -> tuple[Estimate, ...]:
    arms = [work.name(row.letters[0]) for row in rows]
    design, names = arm_columns(arms, base_arm(work))
    return check_proportional(np.array([float(row.value) for row in rows]), design, names, {"Arms": names})


def _weighed(work: Work, rows: Sequence[Rating]) -> list[Estimate]:
    """Give opinions of arms without raters' biases, each rater weighed by consistency, and the weights (P.910)."""
    table = make_table(
        np.array([row.rater for row in rows]),
        np.array([row.codes[0] for row in rows]),
        np.array([float(row.value) for row in rows]),
    )
    found, arm_of = project(table), {row.codes[0]: work.name(row.letters[0]) for row in rows}
    base = Estimate("mos-weighed", "Mean opinion, raters weighed", 0.0, level=LEVEL, random=("cases",),
                    method="biases taken out, raters weighed by consistency; Student's t over images",
                    citation="ITU-T P.910 (2023), annex E")  # fmt: skip
    estimates = []
    for arm in sorted(set(arm_of.values())):
        means = found.means[[arm_of[item] == arm for item in found.items]]
        error = float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else float("nan")
        reach = error * float(student.ppf((1 + LEVEL) / 2, max(1, len(means) - 1)))
        value = float(means.mean())
        row = replace(base, value=value, low=value - reach, high=value + reach, n=len(means), subject=arm, se=error)
        estimates.append(row)
    weights = found.weights * len(found.raters)
    estimates += _weighed_contrasts(work, rows, dict(zip(found.raters, weights, strict=True)))
    return estimates + [
        Estimate("rater-weight", "Weight of a rater", float(weight), method="1 is an average rater", subject=rater,
                 citation=base.citation)
        for rater, weight in zip(found.raters, weights, strict=True)
    ]  # fmt: skip


def _weighed_contrasts(work: Work, rows: Sequence[Rating], weights: Mapping[str, float]) -> tuple[Estimate, ...]:
    """Compare arms again, each answer counted by the weight of its rater: a finding that rests on erratic ones goes."""
    arms, base = [work.name(row.letters[0]) for row in rows], base_arm(work)
    design, names = arm_columns(arms, base)
    if not names:
        return ()
    try:
        fit = fit_cumulative(
            np.array([float(row.value) for row in rows]), design, names,
            clusters=np.array([row.rater for row in rows]), cases=np.array([row.cases[0] for row in rows]),
            weights=np.array([weights[row.rater] for row in rows]),
        )  # fmt: skip
    except WorkError:
        return ()  # said where the same arms are compared without weights
    fit = replace(fit, method=f"{fit.method}, answers weighed by their rater's consistency (ITU-T P.910, annex E)")
    return contrasts(fit, names, base, level=LEVEL)


def serial(rows: Sequence[Rating]) -> tuple[Estimate, ...]:
    """Give how answers drift within and between blocks, and how far they are pulled towards the one before.

    Arms are in the model: a schedule that keeps runs of one arm short makes neighbours differ, which is no pull.
    """
    raters = np.array([row.rater for row in rows])
    values = np.array([float(row.value) for row in rows])
    terms = serial_terms(
        raters, np.array([row.ordinal for row in rows], float), np.array([row.block for row in rows]), values
    )
    kept = terms.kept
    arms, names = arm_columns([row.letters[0] for row, one in zip(rows, kept, strict=True) if one])
    cases = np.array([row.cases[0] for row in rows])[kept]
    random = [RandomTerm("rater", raters[kept]), RandomTerm("case", cases)]
    columns = np.column_stack([terms.columns, arms])
    fit = fitted(values[kept], columns, (*terms.names, *names), random, raters[kept])
    return slope_estimates(fit, {name: TITLES[name] for name in terms.names}, level=LEVEL)
