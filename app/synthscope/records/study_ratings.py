"""Answers as an analysis reads them: one row for each question of each trial, and what was estimated."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from synthscope.records.documents import Figure
from synthscope.records.study import Grade, Paradigm
from synthscope.records.study_key import TrialRole

ANALYSIS_FORMAT = "synthscope/study-analysis"
VERSION = 1
NAN = math.nan
NOWHERE = -1
"""The place of a choice that was "no difference"."""


@dataclass(frozen=True)
class Rating:
    """One answer.

    Parameters
    ----------
    rater : str
        Pseudonym; one for each slot.
    trial, ordinal, block
        Which showing, and when: `ordinal` counts the trials of this rater from 0.
    codes, letters, cases : tuple of str
        Of the pictures shown, from left to right; letters and cases are opaque before unblinding.
    value : Any
        Step of a scale from 1; place of a choice from 0, or -1 for "no difference"; number of a count; tuple of
        marks; length of a trace in voxels; text.
    truth : tuple of bool
        Of each place: whether it is real. Empty before unblinding.
    exposures : int
        How often the trial was shown before it was answered (above 1 after an interruption).
    repeats : str
        Id of the trial that this one shows again.
    """

    rater: str
    trial: str
    ordinal: int
    block: int
    role: TrialRole
    question: str
    codes: tuple[str, ...]
    letters: tuple[str, ...]
    cases: tuple[str, ...]
    value: Any
    rt_ms: float = NAN
    dwell_ms: float = NAN
    exposures: int = 1
    focus_lost_ms: float = 0.0
    repeats: str = ""
    right: int = -1
    truth: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """One statistic, with what it is worth.

    Parameters
    ----------
    name : str
        Such as ``auc`` or ``kappa``; `subject` says of what: an arm, a rater, a pair of arms, a question.
    value, low, high : float
        With its interval at `level`.
    n : int
        Answers that went into it.
    method : str
        In words that a methods section can use.
    random : tuple of str
        What the interval generalises over: ``raters``, ``cases``.
    """

    name: str
    title: str
    value: Figure
    low: Figure = NAN
    high: Figure = NAN
    n: int = 0
    method: str = ""
    subject: str = ""
    se: Figure = NAN
    df: Figure = NAN
    statistic: Figure = NAN
    p_value: Figure = NAN
    level: float = 0.95
    random: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    citation: str = ""


@dataclass(frozen=True)
class Curve:
    """Points of a figure: a reader's ROC, accuracy by third, power against raters."""

    name: str
    title: str
    x: tuple[Figure, ...]
    y: tuple[Figure, ...]
    x_title: str = ""
    y_title: str = ""
    subject: str = ""
    low: tuple[Figure, ...] = ()
    high: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """What came out of a study.

    Parameters
    ----------
    blind : bool
        Whether arms stand under letters, and nothing in it knows what is real.
    estimates : mapping
        From a heading, such as ``Agreement``, to its estimates.
    flow : mapping
        Of participants and trials: invited, started, finished, withdrawn, excluded, and the reasons.
    heads : mapping
        From a session to the hash of its last event: what was analysed.
    """

    study: str
    title: str
    paradigm: Paradigm
    blind: bool
    grade: Grade
    estimates: Mapping[str, tuple[Estimate, ...]]
    curves: tuple[Curve, ...] = ()
    flow: Mapping[str, int] = field(default_factory=dict)
    excluded: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    methods: str = ""
    heads: Mapping[str, str] = field(default_factory=dict)
    plan_sha256: str = ""
    key_commitment: str = ""
    format: str = ANALYSIS_FORMAT
    version: int = VERSION
