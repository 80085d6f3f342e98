"""The analysis of a study: its statistics, joined by paradigm."""

from __future__ import annotations

from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_ratings import Analysis


def analyse(answers: StudyAnswers) -> Analysis:
    """Give who took part and what was analysed."""
    return Analysis(
        answers.study, answers.title, answers.paradigm, answers.blind, answers.grade, {}, flow=answers.flow,
        excluded=answers.excluded, letters=answers.letters, heads=answers.heads, plan_sha256=answers.plan_sha256,
        key_commitment=answers.key_commitment,
    )  # fmt: skip
