"""The studies of a project as a list shows them: how far each is, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from synthscope.errors import SynthscopeError, Unavailable
from synthscope.records.study import State
from synthscope.services.studies.drafts import DRAFT, STUDIES, read_draft

MOST = 100
"""The newest ones that are listed."""


@dataclass(frozen=True)
class StudyLine:
    """One study.

    Parameters
    ----------
    begun, finished, raters : int
        Raters who have begun, who have answered everything, and who are asked.
    busy : bool
        Whether a job, or another window, works at it now.
    problem : str
        Why it cannot be read; empty when it can.
    """

    folder: Path
    title: str
    state: State = "draft"
    begun: int = 0
    finished: int = 0
    raters: int = 0
    busy: bool = False
    problem: str = ""


def list_studies(project: Path) -> tuple[StudyLine, ...]:
    """List the studies of a project, newest first."""
    found = {path.parent for name in (DRAFT, "study.db") for path in (project / STUDIES).glob(f"*/{name}")}
    return tuple(study_line(folder) for folder in sorted(found, reverse=True)[:MOST])


def study_line(folder: Path) -> StudyLine:
    """Read how far one study is."""
    from synthscope.services.studies.collecting import rater_progress
    from synthscope.services.studies.study_file import NAME, StudyFile

    try:
        design = read_draft(folder) if (folder / DRAFT).is_file() else None
        title = design.title if design is not None else folder.name
        raters = design.plan.raters if design is not None else 0
        if not (folder / NAME).is_file():
            return StudyLine(folder, title or "Untitled", raters=raters)
        study = StudyFile.open(folder)
    except Unavailable:
        return StudyLine(folder, title or "Untitled", raters=raters, busy=True)
    except SynthscopeError as error:
        return StudyLine(folder, folder.name, problem=error.sentence)
    try:
        title, state, raters = study.design.title, study.state, study.design.plan.raters
        people = rater_progress(study) if study.holds("manifest") else ()
    except SynthscopeError as error:
        return StudyLine(folder, title, problem=error.sentence)
    finally:
        study.close()
    begun = sum(one.sessions > 0 or one.erased for one in people)
    return StudyLine(folder, title or "Untitled", state, begun, sum(one.finished for one in people), raters)
