"""Power: simulated raters go through the actual schedule, and the actual analysis is asked what it finds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthscope.errors import InputError, ParameterError
from synthscope.records.events import Job, Progress
from synthscope.records.study import StudyDesign
from synthscope.records.study_ratings import Curve, Rating
from synthscope.records.study_schedule import StudyItem
from synthscope.records.study_simulation import SimulatedPanel
from synthscope.studies.design.paradigms import PARADIGM_RULES, default_questions
from synthscope.studies.design.schedule import make_schedule
from synthscope.studies.simulation.answering import simulate_answers
from synthscope.studies.simulation.panels import draw_panel, dry_key, ratings_of

Analysis = Callable[[Sequence[Rating]], float]
"""From the unblinded rows of a study to the p-value of its primary test; NaN where it could not be made."""
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class PowerPlan:
    """Which studies are tried.

    Parameters
    ----------
    raters, per_arm : tuple of int
        Each number of raters with each number of images of an arm.
    runs : int
        Studies of each kind; the interval of a power of 80 % from 200 is about 74 to 85 %.
    """

    raters: tuple[int, ...] = (3, 5, 8, 12)
    per_arm: tuple[int, ...] = (10, 20, 40)
    runs: int = 200
    seed: int = 0


def power_job(
    design: StudyDesign, panel: SimulatedPanel, plan: PowerPlan, analyse: Analysis
) -> Job[tuple[Curve, ...]]:
    """Simulate studies of several sizes.

    Each size has one schedule, as a study has; in each run raters, what each has of its own in an arm, and cases are
    drawn anew, so that power is over raters and cases as far as the panel says that they differ. A size that cannot
    be scheduled has no power (NaN).

    Yields
    ------
    Progress

    Returns
    -------
    tuple of Curve
        For each number of images: part of the runs with a p-value below the design's level, against raters, with
        Wilson's 95 % interval.

    Raises
    ------
    InputError
        If there is nothing to try, or no size can be scheduled.
    """
    if not (plan.raters and plan.per_arm and plan.runs > 0):
        raise InputError("Power needs at least one number of raters, of images and of runs; give one of each.")
    curves, reasons = [], []
    total = len(plan.per_arm) * len(plan.raters)
    for row, per_arm in enumerate(plan.per_arm):
        points = []
        for column, raters in enumerate(plan.raters):
            number = row * len(plan.raters) + column
            yield Progress(number, total, f"Power: {raters} raters, {per_arm} images of an arm")
            sized = replace(design, plan=replace(design.plan, raters=raters, per_arm=per_arm))
            try:
                found = yield from _cell_job(sized, panel, plan, analyse)
            except ParameterError as error:
                reasons.append(error)
                found = (0, 0)
            points.append(_wilson(*found))
        y, low, high = (tuple(part) for part in zip(*points, strict=True))
        curves.append(
            Curve("power", "Power", tuple(map(float, plan.raters)), y, "Raters", "Power",
                  f"{per_arm} images of an arm", low, high)
        )  # fmt: skip
    if len(reasons) == total:
        raise reasons[0]
    return tuple(curves)


def stand_ins(design: StudyDesign) -> tuple[StudyItem, ...]:
    """Give as many items as a schedule needs: those of the design, and imagined ones where it has too few."""
    rule, plan = PARADIGM_RULES[design.paradigm], design.plan
    synthetic = sum(not arm.is_real for arm in design.arms)
    found = []
    for number, arm in enumerate(design.arms):
        wanted = plan.per_arm * (plan.places - 1 if rule.shown == "choice" else 1)
        wanted += plan.training * max(1, plan.places - 1)
        if rule.shown == "choice" and arm.is_real:
            wanted = plan.per_arm * max(1, synthetic) + plan.training + plan.catches
        wanted = max(wanted + plan.training, len(arm.images), 1)
        for i in range(wanted):
            own = f"image {i}" if rule.reference else f"{number} {i}"
            case = arm.cases[i] if i < len(arm.cases) else own
            found.append(
                StudyItem(f"{number}-{i}", arm.name, LETTERS[number % 26], case, arm.is_real, f"{number:02d}{i:06d}")
            )
    found += [StudyItem(f"noise-{i}", "", "", "", is_real=False, code=f"noise{i}") for i in range(3)]
    return tuple(found)


def _cell_job(
    design: StudyDesign, panel: SimulatedPanel, plan: PowerPlan, analyse: Analysis
) -> Job[tuple[int, int]]:  # fmt: skip
    """Give how many runs found something, and how many there were."""
    items = stand_ins(design)
    schedule = make_schedule(design, items, plan.seed)
    key = dry_key("power", items, schedule)
    questions = design.questions or default_questions(design.paradigm, design.domain)
    arms = [arm.name for arm in design.arms if not arm.is_real]
    found = 0
    for run in range(plan.runs):
        yield Progress(run, plan.runs, "Power: simulated studies")
        rng = np.random.default_rng([plan.seed, design.plan.raters, design.plan.per_arm, run])
        drawn = replace(panel, typical=replace(panel.typical, case_seed=int(rng.integers(2**31))))
        rows: list[Rating] = []
        raters = draw_panel(drawn, len(schedule.slots), rng, arms)
        for slot, rater in zip(schedule.slots, raters, strict=True):
            answers = simulate_answers(slot, key, rater, rng, questions=questions)
            rows += ratings_of(slot, key, answers, slot.id)
        found += analyse(rows) < design.analysis.alpha
    return found, plan.runs


def _wilson(found: int, runs: int) -> tuple[float, float, float]:
    """Give a part and its 95 % interval (Wilson 1927)."""
    if runs == 0:
        return math.nan, math.nan, math.nan
    z = 1.959963984540054
    part, spread = found / runs, z * z / runs
    middle = (part + spread / 2) / (1 + spread)
    reach = z / (1 + spread) * math.sqrt(part * (1 - part) / runs + spread / (4 * runs))
    return part, max(0.0, middle - reach), min(1.0, middle + reach)
