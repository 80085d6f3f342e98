"""Answers of simulated raters to whole studies, without images or files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from synthscope.records.study import AnalysisPlan, Arm, Paradigm, Plan, Question, StudyDesign
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_simulation import SimulatedPanel, SimulatedRater
from synthscope.studies.design.paradigms import default_questions
from synthscope.studies.design.schedule import make_schedule
from synthscope.studies.simulation.answering import simulate_answers
from synthscope.studies.simulation.panels import draw_panel, dry_key, ratings_of
from synthscope.studies.simulation.power import stand_ins

RATER = SimulatedRater(sensitivities={"gen-near": 0.5, "gen-far": 2.0}, case_sd=0.3)
PLAN = {"raters": 6, "per_arm": 20, "training": 2, "catches": 4, "lag": 10, "run": 20}


def design_of(paradigm: Paradigm, added: Sequence[Question] = (), **plan: Any) -> StudyDesign:
    arms = (Arm("scan", True, ()), Arm("gen-near", False, ()), Arm("gen-far", False, ()))
    return StudyDesign(
        "Textures", paradigm, arms, plan=Plan(**PLAN | plan), analysis=AnalysisPlan(resamples=200),
        questions=(*default_questions(paradigm), *added),
    )  # fmt: skip


def simulated(
    paradigm: Paradigm, rater: SimulatedRater = RATER, seed: int = 1, *, spread: float = 0.2,
    added: Sequence[Question] = (), **plan: Any,
) -> StudyAnswers:  # fmt: skip
    """Let raters answer a study of a scan and two generators, of which `gen-far` is told more easily; unblinded.

    Questions that are added come after those of the paradigm.
    """
    design = design_of(paradigm, added, **plan)
    items = stand_ins(design)
    schedule = make_schedule(design, items, seed)
    key = dry_key("t", items, schedule)
    rng = np.random.default_rng(seed)
    rows = []
    for slot, one in zip(
        schedule.slots, draw_panel(SimulatedPanel(rater, spread, spread), len(schedule.slots), rng), strict=True
    ):
        rows += ratings_of(slot, key, simulate_answers(slot, key, one, rng, questions=design.questions), slot.id)
    return StudyAnswers(
        "t", design.title, paradigm, design.questions, max(len(t.places) for s in schedule.slots for t in s.trials),
        design.analysis, "S", tuple(rows), blind=False, letters=key.letters,
        real=tuple(letter for letter, name in key.letters.items() if name == "scan"),
    )  # fmt: skip


def blinded(answers: StudyAnswers) -> StudyAnswers:
    """Take out what a blind analysis has not."""
    rows = tuple(replace(one, truth=(), right=one.right if one.role == "catch" else -1) for one in answers.ratings)
    return replace(answers, ratings=rows, blind=True, letters={}, real=())
