"""Who is left out, decided before anybody knows who was right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from synthscope.errors import InputError
from synthscope.records.study import Question
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_freeze import Screening
from synthscope.records.study_ratings import Rating
from synthscope.services.studies.collecting import SCREENING, answers_of
from synthscope.services.studies.secret_words import check_told_blind
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.screening.attention import Advice, Attention, advise, check_attention
from synthscope.studies.screening.catching import is_caught
from synthscope.studies.screening.kurtosis import screen_by_kurtosis
from synthscope.studies.screening.projection import project
from synthscope.studies.tables import RatingTable, make_table

_LEAST_RATERS = 3


def propose(study: StudyFile) -> tuple[Advice, ...]:
    """Say of every rater what the screens find; only the rule on catch trials asks to leave somebody out.

    Raises
    ------
    InputError
        If the study is not closed yet: until then answers may still come.
    """
    if study.state != "closed":
        raise InputError(f"The study is {study.state}; raters are screened once it is closed, on blinded answers.")
    return advice_on(answers_of(study))


def advice_on(answers: StudyAnswers) -> tuple[Advice, ...]:
    """Screen the raters of blind answers: catch trials, answers faster than sight, and for scales P.910 and BT.500."""
    if not answers.ratings:
        return ()
    first = answers.questions[0]
    rows = [row for row in answers.ratings if row.question == first.id and row.role != "training"]
    seen = _attention(rows, first, answers.plan.fastest)
    table = _table(rows, first)
    least = answers.plan.catch_least
    if table is None:
        return tuple(_by_catches(one, least) for one in seen)
    return advise(project(table), seen, screen_by_kurtosis(table), catch_least=least)


def screen_study(study: StudyFile, excluded: Mapping[str, str], by: str, reason: str = "Screened.") -> Screening:
    """Record who is left out and why; the study goes on to its analysis.

    Raises
    ------
    InputError
        If a rater is unknown, no reason is given, nobody would be left, or what is said names an arm or a case.
    """
    found = propose(study)
    known = {one.rater for one in found}
    for rater, why in excluded.items():
        if rater not in known:
            raise InputError(f"{rater!r} has given no answers; leave out one of {', '.join(sorted(known))}.")
        if not why.strip():
            raise InputError(f"{rater!r} is left out without a reason; give one, it will be reported.")
    ours = rule_of(found)
    check_told_blind(study.design, by, reason, *(why for rater, why in excluded.items() if why != ours.get(rater)))
    if known <= set(excluded):
        raise InputError("No rater would be left; keep at least one, or begin another study.")
    stay = [one for one in found if one.rater not in excluded]
    screening = Screening(dict(excluded), tuple(sentence for one in stay for sentence in one.look), by=by)
    with study.whole():
        study.put(SCREENING, screening)
        study.advance("screened", by, reason)
    return screening


def rule_of(found: Sequence[Advice]) -> dict[str, str]:
    """Give who is left out by the registered rule, with the reason."""
    return {one.rater: " ".join(one.look) for one in found if one.exclude}


def _attention(rows: Sequence[Rating], first: Question, fastest: float) -> tuple[Attention, ...]:
    return check_attention(
        np.array([row.rater for row in rows]),
        np.array([row.rt_ms for row in rows], float),
        np.array([row.role == "catch" for row in rows], bool),
        np.array([row.role == "catch" and is_caught(first, row.right, row.value) for row in rows], bool),
        fastest=fastest,
    )


def _table(rows: Sequence[Rating], first: Question) -> RatingTable | None:
    """Lay out steps of a scale as raters by pictures; None where answers are no steps, or raters too few."""
    tests = [row for row in rows if row.role == "test"]
    raters = {row.rater for row in tests}
    if first.kind not in ("scale", "confidence") or len(raters) < _LEAST_RATERS:
        return None
    return make_table(
        np.array([row.rater for row in tests]),
        np.array([row.codes[0] for row in tests]),
        np.array([row.value for row in tests], float),
    )


def _by_catches(one: Attention, least: float) -> Advice:
    failed = bool(one.catches) and one.passed < least
    counts = f"{one.caught} of {one.catches} catch trials"
    look = [f"Rater {one.rater} answered {counts} rightly; the plan asks for {least:.0%}."]
    hasty = [f"Rater {one.rater} gave {one.hasty} of {one.timed} answers faster than sight."] if one.hasty else []
    return Advice(one.rater, 1.0, failed, tuple((look if failed else []) + hasty))
