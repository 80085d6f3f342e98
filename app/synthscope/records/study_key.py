"""What is sealed: which picture is which, and what each trial was for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

KEY_FORMAT = "synthscope/study-key"
BLIND_FORMAT = "synthscope/study-codebook"
VERSION = 1

TrialRole = Literal["test", "repeat", "catch", "training"]


@dataclass(frozen=True)
class StimulusKey:
    """One picture.

    Parameters
    ----------
    item : str
        ``arm-index`` of the image in the design, or what it is for catch trials, such as ``noise``.
    arm, letter : str
        Name of its arm and the letter that stands for it in blind analyses; empty for catch pictures.
    case : str
        What it was taken from.
    """

    code: str
    item: str
    arm: str
    letter: str
    case: str
    is_real: bool


@dataclass(frozen=True)
class TrialKey:
    """One trial.

    Parameters
    ----------
    repeats : str
        Id of the trial that it shows again.
    right : int
        Place of the right answer (from 0) in choices, the right step (from 1) of a confidence scale's catch
        trial, or -1 where there is none.
    """

    trial: str
    slot: str
    role: TrialRole
    repeats: str = ""
    right: int = -1


@dataclass(frozen=True)
class StudyKey:
    """The key of a study: canonical JSON of it is committed to, then encrypted for its holders."""

    study: str
    letters: Mapping[str, str]
    stimuli: tuple[StimulusKey, ...]
    trials: tuple[TrialKey, ...]
    secret: str = ""
    format: str = KEY_FORMAT
    version: int = VERSION


@dataclass(frozen=True)
class BlindStimulus:
    """One picture as an analyst knows it before unblinding: by letter and by an opaque case."""

    code: str
    letter: str
    case: str


@dataclass(frozen=True)
class Codebook:
    """What a blind analysis may know: letters, opaque cases, and the roles of trials. Never which letter is real.

    Parameters
    ----------
    trials : tuple of TrialKey
        `right` is kept for catch trials only.
    """

    study: str
    stimuli: tuple[BlindStimulus, ...]
    trials: tuple[TrialKey, ...]
    format: str = BLIND_FORMAT
    version: int = VERSION
