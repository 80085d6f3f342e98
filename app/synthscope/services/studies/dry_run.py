"""A dry run: simulated raters take a study from its pack to its analysis, through the same verbs as people."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from synthscope.errors import InputError
from synthscope.io.faults import writing_faults
from synthscope.records.events import Job, Progress
from synthscope.records.study_key import StudyKey
from synthscope.records.study_pack import PackManifest, Slot
from synthscope.records.study_simulation import SimulatedAnswer, SimulatedPanel, SimulatedRater
from synthscope.services.rating.session import RatingSession
from synthscope.services.studies.analysing import analyse_study
from synthscope.services.studies.collecting import close_study, import_answers
from synthscope.services.studies.freezing import freeze_study_job, key_before
from synthscope.services.studies.recoding import copy_recoded
from synthscope.services.studies.screening import propose, rule_of, screen_study
from synthscope.services.studies.study_file import StudyFile
from synthscope.services.unblinding import consent_for, release_key, unblind_study
from synthscope.studies.sealing.holders import HolderKeys, make_holder, open_holder
from synthscope.studies.simulation.answering import simulate_answers
from synthscope.studies.simulation.panels import draw_panel
from synthscope.studies.store.responses import Responses

ANSWERS = "answers"
"""Folder of the simulated raters' files, beside the study."""
BY = "dry run"
_FRAME = 16_000_000  # ns from a trial that is armed to its picture on the screen


def dry_run_job(study: StudyFile, folder: Path, panel: SimulatedPanel, seed: int = 0) -> Job[StudyFile]:
    """Let simulated raters do a copy of an audited study, and analyse it, blind and unblinded.

    Pictures, plan and questions are those of the study, under codes, letters and schedules of their own: the key of
    the copy is opened in the end and must tell nothing of the study. Key holders are made for the run. Raters who fail
    the registered rule on catch trials are left out by it.

    Parameters
    ----------
    study : StudyFile
        With a leak gate that passes, not yet frozen: afterwards nobody knows what a simulated rater has to know.
    folder : Path
        New, for the copy and the files of the raters.

    Yields
    ------
    Progress

    Returns
    -------
    StudyFile
        The copy, open, unblinded.

    Raises
    ------
    InputError
        If the study has not gone through the leak gate, or is frozen.
    """
    if study.state not in ("draft", "audited"):
        raise InputError(f"The study is {study.state}; a dry run needs one that is audited and not yet frozen.")
    copy = copy_recoded(study, folder, BY)
    try:
        yield from _run_job(copy, panel, seed)
    except BaseException:
        copy.close()
        raise
    return copy


def give_answers(manifest: PackManifest, slot: Slot, said: Sequence[SimulatedAnswer], folder: Path) -> Path:
    """Give answers to all trials of a slot through a rating session; its clock runs as far as they say.

    Returns
    -------
    Path
        Of the file of answers.
    """
    path = folder / f"responses_{slot.id}.db"
    clock = _Clock()
    responses = Responses.open(path, slot=slot.id, study=manifest.study, mirror=None)
    try:
        session = RatingSession(manifest, slot, responses, clock)
        session.start(slot.id, "simulated rater")
        session.consent()
        session.check_display({"simulated": True})
        for answer in said:
            if session.step == "break":
                session.resume()
            session.arm()
            clock.now += _FRAME
            session.onset()
            clock.now += round(max(answer.rt_ms, manifest.showing.least) * 1e6)
            for question, value in answer.answers.items():
                session.answer(question, value)
            session.confirm()
        session.close()
    finally:
        responses.close()
    return path


def rate_as(
    rater: SimulatedRater, manifest: PackManifest, slot: Slot, key: StudyKey, rng: np.random.Generator, folder: Path
) -> Path:
    """Answer a slot as a simulated rater would, who has to know the key; give the file of the answers."""
    said = simulate_answers(slot, key, rater, rng, questions=manifest.questions, shape=manifest.shape)
    return give_answers(manifest, slot, said, folder)


class _Clock:
    """A clock that runs as far as a simulated rater takes."""

    def __init__(self) -> None:
        self.now = 0

    def __call__(self) -> int:
        return self.now


def _run_job(study: StudyFile, panel: SimulatedPanel, seed: int) -> Job[None]:
    key = key_before(study)
    signers = study.design.signers
    count = max(study.design.signatures, len(signers))
    holders = [_holder(study.folder, signers[i] if i < len(signers) else f"holder {i + 1}") for i in range(count)]
    yield from freeze_study_job(study, [one.holder for one in holders], BY)
    manifest = study.get("manifest", PackManifest)
    folder = study.folder / ANSWERS
    with writing_faults(folder):
        folder.mkdir()
    rng = np.random.default_rng(seed)
    arms = [arm.name for arm in study.design.arms if not arm.is_real]
    raters = draw_panel(panel, len(manifest.slots), rng, arms)
    for number, (slot, rater) in enumerate(zip(manifest.slots, raters, strict=True)):
        yield Progress(number, len(manifest.slots), f"{slot.id} rates")
        rate_as(rater, manifest, slot, key, rng, folder)
    yield Progress(len(manifest.slots), len(manifest.slots), "Answers are analysed")
    import_answers(study, [folder], BY)
    close_study(study, BY, "All have finished.")
    screen_study(study, rule_of(propose(study)), BY)
    analyse_study(study, BY)
    consent = consent_for(study, "The dry run is over.")
    unblind_study(study, [release_key(study, consent, one) for one in holders[: study.design.signatures]], BY)
    analyse_study(study, BY)


def _holder(folder: Path, name: str) -> HolderKeys:
    """Make a holder for the run; the file is of no use afterwards and is not kept."""
    path, passphrase = folder / "holder.json", secrets.token_hex(16)
    make_holder(path, name, passphrase)
    try:
        return open_holder(path, passphrase)
    finally:
        path.unlink()
