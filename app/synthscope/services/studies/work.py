"""What the worker does for a study, from cutting fields to the publication pack."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

from synthscope.errors import InputError, Unavailable
from synthscope.io.documents import write_document
from synthscope.records.documents import from_json
from synthscope.records.evaluation import ImageSet
from synthscope.records.events import Job, Progress
from synthscope.records.study import Arm, StudyDesign
from synthscope.services.evaluation.features import Implement
from synthscope.services.sources import open_input
from synthscope.services.studies.analysing import analyse_study
from synthscope.services.studies.auditing import audit_study_job
from synthscope.services.studies.beside_study import BesideAsked, beside_study_job
from synthscope.services.studies.checking import changed_since
from synthscope.services.studies.cutting import cut_arm_job
from synthscope.services.studies.designing import prepare_study_job, schedule_study
from synthscope.services.studies.drafts import read_draft
from synthscope.services.studies.freezing import freeze_study_job
from synthscope.services.studies.powering import PowerAsked, asked_power_job, keep_power
from synthscope.services.studies.previewing import PREVIEW, preview_job
from synthscope.services.studies.publishing import publish_study
from synthscope.services.studies.rehearsing import RehearsalAsked, rehearse_job
from synthscope.services.studies.reporting.writing import report_study
from synthscope.services.studies.study_file import NAME, StudyFile
from synthscope.studies.sealing.holders import Holder

Act = Literal[
    "cut", "preview", "power", "audit", "rehearse", "freeze", "analyse", "report", "publish", "beside"
]
ACTS: tuple[Act, ...] = get_args(Act)
CUT, REPORT = "cut.json", "report.html"
"""Files that work leaves in the folder of a study."""
PATIENCE, PAUSE = 5.0, 0.05
"""Seconds."""


@dataclass(frozen=True)
class CutArms:
    """Arms that were cut from larger images, until the design takes them."""

    arms: tuple[Arm, ...]
    format: str = "synthscope/study-cut"
    version: int = 1


def study_job(
    folder: Path, payload: Mapping[str, Any], project: Path | None, implement: Implement
) -> Job[dict[str, Any]]:
    """Do what the payload's ``act`` names for the study of a folder.

    Parameters
    ----------
    implement : callable
        Makes the implementation of a metric; handed down by the composition root.

    Raises
    ------
    InputError
        If there is no such act.
    """
    act = str(payload.get("act", ""))
    if act not in ACTS:
        raise InputError(f"A study has no act {act!r}; give one of {', '.join(ACTS)}.")
    if act in _MEASURING:
        yield from _MEASURING[act](folder, payload, implement)
    else:
        yield from _JOBS[act](folder, payload, project)
    return {"act": act}


@contextmanager
def study_of(folder: Path, patience: float = PATIENCE) -> Iterator[StudyFile]:
    """Open the study of a folder for a block.

    A window looks into a study for a moment now and then; it is waited for.

    Raises
    ------
    Unavailable
        If another window or job has it open for longer than `patience` seconds.
    """
    study = _opened(folder, patience)
    try:
        yield study
    finally:
        study.close()


def _opened(folder: Path, patience: float) -> StudyFile:
    end = time.monotonic() + patience
    while True:
        try:
            return StudyFile.open(folder)
        except Unavailable:
            if time.monotonic() > end:
                raise
        time.sleep(PAUSE)


def _cut(folder: Path, payload: Mapping[str, Any], project: Path | None) -> Job[None]:
    size, arms = tuple(int(n) for n in payload["size"]), []
    for one in payload["sets"]:
        wanted = from_json(ImageSet, one["set"])
        job = cut_arm_job(wanted, folder, size, int(payload["most"]), real=bool(one["real"]), project=project)  # type: ignore[arg-type]
        arms.append((yield from job))
    write_document(folder / CUT, CutArms(tuple(arms)))


def _preview(folder: Path, _: Mapping[str, Any], project: Path | None) -> Job[None]:
    yield from preview_job(folder, read_draft(folder), partial(open_input, folder=project))


def _power(folder: Path, payload: Mapping[str, Any], _: Path | None) -> Job[None]:
    design, asked = read_draft(folder), from_json(PowerAsked, payload.get("power", {}))
    keep_power(folder, design, asked, (yield from asked_power_job(design, asked)))


def _audit(folder: Path, payload: Mapping[str, Any], project: Path | None) -> Job[None]:
    design = read_draft(folder)
    if not (folder / NAME).exists():
        StudyFile.create(folder, design).close()
    with study_of(folder) as study:
        if study.state == "audited":
            study.advance("draft", str(payload.get("by") or "the designer"), "Pictures are made and looked at anew.")
        if study.design != design:
            study.put("design", design)
        yield from prepare_study_job(study, partial(open_input, folder=project))
        yield Progress(0, 1, "Schedules are made")
        schedule_study(study)
        yield from audit_study_job(study, permutations=int(payload.get("permutations", 500)))


def _rehearse(folder: Path, payload: Mapping[str, Any], _: Path | None) -> Job[None]:
    with study_of(folder) as study:
        yield from rehearse_job(study, from_json(RehearsalAsked, payload.get("asked", {})))


def _freeze(folder: Path, payload: Mapping[str, Any], _: Path | None) -> Job[None]:
    holders = [from_json(Holder, one) for one in payload["holders"]]
    with study_of(folder) as study:
        _take_words(study, read_draft(folder))
        yield from freeze_study_job(study, holders, str(payload["by"]), str(payload["reason"]))
    (folder / PREVIEW).unlink(missing_ok=True)


def _take_words(study: StudyFile, design: StudyDesign) -> None:
    """Take what may change after the leak gate: what raters read, key holders, the analysis."""
    if study.state != "audited":
        raise InputError(f"The study is {study.state}; only an audited one can be frozen: pass the leak gate first.")
    if changed_since(design, study.design):
        raise InputError("The design was changed after the leak gate had looked at it; look at the pictures again.")
    if study.design != design:
        study.put("design", design)


def _analyse(folder: Path, payload: Mapping[str, Any], _: Path | None) -> Job[None]:
    with study_of(folder) as study:
        yield Progress(0, 1, "Answers are analysed")
        analyse_study(study, str(payload["by"]))


def _report(folder: Path, _: Mapping[str, Any], implement: Implement) -> Job[None]:
    with study_of(folder) as study:
        yield Progress(0, 1, "The report is written")
        report_study(study, folder / REPORT, implement)


def _publish(folder: Path, payload: Mapping[str, Any], _: Path | None) -> Job[None]:
    with study_of(folder) as study:
        yield Progress(0, 1, "The publication pack is written")
        publish_study(study, Path(payload["out"]), str(payload["by"]))


def _beside(folder: Path, payload: Mapping[str, Any], implement: Implement) -> Job[None]:
    with study_of(folder) as study:
        yield from beside_study_job(study, implement, from_json(BesideAsked, payload.get("asked", {})))


_JOBS: Mapping[str, Callable[[Path, Mapping[str, Any], Path | None], Job[None]]] = {
    "cut": _cut,
    "preview": _preview,
    "power": _power,
    "audit": _audit,
    "rehearse": _rehearse,
    "freeze": _freeze,
    "analyse": _analyse,
    "publish": _publish,
}
_MEASURING: Mapping[str, Callable[[Path, Mapping[str, Any], Implement], Job[None]]] = {
    "report": _report,
    "beside": _beside,
}
