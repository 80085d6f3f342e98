"""A copy of an audited study under another secret: its codes, letters and schedule tell nothing of the original's."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

from synthscope.io.faults import writing_faults
from synthscope.records.documents import digest
from synthscope.records.leaks import LeakReport
from synthscope.records.study_material import StudyMaterial
from synthscope.records.study_schedule import StudyItem
from synthscope.services.studies.auditing import LEAKS, pass_gate
from synthscope.services.studies.designing import MATERIAL, RENDERS, letters_of, schedule_study, secret_of
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.sealing.codes import code_of


def copy_recoded(study: StudyFile, folder: Path, by: str) -> StudyFile:
    """Copy an audited study, its pictures and the findings of the leak gate, under a secret of its own.

    The key of the copy may be opened, and opens nothing of the original.

    Parameters
    ----------
    folder : Path
        New.
    by : str
        Who stands in the log of the copy.

    Raises
    ------
    InputError
        If the study was not audited, or its leak gate is not passed.
    FileError, DiskFull
        If the copy cannot be written.
    """
    material, leaks = study.get(MATERIAL, StudyMaterial), study.get(LEAKS, LeakReport)
    copy = StudyFile.create(folder, study.design)
    try:
        renamed = _recoded(copy, material)
        new = {one.item: one.code for one in renamed.items}
        with writing_faults(folder):
            (folder / RENDERS).mkdir()
            for item in material.items:
                shutil.copyfile(
                    study.folder / RENDERS / f"{item.code}.npy", folder / RENDERS / f"{new[item.item]}.npy"
                )
        copy.put(MATERIAL, renamed)
        current = leaks.subject == digest(material)
        copy.put(LEAKS, replace(leaks, subject=digest(renamed) if current else leaks.subject))
        schedule_study(copy)
        pass_gate(copy, by, "A copy of an audited study.")
    except BaseException:
        copy.close()
        raise
    return copy


def _recoded(copy: StudyFile, material: StudyMaterial) -> StudyMaterial:
    code = partial(code_of, secret_of(copy))
    letters = letters_of(copy.design, code)
    letter_of = {name: letter for letter, name in letters.items()}

    def renamed(item: StudyItem) -> StudyItem:
        kind = "catch" if item.is_catch else "item"
        return replace(item, code=code(f"{kind} {item.item}"), letter=letter_of.get(item.arm, ""))

    items = tuple(map(renamed, material.items))
    new = {old.code: one.code for old, one in zip(material.items, items, strict=True)}
    sources = {new[old]: facts for old, facts in material.sources.items()}
    return replace(material, letters=letters, items=items, sources=sources)
