"""Beginning a study from sets of images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synthscope.errors import InputError
from synthscope.records.evaluation import ImageSet
from synthscope.records.events import Job
from synthscope.records.forms import check
from synthscope.records.study import StudyDesign
from synthscope.services.studies.cutting import arm_of, cut_arm_job, matched
from synthscope.services.studies.study_file import NAME, StudyFile
from synthscope.studies.design.paradigms import PARADIGM_RULES


@dataclass(frozen=True)
class Cut:
    """How images are cut into fields before they are shown.

    Parameters
    ----------
    fields : int
        Of each set, at most; 0 to show images as they are.
    side, depth : int
        Of a field, in voxels.
    """

    fields: int = 0
    side: int = 0
    depth: int = 1


def begin_study_job(
    folder: Path, design: StudyDesign, real: Sequence[ImageSet], generated: Sequence[ImageSet], cut: Cut | None = None,
    project: Path | None = None,
) -> Job[StudyFile]:
    """Begin a study in a folder; its arms are those of the design and one for each set.

    Yields
    ------
    Progress

    Returns
    -------
    StudyFile
        Open, a draft.

    Raises
    ------
    InputError
        If the folder holds a study, a setting is out of range, a set is empty, or no field fits.
    FileError, DiskFull
        If an image is gone, or files cannot be written.
    """
    if (folder / NAME).exists():
        raise InputError(f"{folder} holds a study already; open it, or choose another folder.")
    for section in (design.plan, design.showing, design.rendering, design.analysis):
        check(section)
    cut = cut or Cut()
    arms = list(design.arms)
    for one, is_real in [*((one, True) for one in real), *((one, False) for one in generated)]:
        if cut.fields:
            size = (cut.depth, cut.side, cut.side)
            arms.append((yield from cut_arm_job(one, folder, size, cut.fields, real=is_real, project=project)))
        else:
            arms.append(arm_of(one, real=is_real, project=project))
    told = any(arm.cases for arm in arms) and not cut.fields
    if PARADIGM_RULES[design.paradigm].reference and not told:
        arms = list(matched(arms))
    return StudyFile.create(folder, replace(design, arms=tuple(arms)))
