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


def panel_over_cases(
    typical: SimulatedRater, *, spread: float, arm_spread: float, case_spread: float
) -> SimulatedPanel:  # fmt: skip
    """Give raters whose stated d' is that over cases.

    Cases that differ by themselves hide it: to be seen over cases, d' must be more for a single case. So 1 is right
    in 76 % of pairs, however much cases differ; their spread says how far raters depend on the same ones.

    Parameters
    ----------
    typical : SimulatedRater
        Its d' for single arms is meant over cases too; its `case_sd` is not used.
    spread, arm_spread : float
        Standard deviations of d' among raters, and of what each rater's d' for an arm has of its own.
    case_spread : float
        In units of the noise of a look. The evidence of two raters on an image correlates by
        ``case_spread ** 2 / (1 + case_spread ** 2)``.
    """
    whole = math.hypot(1.0, case_spread)
    own = {arm: d * whole for arm, d in typical.sensitivities.items()}
    one = replace(
        typical, sensitivity=typical.sensitivity * whole, sensitivities=own, case_sd=case_spread * typical.noise
    )  # fmt: skip
    return SimulatedPanel(one, spread * whole, arm_sd=arm_spread * whole)


def draw_panel(
    panel: SimulatedPanel, count: int, rng: np.random.Generator, arms: Sequence[str] = ()
) -> tuple[SimulatedRater, ...]:
    """Draw raters who differ.

    A rater's d' is shifted in all arms by one normal number, and in each by another; so is the criterion. Means are
    those of the panel, so that of raters who cannot tell at all some have a d' below 0.

    Parameters
    ----------
    arms : sequence of str
        Names of the synthetic arms; without them raters are the same in every arm that has no d' of its own.
    """
    typical = panel.typical
    own = dict.fromkeys(arms, typical.sensitivity) | dict(typical.sensitivities)
    found = []
    for _ in range(count):
        shift = panel.reader_sd * rng.standard_normal()
        found.append(
            replace(
                typical,
                sensitivity=typical.sensitivity + shift,
                sensitivities={arm: d + shift + panel.arm_sd * rng.standard_normal() for arm, d in own.items()},
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
