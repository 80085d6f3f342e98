"""A small study taken from images to its analysis, blind and unblinded, with one rater who withdrew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from tests.services.studies.images import arms_in

from synthscope.errors import InputError
from synthscope.jobs.drain import drain
from synthscope.records.leaks import LeakDecision
from synthscope.records.study import AnalysisPlan, Plan, Rendering, StudyDesign
from synthscope.records.study_key import StudyKey
from synthscope.records.study_material import StudyMaterial
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_schedule import Schedule
from synthscope.records.study_simulation import SimulatedRater
from synthscope.services.rating.session import RatingSession
from synthscope.services.sources import open_input
from synthscope.services.studies.analysing import analyse_study
from synthscope.services.studies.auditing import audit_study_job, decide_leak, pass_gate
from synthscope.services.studies.collecting import close_study, import_answers
from synthscope.services.studies.designing import prepare_study_job, schedule_study, secret_of
from synthscope.services.studies.dry_run import give_answers
from synthscope.services.studies.freezing import freeze_study_job, key_of
from synthscope.services.studies.publishing import publish_study
from synthscope.services.studies.reporting.writing import report_study
from synthscope.services.studies.screening import propose, rule_of, screen_study
from synthscope.services.studies.secret_words import secret_words
from synthscope.services.studies.study_file import StudyFile
from synthscope.services.unblinding import consent_for, release_key, unblind_study
from synthscope.studies.sealing.codes import code_of
from synthscope.studies.sealing.holders import HolderKeys, make_holder, open_holder
from synthscope.studies.simulation.answering import simulate_answers
from synthscope.studies.store.responses import Responses

PLAN = Plan(raters=5, per_arm=8, lag=6, training=2, catches=2)
TITLE = "Soil <i>& roots</i>"
OUT, WHY = "rater-004", "Answered with the <window> half covered."
GONE = "rater-005"
"""Withdrew, and did not let the answers be used."""


@dataclass(frozen=True)
class Finished:
    """A reported study, with what was written of it on the way.

    Parameters
    ----------
    blind, open : Path
        Publication packs before and after unblinding.
    page : str
        The blind report.
    words : tuple of str
        That nothing blind may hold.
    """

    study: StudyFile
    blind: Path
    open: Path
    page: str
    words: tuple[str, ...]


def finish(folder: Path) -> Finished:
    """Take a study from its images to both packs."""
    study, holders = analysed(folder)
    words = secret_words(study.design)
    publish_study(study, folder / "blind", "Ada")
    page = report_study(study, folder / "blind.html").read_text(encoding="utf-8")
    assert study.state == "analysed"
    unblind(study, holders)
    with pytest.raises(InputError, match="names no person"):
        publish_study(study, folder / "open", " ")
    assert not (folder / "open").exists()
    publish_study(study, folder / "open", "Ada")
    assert study.state == "reported"
    return Finished(study, folder / "blind", folder / "open", page, words)


def past_the_gate(folder: Path, design: StudyDesign) -> StudyFile:
    """Make a study whose leak gate is passed, whatever it finds."""
    study = StudyFile.create(folder, design)
    drain(prepare_study_job(study, open_input))
    schedule_study(study)
    for found in drain(audit_study_job(study, permutations=49)).undecided:
        decide_leak(study, LeakDecision(found.id, "part of the question", "It is small.", "Ada"))
    pass_gate(study, "Ada")
    return study


def analysed(folder: Path) -> tuple[StudyFile, list[HolderKeys]]:
    """Take a study to its blind analysis; rater 4 is left out, rater 5 withdraws."""
    plan = AnalysisPlan(hypothesis="Images of my gan are told from real ones.", resamples=100)
    design = StudyDesign(
        TITLE, "real-or-synthetic", arms_in(folder / "images"), plan=PLAN, rendering=Rendering(side=64), seed=4,
        analysis=plan, signers=("Ada", "Emmy"), signatures=2, grade="A",
    )  # fmt: skip
    study = past_the_gate(folder / "study", design)
    secret = secret_of(study)
    material, schedule = study.get("material", StudyMaterial), study.get("schedule", Schedule)
    key = key_of(code_of(secret, "study"), material, schedule, secret)
    holders = [holder(folder, "Ada"), holder(folder, "Emmy")]
    drain(freeze_study_job(study, [one.holder for one in holders], "Ada"))
    _answer(study, key, folder / "answers")
    close_study(study, "Ada", "All have finished.")
    screen_study(study, rule_of(propose(study)) | {OUT: WHY}, "Ada")
    analyse_study(study)
    return study, holders


def unblind(study: StudyFile, holders: list[HolderKeys]) -> None:
    """Open the key and analyse again."""
    consent = consent_for(study, "The blind analysis stands.")
    unblind_study(study, [release_key(study, consent, one) for one in holders], "Ada")
    analyse_study(study)


def holder(folder: Path, name: str) -> HolderKeys:
    path = folder / f"{name}.json"
    make_holder(path, name, "a long passphrase")
    return open_holder(path, "a long passphrase")


def _answer(study: StudyFile, key: StudyKey, folder: Path) -> None:
    folder.mkdir()
    manifest = study.get("manifest", PackManifest)
    for number, slot in enumerate(manifest.slots[:4]):
        rng = np.random.default_rng(10 + number)
        said = simulate_answers(slot, key, SimulatedRater(sensitivity=1.5), rng, questions=manifest.questions)
        give_answers(manifest, slot, said, folder)
    slot = manifest.slots[4]
    responses = Responses.open(folder / f"responses_{slot.id}.db", slot=slot.id, study=manifest.study, mirror=None)
    clock = iter(range(0, 10**12, 10**9))
    try:
        session = RatingSession(manifest, slot, responses, lambda: next(clock))
        session.start(slot.id, "a rater who withdraws")
        session.consent()
        session.check_display({"simulated": True})
        session.arm()
        session.onset()
        session.answer(manifest.questions[0].id, 2)
        assert session.confirm()
        session.withdraw(keep=False)
    finally:
        responses.close()
    import_answers(study, [folder])
