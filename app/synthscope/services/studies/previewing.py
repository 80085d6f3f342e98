"""A few pictures as raters would see them, before all are made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from synthscope.errors import FileError, InputError
from synthscope.io.atomic import replacing
from synthscope.io.faults import reading_faults, writing_faults
from synthscope.records.events import Job, Progress
from synthscope.records.study import StudyDesign
from synthscope.services.studies.designing import OpenImage, lazily, lazy_block
from synthscope.studies.rendering.render import render
from synthscope.studies.rendering.surveying import survey

PREVIEW = "preview.npz"
"""File in the folder of a study."""
IMAGES = 3
"""Of each arm."""


def preview_job(folder: Path, design: StudyDesign, open_image: OpenImage) -> Job[Path]:
    """Render the first images of each arm, and keep their middle slices in the study's folder.

    Window and grey steps are those of the images shown; with all images they may be slightly others.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If an arm is empty, or images cannot be shown in one way.
    FileError, DiskFull
        If an image is gone, or the file cannot be written.
    """
    if not design.arms:
        raise InputError("The study has no images yet; add some.")
    arms = [replace(arm, images=arm.images[:IMAGES], cases=()) for arm in design.arms]
    total = sum(len(arm.images) for arm in arms)
    yield Progress(0, total, "Images are opened")
    blocks = [[lazily(lazy_block(open_image(one))) for one in arm.images] for arm in arms]
    record = survey(blocks, design.rendering)
    shown: dict[str, np.ndarray] = {}
    for number, arm in enumerate(blocks):
        for i, read in enumerate(arm):
            yield Progress(len(shown), total, "Pictures are made")
            picture = render(read(), record, number)
            shown[f"{number:02d} {i:02d}"] = picture[picture.shape[0] // 2]
    path = folder / PREVIEW
    with writing_faults(path), replacing(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **shown)
    return path


def read_preview(folder: Path) -> tuple[tuple[np.ndarray, ...], ...]:
    """Read the pictures of a preview: for each arm, uint8 (Y, X, C); none without a preview.

    Raises
    ------
    FileError
        If the file is damaged.
    """
    path = folder / PREVIEW
    if not path.is_file():
        return ()
    arms: dict[str, list[np.ndarray]] = {}
    try:
        with reading_faults(path), np.load(path, allow_pickle=False) as found:
            for name in sorted(found.files):
                arms.setdefault(name.partition(" ")[0], []).append(found[name])
    except ValueError as error:
        raise FileError(f"{path.name} is damaged ({error}); show the pictures again.") from error
    return tuple(tuple(arm) for arm in arms.values())

