"""The answers of a study as an analysis takes them: rows, the plan, and who took part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from synthscope.records.study import AnalysisPlan, Grade, Paradigm, Question
from synthscope.records.study_ratings import Rating

ANSWERS_FORMAT = "synthscope/study-answers"
VERSION = 1


@dataclass(frozen=True)
class StudyAnswers:
    """Everything that an analysis may know; blind or unblinded, by its rows.

    Parameters
    ----------
    questions : tuple of Question
        As raters were asked; never empty.
    places : int
        Pictures side by side in a trial.
    ratings : tuple of Rating
        Of all raters who are analysed, all roles of trials, by rater and in the order of showing. Blind rows have no
        `truth`; `right` stands only in catch trials.
    letters : mapping
        From the letter of an arm to its name; empty in blind analyses.
    real : tuple of str
        Letters of real arms; empty in blind analyses.
    flow : mapping
        Counts, in this order: ``invited, started, finished, withdrawn, excluded, analysed`` raters (``erased`` after
        those who withdrew, where answers were erased; their trials are counted no more), then
        ``trials planned, trials answered, trials interrupted``.
    excluded : mapping
        From a rater to the reason.
    heads : mapping
        From a session to the hash of its last event.
    notes : tuple of str
        What the analysis must say of how answers came in, as sentences.
    """

    study: str
    title: str
    paradigm: Paradigm
    questions: tuple[Question, ...]
    places: int
    plan: AnalysisPlan
    grade: Grade
    ratings: tuple[Rating, ...]
    blind: bool
    letters: Mapping[str, str] = field(default_factory=dict)
    real: tuple[str, ...] = ()
    flow: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    heads: Mapping[str, str] = field(default_factory=dict)
    plan_sha256: str = ""
    key_commitment: str = ""
    notes: tuple[str, ...] = ()
    format: str = ANSWERS_FORMAT
    version: int = VERSION
