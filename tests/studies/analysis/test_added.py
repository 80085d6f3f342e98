"""Questions that a designer adds are analysed by their kind, as secondary ones, and change no primary test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from tests.studies.analysis.simulated import blinded, simulated

from synthscope.errors import InputError
from synthscope.records.documents import canonical
from synthscope.records.study import PARADIGMS, Paradigm, Question
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_events import Mark
from synthscope.records.study_ratings import Analysis, Estimate, Rating
from synthscope.services.studies.beside_numbers import numbers_of
from synthscope.services.studies.exporting import imrmc_csv
from synthscope.services.studies.reporting.card import make_card
from synthscope.services.studies.reporting.contents import StudyReport
from synthscope.services.studies.reporting.csv_table import estimates_csv
from synthscope.services.studies.reporting.headline import headline
from synthscope.studies.analysis.analyse import analyse
from synthscope.studies.analysis.primary import HEADING
from synthscope.studies.analysis.work import SECONDARY, Work, is_secondary
from synthscope.studies.design.paradigms import CONFIDENCE, QUALITY

SCALE = Question("sharp", "scale", "How sharp is it?", QUALITY)
MARKS = Question("spots", "marks", "Mark spots.", reasons=("blur", "ring"), required=False)
COUNT = Question("pores", "count", "How many pores?")
TRACE = Question("crack", "trace", "Trace the crack.")
SURE = Question("sure", "confidence", "Is it real?", CONFIDENCE)
CHOICE = Question("liked", "choice", "Which do you like?")
WORDS = Question("words", "text", "Anything else?", required=False)
ADDED = (SCALE, MARKS, COUNT, TRACE, SURE, CHOICE, WORDS)
SINGLE = {"real-or-synthetic", "exposure", "rating", "marking", "task", "reference"}


@cache
def made(paradigm: Paradigm, added: tuple[Question, ...] = ADDED) -> StudyAnswers:
    return simulated(paradigm, per_arm=12, added=added, lag=5)


@cache
def found(paradigm: Paradigm) -> Analysis:
    return analyse(made(paradigm))


def under(analysis: Analysis, heading: str, name: str) -> Mapping[str, Estimate]:
    return {one.subject: one for one in analysis.estimates[heading] if one.name == name}


def without(answers: StudyAnswers, added: tuple[Question, ...] = ADDED) -> StudyAnswers:
    """Leave added questions and their answers out of the same study."""
    ids = {one.id for one in added}
    rows = tuple(row for row in answers.ratings if row.question not in ids)
    return replace(answers, ratings=rows, questions=tuple(one for one in answers.questions if one.id not in ids))


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_added_questions_change_no_primary_test(paradigm: Paradigm) -> None:
    alone = analyse(without(made(paradigm)))
    together = found(paradigm).estimates
    assert HEADING in alone.estimates
    assert not any(map(is_secondary, together[HEADING]))
    for heading in set(alone.estimates) - {"Agreement", "Repeats"}:  # in them the added questions stand too
        assert canonical(together[heading]) == canonical(alone.estimates[heading])


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_every_added_question_is_analysed_or_named(paradigm: Paradigm) -> None:
    analysis = found(paradigm)
    secondary = {heading for heading, rows in analysis.estimates.items() if all(map(is_secondary, rows))}
    said = {one.id: any(one.prompt in heading for heading in secondary) for one in ADDED}
    named = {one.id: any(sentence.startswith(one.prompt) for sentence in analysis.warnings) for one in ADDED}
    assert all(said[name] != named[name] for name in said), (said, named)
    assert named["words"]
    assert said["spots"]
    assert said["sharp"] == said["pores"] == said["crack"] == (paradigm in SINGLE)
    assert said["liked"] == (paradigm not in SINGLE)
    assert said["sure"] == (paradigm in SINGLE - {"reference"})  # beside its reference no real image is judged
    assert f"“{made(paradigm).questions[0].prompt}”; other questions are secondary" in analysis.methods


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_nothing_of_an_added_question_is_named_under_letters(paradigm: Paradigm) -> None:
    blind = analyse(blinded(made(paradigm)))
    text = canonical(blind).decode()
    assert not [name for name in ("scan", "gen-near", "gen-far") if name in text]
    names = {row.name for rows in blind.estimates.values() for row in rows}
    assert not names & {"auc", "reader-auc", "human-error-rate", "d-prime", "correct", "side-bias", "dmos"}
    if paradigm in ("real-or-synthetic", "exposure", "forced-choice"):
        assert not names & {"mos", "marks", "measured", "latent-difference"}  # they let guess which letter is real
    else:
        assert "marks" in names


def test_a_difference_in_an_added_scale_is_found_and_where_there_is_none_it_is_not() -> None:
    answers, rng = made("real-or-synthetic"), np.random.default_rng(5)
    letter = {name: one for one, name in answers.letters.items()}

    def planted(row: Rating, size: float) -> Rating:
        if row.question != SCALE.id:
            return row
        value = np.digitize(rng.logistic() - size * (row.letters == (letter["gen-far"],)), [-1.5, -0.5, 0.5, 1.5]) + 1
        return replace(row, value=int(value))

    for size in (2.0, 0.0):
        rows = tuple(planted(row, size) for row in answers.ratings)
        shown = under(analyse(replace(answers, ratings=rows)), f"Ratings: {SCALE.prompt}", "latent-difference")
        far, near = shown["gen-far against scan"], shown["gen-near against scan"]
        assert (far.high < 0) == (size > 0)
        assert far.low < -size < far.high
        assert near.low < 0 < near.high
        assert SECONDARY in far.caveats


def test_an_added_confidence_is_told_from_real_with_its_areas() -> None:
    areas = under(found("rating"), f"Told from real: {SURE.prompt}", "auc")
    assert areas["gen-far"].value > areas["gen-near"].value
    assert areas["gen-far"].low > 0.5


def test_marks_beside_a_choice_belong_to_the_picture_that_they_are_in() -> None:
    answers = made("pairs", (MARKS,))
    far = next(letter for letter, name in answers.letters.items() if name == "gen-far")
    rows = tuple(
        replace(row, value=tuple(Mark("point", ((1.0, 1.0),), place=place, reason="ring")
                                 for place, letter in enumerate(row.letters) for _ in range(3 if letter == far else 1)))
        if row.question == MARKS.id else row
        for row in answers.ratings
    )  # fmt: skip
    analysis = analyse(replace(answers, ratings=rows))
    counts = under(analysis, f"Marks on an image: {MARKS.prompt}", "marks")
    assert {name: row.value for name, row in counts.items()} == {"scan": 1.0, "gen-near": 1.0, "gen-far": 3.0}
    differences = under(analysis, f"Marks on an image: {MARKS.prompt}", "marks-difference")
    assert differences["gen-far less scan"].value == 2.0


def test_a_second_choice_of_triplets_is_a_preference_and_no_distance_from_the_reference() -> None:
    ranks = under(found("triplet"), f"Ranks: {CHOICE.prompt}", "rank")
    assert ranks["gen-near"].value < ranks["gen-far"].value
    assert not [one for one in found("triplet").estimates if CHOICE.prompt in one and one.startswith("Differences")]


def test_a_question_asked_before_that_of_the_paradigm_is_secondary_all_the_same() -> None:
    answers = made("real-or-synthetic", (SCALE,))
    turned = analyse(replace(answers, questions=answers.questions[::-1]))
    assert canonical(turned.estimates[HEADING]) == canonical(analyse(answers).estimates[HEADING])


def test_a_study_without_the_question_of_its_paradigm_has_no_primary_test_and_says_so() -> None:
    answers = made("rating", (SURE,))
    rows = tuple(row for row in answers.ratings if row.question == SURE.id)
    analysis = analyse(replace(answers, questions=(SURE,), ratings=rows))
    assert HEADING not in analysis.estimates
    assert any("no question of kind scale was asked" in one for one in analysis.warnings)
    assert f"Told from real: {SURE.prompt}" in analysis.estimates


def test_the_answer_of_a_report_and_its_large_figure_are_never_of_a_secondary_question() -> None:
    marked = StudyReport(found("marking"))
    without_it = StudyReport(analyse(without(made("marking"))))
    assert headline(marked) == headline(without_it)
    shown = make_card(StudyReport(found("task"))).primary
    assert shown is None or not any(is_secondary(row.estimate) for row in shown.rows)
    assert SECONDARY in estimates_csv(marked)


def test_a_scale_beside_two_pictures_is_exported_and_set_beside_metrics_for_none_of_them() -> None:
    answers = made("pairs")
    with pytest.raises(InputError, match="shows 2 pictures in a trial; a scale does not say of which"):
        imrmc_csv(answers)
    work = Work(answers)
    assert {one.question for one in numbers_of(work)} == {"choice", "spots", "liked"}
    assert "Answers to 'sharp' do not say of which of the 2 pictures they are; no metric stands beside them." in (
        work.warnings
    )


@pytest.mark.parametrize("paradigm", ["real-or-synthetic", "pairs"])
@pytest.mark.parametrize("left", ["none", "one arm", "one row"])
def test_added_questions_that_hardly_anybody_answered_are_told_and_stop_nothing(paradigm: Paradigm, left: str) -> None:
    answers = made(paradigm)
    ids, arm = {one.id for one in ADDED}, next(one for one, name in answers.letters.items() if name == "gen-far")
    of_arm = [row for row in answers.ratings if row.question in ids and arm in row.letters and row.role == "test"]
    of_trial = [row for row in of_arm if row.trial == of_arm[0].trial]
    own = {"none": [], "one arm": of_arm, "one row": of_trial}[left]
    rows = (*(row for row in answers.ratings if row.question not in ids), *own)
    analysis = analyse(replace(answers, ratings=rows))
    assert canonical(analysis.estimates[HEADING]) == canonical(found(paradigm).estimates[HEADING])
    if left == "none":
        assert f"{SCALE.prompt} Nobody has answered it." in analysis.warnings
    elif paradigm == "real-or-synthetic":
        assert any(sentence.startswith(f"Measured: {COUNT.prompt}") for sentence in analysis.warnings)
