"""Power of a planned study: what was asked, what was simulated, and how it is kept beside the study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from synthscope.errors import ParameterError
from synthscope.io.documents import read_document, write_document
from synthscope.records.documents import digest
from synthscope.records.events import Job
from synthscope.records.study import StudyDesign
from synthscope.records.study_ratings import Curve
from synthscope.records.study_simulation import ARM_SPREAD, CASE_SPREAD, SimulatedPanel, SimulatedRater
from synthscope.services.studies.rehearsing import alike
from synthscope.studies.analysis.primary import primary_test
from synthscope.studies.simulation.panels import panel_over_cases
from synthscope.studies.simulation.power import PowerPlan, power_job

POWER = "power.json"
"""File in the folder of a study."""
_MOST: Mapping[str, tuple[str, float, str]] = {
    "sensitivity": ("d'", 10.0, "1 is right in 76 % of pairs"),
    "spread": ("The spread of raters", 5.0, "0.3 is usual"),
    "arm_spread": ("The spread of raters by set", 5.0, f"{ARM_SPREAD:g} is usual"),
    "case_spread": ("The spread of images", 5.0, f"{CASE_SPREAD:g} is usual, 1.2 much"),
}


@dataclass(frozen=True)
class PowerAsked:
    """Which power is asked for.

    Parameters
    ----------
    sensitivity : float
        d' over images that is to be found: whatever they differ by, 1 is right in 76 % of pairs.
    spread, arm_spread : float
        Its standard deviation among raters, and that of each rater's own difference between arms.
    case_spread : float
        How much images differ by themselves, to all raters alike; in standard deviations of the noise of one look.
    """

    sensitivity: float = 1.0
    spread: float = 0.3
    plan: PowerPlan = field(default_factory=lambda: PowerPlan(runs=60))
    arm_spread: float = ARM_SPREAD
    case_spread: float = CASE_SPREAD

    @property
    def panel(self) -> SimulatedPanel:
        """The raters."""
        return panel_over_cases(
            SimulatedRater(sensitivity=self.sensitivity),
            spread=self.spread, arm_spread=self.arm_spread, case_spread=self.case_spread,
        )  # fmt: skip

    def problem(self) -> str:
        """Say what is wrong, in a sentence; empty when all is well."""
        for name, (words, most, hint) in _MOST.items():
            value = getattr(self, name)
            if not 0 <= value <= most:
                return f"{words} is {value:g}; give 0 to {most:g}: {hint}."
        return ""


@dataclass(frozen=True)
class Power:
    """Power as it was simulated; `design` is the hash of what it was simulated for."""

    asked: PowerAsked
    curves: tuple[Curve, ...]
    design: str = ""
    format: str = "synthscope/study-power"
    version: int = 2


def asked_power_job(design: StudyDesign, asked: PowerAsked) -> Job[tuple[Curve, ...]]:
    """Simulate the power of a design by its own schedule and its own analysis; see `power_job`.

    Raises
    ------
    ParameterError
        If d' or a spread is out of range.
    """
    if asked.problem():
        raise ParameterError(asked.problem())
    return (yield from power_job(design, asked.panel, asked.plan, primary_test(design)))


def power_subject(design: StudyDesign) -> StudyDesign:
    """Give what the power of a design depends on: not its images, nor words that raters read."""
    arms = tuple(replace(arm, images=(), cases=(), generator="") for arm in design.arms)
    bare = StudyDesign("", design.paradigm, arms, design.questions, design.domain)
    return replace(bare, plan=replace(design.plan, raters=1, per_arm=0), analysis=design.analysis)


def keep_power(folder: Path, design: StudyDesign, asked: PowerAsked, curves: tuple[Curve, ...]) -> None:
    """Keep the power of a design in the folder of its study."""
    write_document(folder / POWER, Power(asked, curves, digest(power_subject(design))))


def read_power(folder: Path) -> Power | None:
    """Read the power that was simulated last; None for none."""
    path = folder / POWER
    return read_document(path, Power, migrations={1: alike}) if path.is_file() else None
