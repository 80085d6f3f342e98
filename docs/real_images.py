"""The main job on four public images: where each is damaged, and what is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthscope.desktop.main_job import Story

if TYPE_CHECKING:
    from scenes import Stage

RUNS = (("biharmonic", 1), ("exemplar", 4))

REAL = {
    "soil": (
        "rock_soil_microct/soil_core_stack",
        Story(
            slices=(18, 19, 20, 21, 22),
            strokes=(((238, 322), (250, 334), (262, 338)),),
            brush=26,
            around=(250.0, 330.0, 220.0),
            generators=RUNS,
        ),
    ),
    "fibre": (
        "fibre_composites/carbon0103.png",
        Story(
            strokes=(((352, 446), (374, 452), (398, 462)),),
            brush=44,
            around=(374.0, 452.0, 300.0),
            generators=RUNS,
        ),
    ),
    "root": (
        "plant_roots/osr/A_osr_0049.jpg",
        Story(
            strokes=(((917, 188), (922, 214)), ((935, 254), (939, 278))),
            brush=34,
            around=(927.0, 232.0, 260.0),
            generators=RUNS,
        ),
    ),
    "neurons": (
        "cells/isl_neurons/phase_z06.png",
        Story(
            strokes=(((690, 440), (686, 456), (680, 470)),),
            brush=56,
            around=(688.0, 454.0, 320.0),
            generators=RUNS,
        ),
    ),
}

TITLES = {
    "soil": "soil core, 40 slices, 8-bit; a hole through five slices",
    "fibre": "carbon fibres, one slice, 8-bit; a void",
    "root": "root scan, colour, 8-bit; two stains on the paper",
    "neurons": "neurons, one field, 16-bit; a piece of debris",
}


@dataclass(frozen=True)
class Filled:
    """One generator's result: figures are means over its candidates, the copy is the longest of them."""

    generator: str
    candidates: int
    seam: float
    seam_real: float
    texture: float
    copied: float | None
    seconds: float
    outside: bool


@dataclass(frozen=True)
class Record:
    """What came of the main job on one image."""

    name: str
    title: str
    filled: tuple[Filled, ...]
    made_voxels: int
    read_back: bool
    replay_difference: float


def record_of(name: str, stage: Stage) -> Record:
    """Collect the figures of a scene that was played to its end."""
    assert stage.proven is not None
    filled = []
    for run in stage.runs:
        candidates = run.candidates()
        figures = [candidate.figures for candidate in candidates]
        copies = [f["longest_copy"] for f in figures if "longest_copy" in f]

        def mean(key: str, figures: list = figures) -> float:
            values = [f[key] for f in figures if key in f]
            return sum(values) / len(values) if values else float("nan")

        filled.append(
            Filled(
                run.recipe().generator,
                len(candidates),
                mean("seam_ratio"),
                mean("source_seam_ratio"),
                mean("texture_ratio"),
                max(copies) if copies else None,
                sum(candidate.seconds for candidate in candidates) / len(candidates),
                all(candidate.outside is not None and candidate.outside.holds for candidate in candidates),
            )
        )
    proven = stage.proven
    title = TITLES.get(name, name)
    return Record(name, title, tuple(filled), stage.made_voxels, proven.identical, proven.replay.max_abs_difference)
