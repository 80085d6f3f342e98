"""The leak gate of a study: run, decided on, passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from synthscope.errors import InputError
from synthscope.records.documents import digest
from synthscope.records.events import Job
from synthscope.records.leaks import LEAK_TITLES, LeakDecision, LeakReport
from synthscope.records.study_material import StudyMaterial
from synthscope.services.studies.designing import MATERIAL, read_picture
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.leaks.gate import GateItem, GateSettings, gate_job

LEAKS = "leaks"
"""Name of the document in a study."""


def audit_study_job(study: StudyFile, *, permutations: int = 500) -> Job[LeakReport]:
    """Run the leak gate on the pictures that raters would see, and keep its report.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If the study was not prepared yet, or is audited already.
    """
    if study.state != "draft":
        raise InputError(f"The study is {study.state}: its leaks were looked for before; nothing changes them now.")
    material = study.get(MATERIAL, StudyMaterial)
    side = material.rendering.shape[2]
    settings = GateSettings(permutations, seed=study.design.seed, magnification=side / material.rendering.field)
    items = [
        GateItem(item.arm, item.case, item.is_real, _reader(study.folder, item.code), material.sources.get(item.code))
        for item in material.items
        if not item.is_catch
    ]
    found = yield from gate_job(items, settings)
    report = replace(found, subject=digest(material))
    study.put(LEAKS, report)
    return report


def decide_leak(study: StudyFile, decision: LeakDecision) -> LeakReport:
    """Record what was decided on a soft leak.

    Raises
    ------
    InputError
        If there is no such open leak, or no reason.
    """
    report = study.get(LEAKS, LeakReport).decided(decision)
    study.put(LEAKS, report)
    return report


def pass_gate(study: StudyFile, by: str, reason: str = "The leak gate was passed.") -> LeakReport:
    """Make a draft an audited study.

    Raises
    ------
    InputError
        If something blocks or is undecided, which is said, or pictures were made anew since the gate looked.
    """
    report = study.get(LEAKS, LeakReport)
    if report.subject != digest(study.get(MATERIAL, StudyMaterial)):
        raise InputError("Pictures were made anew after the leak gate had looked at them; run it again.")
    if report.blocking:
        one = report.blocking[0]
        raise InputError(
            f"{LEAK_TITLES[one.group]} tells {one.sides[0]} from {one.sides[1]} (area {one.auc:.2f}), which cannot be "
            "decided away; bring the images to one form and prepare the study again."
        )
    if report.undecided:
        one = report.undecided[0]
        raise InputError(
            f"{len(report.undecided)} soft leaks are undecided, the first: {LEAK_TITLES[one.group]}, {one.sides[0]} "
            f"against {one.sides[1]} (area {one.auc:.2f}); harmonise the images, or say why it is part of the question."
        )
    study.advance("audited", by, reason)
    return report


def _reader(folder: Path, code: str) -> Callable[[], np.ndarray]:
    return lambda: read_picture(folder, code)
