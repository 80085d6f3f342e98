"""Simulated raters look at trials and answer every kind of question."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import ndtri

from synthscope.records.study import Question, QuestionKind
from synthscope.records.study_events import TIE, Mark
from synthscope.records.study_key import StimulusKey, StudyKey, TrialKey
from synthscope.records.study_pack import Slot, Trial
from synthscope.records.study_simulation import SimulatedAnswer, SimulatedRater

STEP = 0.5
"""Evidence between two steps of a scale, in standard deviations."""
COUNTED = 20.0
"""Objects in an image, on average."""
PICTURE = (1, 512, 512, 1)


@dataclass(frozen=True, eq=False)
class _Look:
    """One look at a trial: evidence of each place for being synthetic, and the criterion."""

    trial: Trial
    key: TrialKey
    evidence: np.ndarray
    criterion: float
    rater: SimulatedRater
    shape: tuple[int, int, int, int]
    rng: np.random.Generator

    def again(self) -> _Look:
        """Look at the same with another question in mind: half as much noise is added."""
        added = self.rater.noise / 2 * self.rng.standard_normal(len(self.evidence))
        return replace(self, evidence=self.evidence + added)


def simulate_answers(
    slot: Slot,
    key: StudyKey,
    rater: SimulatedRater,
    rng: np.random.Generator,
    *,
    questions: Sequence[Question],
    shape: tuple[int, int, int, int] = PICTURE,
) -> list[SimulatedAnswer]:
    """Answer all trials of a slot.

    Evidence for "synthetic" is normal, of variance ``noise ** 2`` about the d' of its arm (0 for real images) plus what
    is the case's own (equal-variance signal detection; Green & Swets 1966); further questions of a trial add noise.
    Confidence rises with it and scales fall;
    a choice is the place with the least, so that of two places ``Phi(d' / sqrt(2))`` are right.

    Parameters
    ----------
    key : StudyKey
        The truth; a simulated rater needs it, a real one never has it.
    questions : sequence of Question
        Of the pack's manifest.
    shape : tuple of int
        (Z, Y, X, C) of pictures, for marks and traces.

    Returns
    -------
    list of SimulatedAnswer
        One for each trial, in the order of the slot; values as the rating window would submit them.
    """
    book = {stimulus.code: stimulus for stimulus in key.stimuli}
    keys = {trial.trial: trial for trial in key.trials}
    arms = sorted({one.arm for one in key.stimuli if one.arm and not one.is_real})
    typical = float(np.mean([_sensitivity(rater, arm) for arm in arms])) if arms else rater.sensitivity
    criterion = typical / 2 + rater.bias * rater.noise
    found = []
    for number, trial in enumerate(slot.trials):
        fresh = (1 - rater.fatigue * number / max(1, len(slot.trials) - 1)) * _part_seen(trial.exposure_ms, rater)
        evidence = np.array([_evidence(book[code], rater, fresh, rng) for code in trial.places])
        look = _Look(trial, keys[trial.id], evidence, criterion, rater, shape, rng)
        found.append(_answered(look, questions))
    return found


def _answered(look: _Look, questions: Sequence[Question]) -> SimulatedAnswer:
    is_catch = look.key.role == "catch"
    missed = look.rng.random() < (look.rater.catch_failures if is_catch else look.rater.lapses)
    answers: dict[str, Any] = {}
    for number, question in enumerate(questions):
        if missed:
            answers[question.id] = _RANDOM[question.kind](question, look)
        elif is_catch and number == 0 and look.key.right >= 0:
            answers[question.id] = look.key.right
        else:
            answers[question.id] = _SEEN[question.kind](question, look.again() if number else look)
    return SimulatedAnswer(look.trial.id, answers, _response_time(look))


def _part_seen(exposure_ms: int, rater: SimulatedRater) -> float:
    """Give the part of d' that is there after so long a sight; all of it without a limit.

    A plain model: independent evidence that is summed has a d' that rises with the root of the time; here it levels
    off after the rater's integration time, ``sqrt(t / (t + tau))``.
    """
    return math.sqrt(exposure_ms / (exposure_ms + rater.integration_ms)) if exposure_ms else 1.0


def _sensitivity(rater: SimulatedRater, arm: str) -> float:
    return rater.sensitivities.get(arm, rater.sensitivity)


def _evidence(stimulus: StimulusKey, rater: SimulatedRater, fresh: float, rng: np.random.Generator) -> float:
    if not stimulus.arm:
        level = 4 * rater.noise + 2 * rater.sensitivity  # a catch picture is beyond anything
    else:
        level = 0.0 if stimulus.is_real else _sensitivity(rater, stimulus.arm) * fresh
    return level + rater.case_sd * case_effect(stimulus.case, rater.case_seed) + rater.noise * rng.standard_normal()


def case_effect(case: str, seed: int) -> float:
    """Give what a case looks like by itself: standard normal, by the hash of its name, the same to every rater."""
    digest = hashlib.sha256(f"{seed} {case}".encode(errors="backslashreplace")).digest()
    return float(ndtri((int.from_bytes(digest[:7], "big") + 0.5) / 2**56))


def _response_time(look: _Look) -> float:
    doubt = math.exp(-float(np.abs(look.evidence - look.criterion).min()) / look.rater.noise)
    spread = look.rater.rt_spread * look.rng.standard_normal()
    return float(look.rater.rt_ms * math.exp(spread) * (1 + doubt / 2))


def _above(question: Question, look: _Look) -> int:
    """Give how many of a scale's borders the evidence passes."""
    borders = look.criterion + STEP * look.rater.noise * (np.arange(1, question.steps) - question.steps / 2)
    return int((look.evidence[0] > borders).sum())


def _confidence(question: Question, look: _Look) -> int:
    return 1 + _above(question, look)


def _scale(question: Question, look: _Look) -> int:
    return question.steps - _above(question, look)


def _choice(question: Question, look: _Look) -> int | str:
    evidence = look.evidence.copy()
    evidence[0] -= look.rater.side_bias * look.rater.noise
    if len(evidence) == 1:
        return 0
    least, following = np.sort(evidence)[:2]
    if question.tie and following - least < look.rater.tie_width * look.rater.noise:
        return TIE
    return int(evidence.argmin())


def _marks(question: Question, look: _Look) -> tuple[Mark, ...]:
    return tuple(mark for place in range(len(look.evidence)) for mark in _marks_at(place, question, look))


def _marks_at(place: int, question: Question, look: _Look) -> tuple[Mark, ...]:
    count = look.rng.poisson(max(0.1, look.evidence[place]))
    depth, height, width, _ = look.shape
    reasons = question.reasons or ("",)
    return tuple(
        Mark(
            "point",
            ((float(look.rng.uniform(0, height)), float(look.rng.uniform(0, width))),),
            place=place,
            slice=int(look.rng.integers(depth)),
            reason=reasons[int(look.rng.integers(len(reasons)))],
        )
        for _ in range(count)
    )


def _count(_: Question, look: _Look) -> int:
    return int(look.rng.poisson(COUNTED * max(0.1, 1 + 0.05 * float(look.evidence[0]))))


def _trace(_: Question, look: _Look) -> tuple[tuple[tuple[float, float], ...], ...]:
    height, width = look.shape[1:3]
    end = float(np.clip(width * (0.6 + 0.05 * look.evidence[0]), 1, width - 1))
    return (((height / 2, 0.0), (height / 2, end)),)


def _text(_: Question, __: _Look) -> str:
    return ""


def _any_step(question: Question, look: _Look) -> int:
    return int(look.rng.integers(1, question.steps + 1))


def _any_place(_: Question, look: _Look) -> int:
    return int(look.rng.integers(len(look.trial.places)))


Answerer = Callable[[Question, _Look], Any]
_SEEN: Mapping[QuestionKind, Answerer] = {
    "confidence": _confidence,
    "scale": _scale,
    "choice": _choice,
    "marks": _marks,
    "count": _count,
    "trace": _trace,
    "text": _text,
}
_RANDOM: Mapping[QuestionKind, Answerer] = {
    **_SEEN,
    "confidence": _any_step,
    "scale": _any_step,
    "choice": _any_place,
}
