"""The analysis of a study: primary tests, each question by its kind, and what is said of every study."""

from __future__ import annotations

from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_ratings import Analysis
from synthscope.studies.analysis.always import agreement, attention, repeats, times
from synthscope.studies.analysis.dispatching import analyse_question
from synthscope.studies.analysis.primary import HEADING, primary
from synthscope.studies.analysis.work import Work
from synthscope.studies.discrimination.yes_no_estimates import few_readers

FEW_CASES = 10


def analyse(answers: StudyAnswers) -> Analysis:
    """Analyse the answers of a study.

    Blind answers are analysed under letters, and only in what needs no truth and lets nobody guess it; where arms are
    real or synthetic that leaves attention, agreement, repeats and times. Every question is analysed by its kind; the
    primary tests are those of one, and rows of all others are marked as secondary. The same answers give the same
    numbers to the last digit.

    Parameters
    ----------
    answers : StudyAnswers

    Returns
    -------
    Analysis
        What could not be computed stands in its warnings, with the reason.
    """
    work = Work(answers, warnings=list(answers.notes))
    if not answers.ratings:
        work.warnings.append("There is no answer to analyse.")
        return _result(work)
    attention(work)
    if not answers.blind:
        work.attempt(HEADING, lambda: primary(work))
    for question in answers.questions:
        analyse_question(work, question)
    agreement(work)
    repeats(work)
    times(work)
    _small(work)
    return _result(work)


def _small(work: Work) -> None:
    for sentence in few_readers(len(work.raters)):
        work.warnings.append(sentence)
    cases = {case for row in work.answers.ratings if row.role == "test" for case in row.cases}
    if len(cases) < FEW_CASES:
        work.warnings.append(f"With {len(cases)} cases nothing can be said of other images; show more cases.")


def _result(work: Work) -> Analysis:
    answers = work.answers
    return Analysis(
        study=answers.study,
        title=answers.title,
        paradigm=answers.paradigm,
        blind=answers.blind,
        grade=answers.grade,
        estimates={heading: tuple(rows) for heading, rows in work.estimates.items()},
        curves=tuple(work.curves),
        flow=answers.flow,
        excluded=answers.excluded,
        letters=answers.letters,
        warnings=tuple(dict.fromkeys(work.warnings)),
        methods=_methods(work),
        heads=answers.heads,
        plan_sha256=answers.plan_sha256,
        key_commitment=answers.key_commitment,
    )


def _methods(work: Work) -> str:
    answers, plan = work.answers, work.answers.plan
    tests = len({(row.rater, row.trial) for row in answers.ratings if row.role == "test"})
    who = f"{len(work.raters)} raters gave answers in {tests} trials"
    left = f"; {len(answers.excluded)} raters were left out on blinded data" if answers.excluded else ""
    corrected = f"Primary tests were corrected by Holm's method at {plan.alpha:g}."
    kind = "Arms were analysed under letters." if answers.blind else corrected
    if work.judged is not None and len(answers.questions) > 1 and not answers.blind:
        kind += f" They are those of “{work.judged.prompt}”; other questions are secondary, their p-values uncorrected."
    said = dict.fromkeys(work.methods)
    return " ".join([
        f"{who}{left}. Trials answered in less than {plan.fastest} ms were not used.", *said, kind,
        f"Intervals are at 95 % unless stated; bootstraps took {plan.resamples} draws (seed {plan.seed}).",
    ])  # fmt: skip
