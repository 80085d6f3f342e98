"""Analyses of simulated answers, for tests of reports."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from tests.services.studies.simulated import answers

from synthscope.records.study import Paradigm
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_ratings import Analysis
from synthscope.studies.analysis.analyse import analyse

FLOW = {
    "invited": 9, "started": 7, "finished": 6, "withdrawn": 1, "excluded": 2, "analysed": 4, "trials planned": 999,
    "trials answered": 777, "trials interrupted": 3,
}  # fmt: skip


@cache
def analysis(paradigm: Paradigm = "real-or-synthetic", **wishes: Any) -> tuple[Analysis, StudyAnswers]:
    """Give an unblinded analysis with the answers it is of, as if raters had left on the way."""
    found = replace(
        answers(paradigm, **wishes),
        flow=FLOW, heads={"s1": "ab" * 32}, plan_sha256="cd" * 32, key_commitment="ef" * 32,
        excluded={"rater-008": "3 of 4 catch trials <missed>", "rater-009": "left early & silent"},
    )  # fmt: skip
    return analyse(found), found


def blinded(found: StudyAnswers) -> Analysis:
    """Give the blind analysis of the same answers."""
    rows = tuple(replace(row, truth=(), right=row.right if row.role == "catch" else -1) for row in found.ratings)
    return analyse(replace(found, ratings=rows, blind=True, letters={}, real=()))
