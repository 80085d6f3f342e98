"""Which analysis a question gets: by its kind, the pictures of a trial, and whether the key is open."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from synthscope.records.study import Paradigm, Question, QuestionKind
from synthscope.studies.analysis.counting import marks, measurements
from synthscope.studies.analysis.detecting import choices, confidences, exposures
from synthscope.studies.analysis.grading import grades
from synthscope.studies.analysis.preferring import preferences, triplets
from synthscope.studies.analysis.work import OF_ONE, SECONDARY, Work

Part = Callable[[Work, Question], None]
DETECTION: tuple[Paradigm, ...] = ("real-or-synthetic", "exposure", "forced-choice")
"""Paradigms in which numbers of arms let guess which is real: nothing of them is said under letters."""


def analyse_question(work: Work, question: Question) -> None:
    """Analyse a question by its kind; where that cannot be, say so in a warning.

    Rows of a question that the study is not judged by are marked as secondary. Under letters, nothing is said of
    confidence, and nothing of any question where the paradigm asks which images are real.
    """
    if work.answers.blind and (work.answers.paradigm in DETECTION or question.kind == "confidence"):
        return
    if not work.tests(question.id):
        work.warnings.append(f"{question.prompt} Nobody has answered it.")
        return
    if why := _reason(work, question):
        work.warnings.append(f"{question.prompt} It is not analysed by arms: {why}")
        return
    work.caveat = "" if work.is_judged(question) else SECONDARY
    _part(work, question)(work, question)
    work.caveat = ""


def _reason(work: Work, question: Question) -> str:
    """Say why a question cannot be analysed in this study; empty where it can."""
    places = work.answers.places
    if question.kind == "text":
        return "words are kept and published as they were typed, and not counted."
    if question.kind == "choice" and places < 2:
        return "a choice needs pictures side by side, and a trial shows one."
    if question.kind in OF_ONE and places > 1:
        return (
            f"a trial shows {places} pictures, and an answer of kind {question.kind} does not say of which it is; ask "
            "it where one picture is shown."
        )
    if question.kind == "confidence" and not (work.synthetic and set(work.letters) & set(work.answers.real)):
        missing = "synthetic" if not work.synthetic else "real"
        return f"it is told from answers to real and synthetic images, and no {missing} ones were shown."
    return ""


def _part(work: Work, question: Question) -> Part:
    if question.kind == "choice":
        own = _CHOICES[work.answers.paradigm]
        return preferences if own is triplets and not work.is_judged(question) else own
    if question.kind == "confidence" and work.answers.paradigm == "exposure" and work.is_judged(question):
        return exposures
    return _PARTS[question.kind]


_PARTS: Mapping[QuestionKind, Part] = {
    "confidence": confidences,
    "scale": grades,
    "marks": marks,
    "count": measurements,
    "trace": measurements,
}
_CHOICES: Mapping[Paradigm, Part] = {"forced-choice": choices, "pairs": preferences, "triplet": triplets}
