"""Choices between two images: which is better, or nearer to a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from synthscope.records.study import Question
from synthscope.records.study_ratings import Estimate, Rating
from synthscope.studies.analysis.work import LEVEL, Work
from synthscope.studies.ranking.bradley_terry import Preferences, fit_preferences
from synthscope.studies.ranking.comparisons import Comparisons, make_comparisons, win_matrix
from synthscope.studies.ranking.fit_quality import count_triads, goodness_of_fit, transitivity
from synthscope.studies.ranking.ranks import rank_estimates, score_estimates
from synthscope.studies.ranking.reliability import fit_reliability
from synthscope.studies.ranking.scales import scale_triplets


def preferences(work: Work, question: Question) -> None:
    """Analyse "which is better?": scores and ranks of arms, whether one scale describes them, raters' reliability."""
    rows = work.tests(question.id)
    work.attempt(work.heading(question, "Preferences"), lambda: score_estimates(fit_of(work, rows), level=LEVEL))
    _ranks(work, question, rows)
    _consistency(work, question, rows)
    work.methods.append(
        "Preferences were scaled by the Bradley-Terry model with Davidson's ties and a term for the side; errors are "
        "clustered by raters and by cases, and ranks come from simultaneous intervals of all differences."
    )


def triplets(work: Work, question: Question) -> None:
    """Analyse "which is nearer to the reference?": just noticeable differences of arms."""
    rows = work.tests(question.id)
    work.attempt("Differences from the reference", lambda: _scaled(work, rows))
    _ranks(work, question, rows)
    _consistency(work, question, rows)
    work.methods.append(
        "Answers were scaled by Thurstone's Case V in just noticeable differences, with a term for the side; errors "
        "are clustered by raters and by cases."
    )


def fit_of(work: Work, rows: Sequence[Rating]) -> Preferences:
    """Fit scores of arms to choices."""
    return fit_preferences(comparisons_of(work, rows))


def comparisons_of(work: Work, rows: Sequence[Rating]) -> Comparisons:
    """Give choices as comparisons of arms; those of an arm with itself say nothing of it and are left out."""
    apart = [row for row in rows if row.letters[0] != row.letters[1]]
    return make_comparisons(
        [work.name(row.letters[0]) for row in apart], [work.name(row.letters[1]) for row in apart],
        np.array([row.value for row in apart], int), [row.rater for row in apart], cases=_cases(apart),
    )  # fmt: skip


def _cases(rows: Sequence[Rating]) -> np.ndarray:
    return np.array([row.cases for row in rows])


def _scaled(work: Work, rows: Sequence[Rating]) -> tuple[Estimate, ...]:
    apart = [row for row in rows if row.letters[0] != row.letters[1]]
    left, right = ([work.name(row.letters[place]) for row in apart] for place in (0, 1))
    nearer = np.array([row.value for row in apart], int)
    raters = [row.rater for row in apart]
    return scale_triplets(left, right, nearer, raters, cases=_cases(apart), level=LEVEL).estimates


def _ranks(work: Work, question: Question, rows: Sequence[Rating]) -> None:
    heading = work.heading(question, "Ranks")
    work.attempt(heading, lambda: rank_estimates(fit_of(work, rows), work.rng("ranks"), level=LEVEL))


def _consistency(work: Work, question: Question, rows: Sequence[Rating]) -> None:
    heading = work.heading(question, "Consistency of choices")
    work.attempt(heading, lambda: goodness_of_fit(fit_of(work, rows), comparisons_of(work, rows)))
    work.attempt(heading, lambda: _circles(work, rows))
    work.attempt(work.heading(question, "Reliability of raters"), lambda: _reliability(work, rows))


def _circles(work: Work, rows: Sequence[Rating]) -> list[Estimate]:
    wins = win_matrix(comparisons_of(work, rows))
    found, broken = count_triads(wins, work.rng("triads")), transitivity(wins)
    base = Estimate("circular-triads", "Circles among three arms", float(found.circular), n=found.complete,
                    method="of the majorities; p: as few if every pair were decided by a coin", p_value=found.p_value,
                    citation="Kendall & Babington Smith 1940")  # fmt: skip
    rule = replace(
        base, name="weak-transitivity", title="Broken rules of weak transitivity", value=float(broken.weak),
        n=broken.triples, method="shares of all raters together", p_value=float("nan"), citation="Tversky & Russo 1969",
    )  # fmt: skip
    return [base, rule]


def _reliability(work: Work, rows: Sequence[Rating]) -> list[Estimate]:
    found = fit_reliability(comparisons_of(work, rows))
    return [
        Estimate("reliability", "Share of choices that follow the common scores", float(value),
                 method="expectation and maximisation; 0.5 is guessing", subject=rater, citation="Chen et al. 2013")
        for rater, value in zip(found.raters, found.reliability, strict=True)
    ]  # fmt: skip
