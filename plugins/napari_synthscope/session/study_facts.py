"""What a study's folder holds, taken down at one moment for the window; read beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from synthscope.errors import InputError, Unavailable
from synthscope.io.documents import read_document, write_document
from synthscope.records.documents import digest
from synthscope.records.leaks import LeakReport
from synthscope.records.study import Arm, State, StudyDesign
from synthscope.services.studies.drafts import DRAFT, read_draft, write_draft
from synthscope.studies.sealing.holders import Holder

if TYPE_CHECKING:
    from synthscope.records.study_beside import BesideMetrics
    from synthscope.records.study_freeze import Frozen, Screening
    from synthscope.records.study_ratings import Analysis, Curve
    from synthscope.services.studies.collecting import RaterProgress
    from synthscope.services.studies.powering import PowerAsked
    from synthscope.services.studies.rehearsing import Rehearsal
    from synthscope.services.studies.serving import KnownServer
    from synthscope.services.studies.study_file import StudyFile
    from synthscope.studies.screening.attention import Advice

HOLDERS = "holders.json"


@dataclass(frozen=True, eq=False)
class StudyFacts:
    """One study.

    Parameters
    ----------
    design : StudyDesign
        As it is typed, until it is frozen.
    busy : bool
        Whether a job, or another window, works at it now: the rest is then not known.
    looked_at : StudyDesign, optional
        The design that the leak gate saw.
    leaks : LeakReport, optional
    notes : tuple of str
        Of rendering.
    trials : int
        Of the longest schedule.
    preview : tuple
        For each arm pictures (Y, X, C), uint8.
    power : tuple of Curve
    power_asked : PowerAsked, optional
        Of which raters and images.
    power_holds : bool
        Whether the power was simulated for the design as it stands.
    cut : tuple of Arm
        Arms that were cut and are not in the design yet.
    report : Path, optional
        The report page, where it was written.
    holders : tuple of Holder
        That were chosen for the key.
    rehearsal : Rehearsal, optional
        The last one.
    rehearsal_holds : bool
        Whether it was of the design as it stands.
    rehearsal_report : Path, optional
        Its report page.
    server : KnownServer, optional
        Where raters send their answers.
    beside : BesideMetrics, optional
        What metrics say beside the ratings.
    """

    folder: Path
    design: StudyDesign
    state: State = "draft"
    busy: bool = False
    looked_at: StudyDesign | None = None
    leaks: LeakReport | None = None
    notes: tuple[str, ...] = ()
    trials: int = 0
    preview: tuple[tuple[np.ndarray, ...], ...] = ()
    power: tuple[Curve, ...] = ()
    power_asked: PowerAsked | None = None
    power_holds: bool = False
    cut: tuple[Arm, ...] = ()
    frozen: Frozen | None = None
    raters: tuple[RaterProgress, ...] = ()
    course: tuple[tuple[State, str, str, str], ...] = ()
    advice: tuple[Advice, ...] = ()
    screening: Screening | None = None
    analysis: Analysis | None = None
    report: Path | None = None
    holders: tuple[Holder, ...] = ()
    rehearsal: Rehearsal | None = None
    rehearsal_holds: bool = False
    rehearsal_report: Path | None = None
    server: KnownServer | None = None
    beside: BesideMetrics | None = None


@dataclass(frozen=True)
class KnownHolders:
    """What everybody may know of the key holders that were chosen, until the study is frozen."""

    holders: tuple[Holder, ...]
    format: str = "synthscope/study-holders"
    version: int = 1


def read_facts(folder: Path) -> StudyFacts:
    """Read what the folder of a study holds.

    Raises
    ------
    SynthscopeError
        If something in it is damaged.
    """
    from synthscope.services.studies.powering import power_subject, read_power
    from synthscope.services.studies.previewing import read_preview
    from synthscope.services.studies.serving import read_server
    from synthscope.services.studies.study_file import NAME, StudyFile
    from synthscope.services.studies.work import CUT, REPORT, CutArms

    design = read_draft(folder) if (folder / DRAFT).is_file() else StudyDesign("", "real-or-synthetic", ())
    power = read_power(folder)
    cut = read_document(folder / CUT, CutArms).arms if (folder / CUT).is_file() else ()
    known = read_document(folder / HOLDERS, KnownHolders).holders if (folder / HOLDERS).is_file() else ()
    facts = StudyFacts(
        folder,
        design,
        preview=read_preview(folder),
        power=() if power is None else power.curves,
        power_asked=None if power is None else power.asked,
        power_holds=power is not None and power.design == digest(power_subject(design)),
        cut=cut,
        report=folder / REPORT if (folder / REPORT).is_file() else None,
        holders=known,
        server=read_server(folder),
        **_rehearsed(folder, design),
    )
    if not (folder / NAME).is_file():
        return facts
    try:
        study = StudyFile.open(folder)
    except Unavailable:
        return replace(facts, busy=True)
    try:
        return _with_study(facts, study)
    finally:
        study.close()


def _rehearsed(folder: Path, design: StudyDesign) -> dict[str, Any]:
    from synthscope.services.studies.checking import changed_since
    from synthscope.services.studies.rehearsing import FOLDER, REPORT, read_rehearsal

    found = read_rehearsal(folder)
    if found is None:
        return {}
    report = folder / FOLDER / REPORT
    return {
        "rehearsal": found,
        "rehearsal_holds": not changed_since(design, found.design) and design.analysis == found.design.analysis,
        "rehearsal_report": report if report.is_file() else None,
    }


def keep_holders(folder: Path, holders: tuple[Holder, ...]) -> None:
    """Keep which key holders were chosen."""
    write_document(folder / HOLDERS, KnownHolders(holders))


def take_cut(folder: Path, design: StudyDesign) -> None:
    """Keep a design that holds the arms that were cut, and forget them beside it."""
    from synthscope.services.studies.work import CUT

    write_draft(folder, design)
    (folder / CUT).unlink(missing_ok=True)


def _with_study(facts: StudyFacts, study: StudyFile) -> StudyFacts:
    from synthscope.records.study_material import StudyMaterial
    from synthscope.records.study_schedule import Schedule
    from synthscope.services.studies.collecting import rater_progress

    state = study.state
    fixed = state not in ("draft", "audited")
    found: dict[str, Any] = {"state": state, "course": study.course(), "looked_at": study.design}
    if fixed:
        found["design"] = study.design
    if study.holds("leaks"):
        found["leaks"] = study.get("leaks", LeakReport)
    if study.holds("material"):
        found["notes"] = study.get("material", StudyMaterial).rendering.notes
    if study.holds("schedule"):
        found["trials"] = max((len(slot.trials) for slot in study.get("schedule", Schedule).slots), default=0)
    if study.holds("manifest"):
        found["raters"] = rater_progress(study)
    return replace(facts, **found, **_ended(study, state))


def _ended(study: StudyFile, state: State) -> dict[str, Any]:
    from synthscope.records.study_beside import BesideMetrics
    from synthscope.records.study_freeze import Frozen, Screening
    from synthscope.records.study_ratings import Analysis
    from synthscope.services.studies.publishing import BESIDE
    from synthscope.services.studies.screening import propose

    found: dict[str, Any] = {}
    for name, kind, key in (
        ("frozen", Frozen, "frozen"), ("screening", Screening, "screening"),
        ("analysis-blind", Analysis, "analysis"), ("analysis", Analysis, "analysis"), (BESIDE, BesideMetrics, "beside"),
    ):  # fmt: skip
        if study.holds(name):
            found[key] = study.get(name, kind)
    if state == "closed":
        try:
            found["advice"] = propose(study)
        except InputError as error:
            if type(error) is not InputError:
                raise
    return found
