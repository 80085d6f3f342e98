"""Panels of simulated raters, and what they answered as rows that an analysis reads."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from synthscope.records.study_events import TIE
from synthscope.records.study_key import StimulusKey, StudyKey
from synthscope.records.study_pack import Slot
from synthscope.records.study_ratings import NOWHERE, Rating
from synthscope.records.study_schedule import Schedule, StudyItem
from synthscope.records.study_simulation import SimulatedAnswer, SimulatedPanel, SimulatedRater


def draw_panel(panel: SimulatedPanel, count: int, rng: np.random.Generator) -> tuple[SimulatedRater, ...]:
    """Draw raters: d' of every arm shifted by one normal number for each rater (never below 0), criteria by another."""
    found = []
    for _ in range(count):
        shift = panel.reader_sd * rng.standard_normal()
        typical = panel.typical
        found.append(
            replace(
                typical,
                sensitivity=max(0.0, typical.sensitivity + shift),
                sensitivities={arm: max(0.0, own + shift) for arm, own in typical.sensitivities.items()},
                bias=typical.bias + panel.bias_sd * rng.standard_normal(),
            )
        )
    return tuple(found)


def dry_key(study: str, items: Sequence[StudyItem], schedule: Schedule) -> StudyKey:
    """Give the key of a study that is only tried: it holds no secret."""
    letters = {item.letter: item.arm for item in items if item.arm}
    stimuli = tuple(
        StimulusKey(item.code, item.item, item.arm, item.letter, item.case, item.is_real)
        for item in sorted(items, key=lambda one: one.code)
    )
    return StudyKey(study, letters, stimuli, schedule.trials)


def ratings_of(slot: Slot, key: StudyKey, answers: Sequence[SimulatedAnswer], rater: str) -> list[Rating]:
    """Give answers as rows, unblinded: one for each question of each trial."""
    book = {stimulus.code: stimulus for stimulus in key.stimuli}
    keys = {trial.trial: trial for trial in key.trials}
    rows = []
    for ordinal, (trial, answer) in enumerate(zip(slot.trials, answers, strict=True)):
        shown = [book[code] for code in trial.places]
        own = keys[trial.id]
        rows += [
            Rating(
                rater, trial.id, ordinal, trial.block, own.role, question, trial.places,
                tuple(one.letter for one in shown), tuple(one.case for one in shown), read_value(value),
                rt_ms=answer.rt_ms, dwell_ms=min(answer.rt_ms, trial.exposure_ms or answer.rt_ms),
                repeats=own.repeats, right=own.right,
                truth=tuple(one.is_real for one in shown),
            )
            for question, value in answer.answers.items()
        ]  # fmt: skip
    return rows


def read_value(value: Any) -> Any:
    """Turn what is submitted into what is analysed: a tie into -1, a trace into its length."""
    if value == TIE:
        return NOWHERE
    is_trace = isinstance(value, tuple) and value and isinstance(value[0], tuple)
    return sum(map(_length, value)) if is_trace else value


def _length(line: Sequence[tuple[float, float]]) -> float:
    return sum(math.dist(a, b) for a, b in itertools.pairwise(line))
