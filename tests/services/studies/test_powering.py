"""Power falls where images and raters differ more, and a study of nothing finds nothing, by the crossed analysis."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.studies.band import covers

from synthscope.errors import ParameterError
from synthscope.jobs.drain import drain
from synthscope.records.documents import to_json
from synthscope.records.study import Arm, Plan, StudyDesign
from synthscope.records.study_ratings import Analysis, Rating
from synthscope.services.studies.powering import POWER, PowerAsked, asked_power_job, keep_power, read_power
from synthscope.services.studies.rehearsing import DOCUMENT, RehearsalAsked, read_rehearsal
from synthscope.studies.simulation.power import PowerPlan, power_job

DESIGN = StudyDesign(
    "t", "real-or-synthetic", (Arm("scan", True, ()), Arm("gen", False, ())),
    plan=Plan(training=0, lag=5, repeats=0, catches=0),
)  # fmt: skip
PLAN = PowerPlan(raters=(6,), per_arm=(12,), runs=60)
NOTHING = PowerAsked(sensitivity=0.0, plan=replace(PLAN, runs=200))


def powered(asked: PowerAsked) -> float:
    (curve,) = drain(asked_power_job(DESIGN, asked))
    return curve.y[0]


def pooled_test(ratings: Sequence[Rating]) -> float:
    """Fisher's exact test of all answers together, as if each were by itself: what must not be used."""
    counts = np.zeros((2, 2), int)
    for row in ratings:
        if row.role == "test":
            counts[int(row.truth[0]), int(row.value >= 4)] += 1
    return float(stats.fisher_exact(counts).pvalue)


def test_power_falls_where_images_differ_more() -> None:
    none, usual, much = (powered(PowerAsked(0.6, 0.2, PLAN, 0.0, spread)) for spread in (0.0, 0.5, 1.5))
    assert none > usual > much
    assert none - much > 0.3


def test_power_falls_where_raters_differ_more_by_arm() -> None:
    few = replace(PLAN, raters=(4,), per_arm=(16,))
    alike, apart = (powered(PowerAsked(0.8, 0.0, few, spread, 0.0)) for spread in (0.0, 1.0))
    assert alike - apart > 0.2


def test_usual_spreads_are_not_nothing() -> None:
    assert (NOTHING.spread, NOTHING.arm_spread, NOTHING.case_spread) == (0.3, 0.2, 0.5)
    assert powered(replace(NOTHING, sensitivity=0.7, plan=PLAN)) < powered(PowerAsked(0.7, 0.0, PLAN, 0.0, 0.0))


@pytest.mark.parametrize("case_spread", [0.5, 1.2])
def test_guessing_raters_find_nothing_more_often_than_the_level_says(case_spread: float) -> None:
    asked = replace(NOTHING, case_spread=case_spread)
    assert covers(round((1 - powered(asked)) * asked.plan.runs), asked.plan.runs)


def test_pooled_answers_would_find_what_is_not_there() -> None:
    asked = replace(NOTHING, case_spread=1.2)
    (curve,) = drain(power_job(DESIGN, asked.panel, asked.plan, pooled_test))
    assert curve.y[0] > 0.2


def test_power_never_falls_with_raters_but_for_noise() -> None:
    plan = PowerPlan(raters=(3, 6, 12), per_arm=(10,), runs=60)
    (curve,) = drain(asked_power_job(DESIGN, PowerAsked(0.8, plan=plan)))
    for before, after in zip(curve.y, curve.y[1:], strict=False):
        assert after > before - 3 * np.sqrt(2 * 0.25 / plan.runs)
    assert curve.y[-1] > curve.y[0] + 0.2


OLD_ASKED = {
    "sensitivity": 1.5, "spread": 0.3, "plan": {"raters": [3], "per_arm": [10], "runs": 60, "seed": 0},
}  # fmt: skip
OLD_CURVE = {
    "name": "power", "title": "Power", "x": [3.0], "y": [0.5], "x_title": "Raters", "y_title": "Power",
    "subject": "10 images of an arm", "low": [0.4], "high": [0.6],
}  # fmt: skip


def test_power_of_version_1_says_that_all_images_were_alike(tmp_path: Path) -> None:
    old = {"format": "synthscope/study-power", "version": 1, "asked": OLD_ASKED, "curves": [OLD_CURVE], "design": "ab"}
    (tmp_path / POWER).write_text(json.dumps(old))
    power = read_power(tmp_path)
    assert power is not None
    assert (power.asked.sensitivity, power.asked.arm_spread, power.asked.case_spread) == (1.5, 0.0, 0.0)
    assert power.curves[0].y == (0.5,)


def test_the_spreads_are_kept_with_the_power(tmp_path: Path) -> None:
    assert read_power(tmp_path) is None
    asked = PowerAsked(0.8, 0.2, PLAN, 0.1, 0.7)
    keep_power(tmp_path, DESIGN, asked, ())
    power = read_power(tmp_path)
    assert power is not None
    assert (power.asked, power.version) == (asked, 2)


@pytest.mark.parametrize("version", [1, 2])
def test_rehearsals_of_both_versions_are_read(version: int, tmp_path: Path) -> None:
    asked = {"sensitivity": 1.0} | ({"case_spread": 0.4, "arm_spread": 0.1} if version == 2 else {})
    analysis = Analysis("s", "t", "pairs", blind=False, grade="S", estimates={})
    old = {"format": "synthscope/study-rehearsal", "version": version, "asked": asked, "design": to_json(DESIGN)}
    (tmp_path / DOCUMENT).write_text(json.dumps(old | {"analysis": to_json(analysis)}))
    found = read_rehearsal(tmp_path)
    assert found is not None
    assert (found.asked.arm_spread, found.asked.case_spread) == ((0.0, 0.0) if version == 1 else (0.1, 0.4))


def test_spreads_out_of_range_are_named() -> None:
    with pytest.raises(ParameterError, match=r"The spread of images is -1; give 0 to 5: 0.5 is usual"):
        drain(asked_power_job(DESIGN, PowerAsked(case_spread=-1.0)))
    assert "by set is nan" in PowerAsked(arm_spread=float("nan")).problem()
    assert PowerAsked().problem() == ""


def test_rehearsing_raters_share_what_images_are() -> None:
    panel = RehearsalAsked(sensitivity=1.0, noise=2.0, arm_spread=0.0, case_spread=0.5).panel
    assert panel.typical.case_sd == 1.0  # half the noise
    assert panel.typical.sensitivity / np.hypot(panel.typical.noise, panel.typical.case_sd) == pytest.approx(1.0 / 2.0)
