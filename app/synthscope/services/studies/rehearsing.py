"""A rehearsal that is kept beside its study: simulated raters, what was found of them, and a report."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.documents import read_document, write_document
from synthscope.records.events import Job, Progress
from synthscope.records.study import StudyDesign
from synthscope.records.study_ratings import Analysis
from synthscope.records.study_simulation import SimulatedPanel
from synthscope.services.studies.dry_run import dry_run_job
from synthscope.services.studies.reporting.writing import report_study
from synthscope.services.studies.study_file import StudyFile

FOLDER, DOCUMENT, REPORT = "rehearsal", "rehearsal.json", "report.html"
"""Names in the folder of a study: of the copy that was rehearsed, of what was found, and of its report in the copy."""
_PART = ".part"


@dataclass(frozen=True)
class RehearsalAsked:
    """Which raters rehearse.

    Parameters
    ----------
    panel : SimulatedPanel
    seed : int
        Of the simulated raters: the same one gives the same answers.
    """

    panel: SimulatedPanel = field(default_factory=SimulatedPanel)
    seed: int = 0


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
    version: int = 1


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
    return read_document(folder / DOCUMENT, Rehearsal) if (folder / DOCUMENT).is_file() else None
