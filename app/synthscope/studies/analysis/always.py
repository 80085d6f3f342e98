"""What is said of every study, blind or not: attention, agreement, repeats, times, order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from synthscope.records.study import Question
from synthscope.records.study_ratings import Curve, Estimate, Rating
from synthscope.studies.agreement.estimates import Scale, agreement_estimates, repeat_estimates
from synthscope.studies.analysis.rows import repeats_of, rows_of
from synthscope.studies.analysis.work import LEVEL, Work
from synthscope.studies.ordinal.serial import by_third
from synthscope.studies.ordinal.times import fit_times
from synthscope.studies.screening.attention import catch_estimates, check_attention
from synthscope.studies.screening.catching import is_caught

SCALES: dict[str, Scale] = {"confidence": "ordinal", "scale": "ordinal", "count": "interval", "trace": "interval"}


def attention(work: Work) -> None:
    """Count catch trials and hasty answers."""
    first = work.first
    rows = rows_of(work.answers.ratings, first.id, ("test", "repeat", "catch"))
    is_catch = np.array([row.role == "catch" for row in rows], bool)
    if is_catch.any():
        right = np.array([row.role == "catch" and is_caught(first, row.right, row.value) for row in rows], bool)
        who, times = np.array([row.rater for row in rows]), np.array([row.rt_ms for row in rows], float)
        found = check_attention(who, times, is_catch, right, fastest=work.answers.plan.fastest)
        work.attempt("Attention", lambda: catch_estimates(found, level=LEVEL))
    if work.hasty:
        work.warnings.append(
            f"{len(work.hasty)} trials were answered in less than {work.answers.plan.fastest} ms and are left out."
        )


def agreement(work: Work) -> None:
    """Say how far raters agree on each question, over all arms and within each."""
    plan = work.answers.plan
    for question in work.answers.questions:
        scale = SCALES.get(question.kind)
        if scale is None or work.answers.places > 1 or len(work.raters) < 2 or not work.tests(question.id):
            continue  # beside each other, pictures come together anew for each rater
        table = work.table(question.id)
        for letter in ("", *(work.letters if len(work.letters) > 1 else ())):
            part = table.of([letter]) if letter else table
            subject = ", ".join(one for one in (question.id, letter and work.name(letter)) if one)
            work.attempt(
                "Agreement",
                partial(
                    agreement_estimates, part.values, scale, work.rng(f"agreement {subject}"),
                    categories=steps_of(question), subject=subject, resamples=plan.resamples, level=LEVEL,
                ),
            )  # fmt: skip


def repeats(work: Work) -> None:
    """Say how far raters agree with themselves."""
    for question in work.answers.questions:
        pairs = repeats_of(work.tests(question.id, repeats=True))
        if question.kind in ("marks", "text") or not pairs:
            continue
        first, second = (np.array([place_free(row, question) for row in side]) for side in zip(*pairs, strict=True))
        cases = np.array([one.cases[0] for one, _ in pairs])
        work.attempt(
            "Repeats",
            partial(
                repeat_estimates, first, second, work.rng(f"repeats {question.id}"), cases=cases,
                categories=steps_of(question),
                weights="none" if question.kind == "choice" else "quadratic", subject=question.id,
                resamples=work.answers.plan.resamples, level=LEVEL,
            ),
        )  # fmt: skip


def times(work: Work) -> None:
    """Say how long answers took, by rater and by arm, and whether raters grew faster."""
    rows = [row for row in work.tests(work.first.id) if np.isfinite(row.rt_ms)]
    if not rows:
        return
    by_rater = {name: np.array([row.rt_ms for row in rows if row.rater == name]) for name in work.raters}
    work.add("Response times", [_median(name, found) for name, found in by_rater.items() if len(found)])
    arms = np.array([work.name(row.letters[-1] if work.answers.places == 1 else "") for row in rows])
    work.attempt(
        "Response times",
        lambda: fit_times(
            np.array([row.rt_ms for row in rows]), arms, np.array([_right(row, work) for row in rows], bool),
            np.array([row.ordinal for row in rows], float), np.array([row.rater for row in rows]),
            np.array([row.cases[0] for row in rows]), fastest=work.answers.plan.fastest, level=LEVEL,
        ).estimates,
    )  # fmt: skip
    work.draw(lambda: _thirds(rows, [row.rt_ms / 1000 for row in rows], "times", "Response time", "mean seconds"))


def accuracy_by_third(work: Work, question: Question) -> None:
    """Draw the part of right answers in each third of the study: learning or fatigue."""
    known = [row for row in work.tests(question.id) if is_right(row, question, work) is not None]
    scores = [float(bool(is_right(row, question, work))) for row in known]
    work.draw(lambda: _thirds(known, scores, "accuracy", "Right answers", "part of right answers"))


def is_right(row: Rating, question: Question, work: Work) -> bool | None:
    """Tell whether an answer is right; None where no answer is, or the truth is not known."""
    if not row.truth:
        return None
    if question.kind == "confidence":
        said = says_real(row, question.steps)
        return None if np.isnan(said) else bool(said) == row.truth[0]
    if question.kind == "choice" and work.answers.paradigm == "forced-choice":
        return bool(row.value >= 0 and row.truth[row.value])
    return None


def says_real(row: Rating, steps: int) -> float:
    """Give 1 for "real", 0 for "synthetic", not a number for the middle of an odd scale."""
    middle = (steps + 1) / 2
    return float("nan") if row.value == middle else float(row.value < middle)


def steps_of(question: Question) -> tuple[float, ...] | None:
    """Give all steps of a scale; None where answers are no steps."""
    if question.kind not in ("confidence", "scale"):
        return None
    return tuple(float(step) for step in range(1, question.steps + 1))


def place_free(row: Rating, question: Question) -> float:
    """Give an answer so that swapped places do not matter: of a choice, the place of its picture by code."""
    if question.kind != "choice":
        return float(row.value)
    return -1.0 if row.value < 0 else float(sorted(row.codes).index(row.codes[row.value]))


def _right(row: Rating, work: Work) -> bool:
    found = is_right(row, work.first, work)
    return True if found is None else found


def _median(rater: str, found: np.ndarray) -> Estimate:
    low, middle, high = np.percentile(found, (25, 50, 75)) / 1000
    return Estimate(
        "response-time", "Response time (s)", float(middle), float(low), float(high), len(found),
        "median and quartiles of the rater's trials", rater, level=0.5,
    )  # fmt: skip


def _thirds(rows: Sequence[Rating], scores: Sequence[float], name: str, title: str, y_title: str) -> Curve:
    found = by_third(
        np.array([row.rater for row in rows]), np.array([row.ordinal for row in rows], float), np.array(scores, float)
    )
    return replace(found, name=f"{name}-by-third", title=f"{title} by third of the study", y_title=y_title)
