"""A small study of stacks beside their references: one generator leaves a fault, and raters mark it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tests.services.studies.beside_study import MARKS
from tests.services.studies.finished import holder, past_the_gate, unblind
from tests.services.studies.images import kept, texture

from synthscope.jobs.drain import drain
from synthscope.metrics.registry import resolve
from synthscope.records.space import Space
from synthscope.records.study import AnalysisPlan, Arm, Plan, Question, Rendering, StudyDesign
from synthscope.records.study_events import Mark
from synthscope.records.study_key import StimulusKey, StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_simulation import SimulatedAnswer
from synthscope.services.studies.analysing import analyse_study
from synthscope.services.studies.beside_study import BesideAsked, beside_study_job
from synthscope.services.studies.collecting import close_study, import_answers
from synthscope.services.studies.dry_run import give_answers
from synthscope.services.studies.freezing import freeze_study_job, key_before
from synthscope.services.studies.rater_packs import pack_files
from synthscope.services.studies.reporting.writing import report_study
from synthscope.services.studies.screening import propose, rule_of, screen_study
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.design.paradigms import IMPAIRMENT
from synthscope.studies.pack.layout import picture_name
from synthscope.studies.sealing.holders import Holder

CASES, DEPTH, SIDE, RATERS = 4, 3, 64, 4
FAULT = (1, slice(30, 43), slice(12, 29))
"""Where the bad generator's stacks are too bright: slice, rows, columns."""
BOX = Mark("box", ((30.0, 12.0), (42.0, 28.0)), slice=1, reason="blur")
STRAY = Mark("point", ((5.0, 55.0),), slice=0, reason="blur")
BAD, GOOD = "my gan", "quilted"
FAR = Question("far", "scale", "How far is it from its reference?", IMPAIRMENT)


@dataclass(frozen=True)
class Marked:
    """A study beside whose ratings metrics were set, and its report from before it was unblinded."""

    study: StudyFile
    blind: str

    @property
    def marked(self) -> tuple[StimulusKey, ...]:
        """The pictures of the bad generator."""
        return tuple(one for one in self.study.get("key", StudyKey).stimuli if one.arm == BAD)


@contextmanager
def marked_study(folder: Path) -> Iterator[Marked]:
    """Take the study from its images to the metrics beside its ratings."""
    emmy = holder(folder, "Emmy")
    study = _frozen(folder, emmy.holder)
    try:
        close_study(study, "Ada", "All have finished.")
        screen_study(study, rule_of(propose(study)), "Ada")
        analyse_study(study)
        page = report_study(study, folder / "blind.html").read_text(encoding="utf-8")
        unblind(study, [emmy])
        drain(beside_study_job(study, resolve, BesideAsked(("ssim",))))
        yield Marked(study, page)
    finally:
        study.close()


def damage(study: StudyFile, code: str) -> None:
    """Turn a byte round in every copy of a picture."""
    name = picture_name(code).encode()
    for path in pack_files(study.folder, study.get("manifest", PackManifest)):
        data = bytearray(path.read_bytes())
        place = data.find(name)
        if place > 0:
            data[place + len(name) + 100] ^= 255
            path.write_bytes(data)


def _frozen(folder: Path, emmy: Holder) -> StudyFile:
    design = StudyDesign(
        "Holes", "reference", _arms(folder / "images"), (FAR, MARKS), rendering=Rendering(side=SIDE, depth=DEPTH),
        plan=Plan(raters=RATERS, per_arm=CASES, repeats=0, lag=1, training=0, catches=0), seed=4,
        analysis=AnalysisPlan(resamples=50, fastest=0), signers=("Emmy",),
    )  # fmt: skip
    study = past_the_gate(folder / "study", design)
    key = key_before(study)
    drain(freeze_study_job(study, [emmy], "Ada"))
    _answer(study, key, folder / "answers")
    return study


def _arms(folder: Path) -> tuple[Arm, ...]:
    folder.mkdir()
    rng, space = np.random.default_rng(5), Space("zyx", (2.0, 2.0, 2.0), "µm")
    cases, images = tuple(f"plug {i}" for i in range(CASES)), []
    for case in cases:
        real = np.stack([texture(rng)[:SIDE, :SIDE] for _ in range(DEPTH)])
        noise = rng.normal(0, 200, (2, *real.shape))
        bad, good = (np.clip(real + one, 0, 65535).astype(np.uint16) for one in noise)
        bad[FAULT] = np.clip(bad[FAULT].astype(float) + 20000, 0, 65535).astype(np.uint16)
        names = (f"scan {case}", f"gan {case}", f"quilt {case}")
        images.append([kept(folder, name, one, space) for name, one in zip(names, (real, bad, good), strict=True)])
    real, bad, good = (tuple(column) for column in zip(*images, strict=True))
    return (
        Arm("plug seven", True, real, cases), Arm(BAD, False, bad, cases, "stylegan"), Arm(GOOD, False, good, cases),
    )  # fmt: skip


def _answer(study: StudyFile, key: StudyKey, folder: Path) -> None:
    """Let raters mark the fault, all but the last one; the first marks something else too, in another slice."""
    folder.mkdir()
    manifest = study.get("manifest", PackManifest)
    bad = {one.code for one in key.stimuli if one.arm == BAD}
    for rater, slot in enumerate(manifest.slots):
        seen = (BOX, STRAY) if rater == 0 else (BOX,) if rater < RATERS - 1 else ()
        said = [
            SimulatedAnswer(trial.id, {"far": 2 if found else 5, "marks": seen if found else ()}, 2500.0)
            for trial in slot.trials
            for found in [trial.places[0] in bad]
        ]
        give_answers(manifest, slot, said, folder)
    import_answers(study, [folder])
