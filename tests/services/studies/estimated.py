"""Analyses made of simulated answers by the statistics themselves, for tests of reports."""

from __future__ import annotations

from typing import Any

import numpy as np
from synthscope.services.studies.tables import rows_of, table_of
from tests.services.studies.simulated import answers

from synthscope.records.study import Paradigm
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_ratings import Analysis, Curve, Estimate
from synthscope.studies.discrimination.area_estimates import area_estimates, roc_curves
from synthscope.studies.discrimination.choice_estimates import choice_estimates
from synthscope.studies.discrimination.scores import ReaderScores, reader_scores
from synthscope.studies.discrimination.yes_no_estimates import yes_no_estimates
from synthscope.studies.ranking.bradley_terry import fit_preferences
from synthscope.studies.ranking.comparisons import make_comparisons
from synthscope.studies.ranking.ranks import rank_estimates, score_estimates

FLOW = {
    "invited": 9, "started": 7, "finished": 6, "withdrawn": 1, "excluded": 2, "analysed": 4, "trials planned": 999,
    "trials answered": 777, "trials interrupted": 3,
}  # fmt: skip


def analysis(paradigm: Paradigm = "real-or-synthetic", **wishes: Any) -> tuple[Analysis, StudyAnswers]:
    """Give an unblinded analysis with the answers it is of."""
    found = answers(paradigm, **wishes)
    make = {"real-or-synthetic": _yes_no, "forced-choice": _choices, "pairs": _pairs}[paradigm]
    estimates, curves = make(found)
    made = Analysis(
        found.study, found.title, paradigm, blind=False, grade="A", estimates=estimates, curves=curves, flow=FLOW,
        excluded={"rater-008": "3 of 4 catch trials <missed>", "rater-009": "left early & silent"},
        letters=dict(found.letters), warnings=("A term of C was dropped: it did not converge.",),
        methods="Raters and cases were random in every test.", heads={"s1": "ab" * 32}, plan_sha256="cd" * 32,
        key_commitment="ef" * 32,
    )  # fmt: skip
    return made, found


def _scores(found: StudyAnswers) -> tuple[ReaderScores, tuple[str, ...], tuple[str, ...]]:
    table = table_of(rows_of(found.ratings, "real"))
    letters = np.array(table.letters)
    arms = tuple(sorted(set(table.letters) - set(found.real)))
    scores = np.stack([np.where(table.real | (letters == arm), table.values, np.nan) for arm in arms])
    return reader_scores(scores, ~table.real), arms, table.raters


def _yes_no(found: StudyAnswers) -> tuple[dict[str, tuple[Estimate, ...]], tuple[Curve, ...]]:
    data, arms, raters = _scores(found)
    said = np.where(np.isfinite(data.scores[0]), data.scores[0] <= 3, np.nan)
    rng = np.random.default_rng(0)
    rows = yes_no_estimates(said, ~data.positive, rng, raters=raters, subject=arms[0], resamples=50)
    thirds = tuple(
        Curve("accuracy-by-third", "Accuracy by third", (1.0, 2.0, 3.0), (0.6, 0.7, 0.65), "Third", "Part right", arm,
              (0.5, 0.6, 0.5), (0.7, 0.8, 0.8))
        for arm in arms
    )  # fmt: skip
    estimates = {"Detection": area_estimates(data, arms, raters), "Yes or no": rows}
    return estimates, (*roc_curves(data, arms, raters), *thirds)


def _choices(found: StudyAnswers) -> tuple[dict[str, tuple[Estimate, ...]], tuple[Curve, ...]]:
    rows = rows_of(found.ratings, "choice")
    raters = tuple(sorted({row.rater for row in rows}))
    own = [[row for row in rows if row.rater == rater] for rater in raters]
    longest = max(map(len, own))
    right = np.full((len(raters), longest), np.nan)
    for i, mine in enumerate(own):
        right[i, : len(mine)] = [row.truth[row.value] for row in mine]
    return {"Choices": choice_estimates(right, raters, subject="A")}, ()


def _pairs(found: StudyAnswers) -> tuple[dict[str, tuple[Estimate, ...]], tuple[Curve, ...]]:
    rows = rows_of(found.ratings, "choice")
    fit = fit_preferences(
        make_comparisons(
            [row.letters[0] for row in rows], [row.letters[1] for row in rows], np.array([row.value for row in rows]),
            [row.rater for row in rows],
        )
    )  # fmt: skip
    rng = np.random.default_rng(0)
    return {"Ranking": (*rank_estimates(fit, rng), *score_estimates(fit))}, ()
