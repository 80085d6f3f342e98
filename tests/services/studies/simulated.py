"""Small simulated studies, for tests of what comes out of one."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from synthscope.records.study import AnalysisPlan, Paradigm, Plan, StudyDesign
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_schedule import StudyItem
from synthscope.records.study_simulation import SimulatedPanel, SimulatedRater
from synthscope.studies.design.paradigms import default_questions
from synthscope.studies.design.schedule import make_schedule
from synthscope.studies.simulation.answering import simulate_answers
from synthscope.studies.simulation.panels import draw_panel, dry_key, ratings_of

ARMS = (("plug seven", True), ("my gan", False), ("quilted", False))
"""Names that must not be in anything blind."""
PLAN = Plan(raters=4, per_arm=12, repeats=0.2, lag=6, catches=2, training=2, run=20)


def code_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def items_of(paradigm: Paradigm, per_arm: int = 14, catches: int = 3) -> tuple[StudyItem, ...]:
    """Give items; where a reference is shown, the i-th image of every arm is of one case."""
    shared = paradigm in ("reference", "triplet")
    found = [
        StudyItem(
            f"{number}-{i}", arm, "BAC"[number], f"plug {i}" if shared else f"{arm} {i}", is_real,
            code_of(f"{number}-{i}"),
        )
        for number, (arm, is_real) in enumerate(ARMS)
        for i in range(per_arm)
    ]
    found += [StudyItem(f"noise-{i}", "", "", "", is_real=False, code=code_of(f"noise-{i}")) for i in range(catches)]
    return tuple(found)


def simulated(paradigm: Paradigm = "real-or-synthetic", sensitivity: float = 1.0, seed: int = 1, **plan: Any):
    """Give the design, the key, the slots, and what simulated raters answered."""
    chosen = Plan(**{**vars(PLAN), **plan})
    design = StudyDesign("A <b>study</b>", paradigm, (), plan=chosen, analysis=AnalysisPlan(resamples=100))
    items = items_of(paradigm)
    schedule = make_schedule(design, items, seed)
    key = dry_key("study-1", items, schedule)
    rng = np.random.default_rng(seed)
    panel = draw_panel(SimulatedPanel(SimulatedRater(sensitivity=sensitivity, tie_width=0.5)), chosen.raters, rng)
    questions = default_questions(paradigm)[:2]
    said = [
        simulate_answers(slot, key, rater, rng, questions=questions)
        for slot, rater in zip(schedule.slots, panel, strict=True)
    ]
    return design, schedule, key, questions, said


def answers(paradigm: Paradigm = "real-or-synthetic", **wishes: Any) -> StudyAnswers:
    """Give unblinded answers."""
    design, schedule, key, questions, said = simulated(paradigm, **wishes)
    rows = [
        row
        for slot, own in zip(schedule.slots, said, strict=True)
        for row in ratings_of(slot, key, own, slot.id)
    ]  # fmt: skip
    places = max(len(trial.places) for slot in schedule.slots for trial in slot.trials)
    return StudyAnswers(
        "study-1", design.title, paradigm, questions, places, design.analysis, "A", tuple(rows), blind=False,
        letters=dict(key.letters), real=("B",),
    )  # fmt: skip
