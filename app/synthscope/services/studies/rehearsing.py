"""A rehearsal that is kept beside its study: simulated raters, what was found of them, and a report."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from synthscope.errors import InputError
from synthscope.io.documents import read_document, write_document
from synthscope.records.events import Job, Progress
from synthscope.records.limits import Ge, Help, Le, More, Title
from synthscope.records.study import StudyDesign
from synthscope.records.study_ratings import Analysis
from synthscope.records.study_simulation import ARM_SPREAD, CASE_SPREAD, SimulatedPanel, SimulatedRater
from synthscope.services.studies.dry_run import dry_run_job
from synthscope.services.studies.reporting.writing import report_study
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.simulation.panels import panel_over_cases

FOLDER, DOCUMENT, REPORT = "rehearsal", "rehearsal.json", "report.html"
"""Names in the folder of a study: of the copy that was rehearsed, of what was found, and of its report in the copy."""
_PART = ".part"


@dataclass(frozen=True)
class RehearsalAsked:
    """Which raters rehearse; the words are those of `SimulatedRater` and `SimulatedPanel`.

    Parameters
    ----------
    seed : int
        Of the simulated raters: the same one gives the same answers.
    """

    sensitivity: Annotated[float, Ge(0), Le(10), Title("d'"), Help("0 cannot tell at all; 1 is right in 76 %.")] = 1.0
    spread: Annotated[float, Ge(0), Le(5), Title("Spread"), Help("Standard deviation of d' among raters.")] = 0.3
    bias: Annotated[float, Ge(-5), Le(5), Title("Bias"), Help("Above 0 more is called real.")] = 0.0
    noise: Annotated[float, Ge(0.01), Le(10), Help("Of each look: d' is divided by it."), More()] = 1.0
    fatigue: Annotated[float, Ge(0), Le(1), Help("Part of d' lost from first to last trial."), More()] = 0.0
    lapses: Annotated[float, Ge(0), Le(1), Help("Part of all trials answered at random."), More()] = 0.0
    catch_failures: Annotated[
        float, Ge(0), Le(1), Title("Catch failures"), Help("Part of catch trials answered at random."), More()
    ] = 0.0
    arm_spread: Annotated[
        float, Ge(0), Le(5), Title("Spread by set"), Help("Of what each rater's d' for a set has of its own."), More()
    ] = ARM_SPREAD
    case_spread: Annotated[
        float, Ge(0), Le(5), Title("Spread of images"),
        Help("How much images differ by themselves, in units of the noise; d' is that over images."), More()
    ] = CASE_SPREAD  # fmt: skip
    seed: Annotated[int, Ge(0), Help("The same one gives the same answers."), More()] = 0

    @property
    def panel(self) -> SimulatedPanel:
        """The raters."""
        typical = SimulatedRater(
            self.sensitivity, bias=self.bias, noise=self.noise, fatigue=self.fatigue, lapses=self.lapses,
            catch_failures=self.catch_failures,
        )  # fmt: skip
        return panel_over_cases(
            typical, spread=self.spread, arm_spread=self.arm_spread, case_spread=self.case_spread
        )  # fmt: skip


@dataclass(frozen=True)
class Rehearsal:
    """What came of a rehearsal.

    Parameters
    ----------
    design : StudyDesign
        As it was rehearsed.
    analysis : Analysis
        Unblinded; of answers that a program gave, so that none of its numbers is a finding.
    """

    asked: RehearsalAsked
    design: StudyDesign
    analysis: Analysis
    format: str = "synthscope/study-rehearsal"
    version: int = 2


def rehearse_job(study: StudyFile, asked: RehearsalAsked) -> Job[Rehearsal]:
    """Let simulated raters do the whole study in a copy beside it, and keep what was found; the last one is replaced.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If the study has not gone through the leak gate, or is frozen.
    """
    if study.state != "audited":
        raise InputError(f"The study is {study.state}; rehearse it after the leak gate and before it is frozen.")
    folder, new = study.folder / FOLDER, study.folder / f"{FOLDER}{_PART}"
    shutil.rmtree(new, ignore_errors=True)  # of a rehearsal that was ended in the middle
    try:
        ran = yield from dry_run_job(study, new, asked.panel, asked.seed)
        try:
            yield Progress(1, 1, "The report of the rehearsal is written")
            report_study(ran, new / REPORT)
            found = Rehearsal(asked, study.design, ran.get("analysis", Analysis))
        finally:
            ran.close()
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    new.rename(folder)
    write_document(study.folder / DOCUMENT, found)
    return found


def read_rehearsal(folder: Path) -> Rehearsal | None:
    """Read what came of the last rehearsal of a study; None for none."""
    path = folder / DOCUMENT
    return read_document(path, Rehearsal, migrations={1: alike}) if path.is_file() else None


def alike(document: dict[str, Any]) -> dict[str, Any]:
    """Say of a document of version 1 what was true: images were alike, and raters the same in every arm."""
    return {**document, "asked": {**document.get("asked", {}), "arm_spread": 0.0, "case_spread": 0.0}}
