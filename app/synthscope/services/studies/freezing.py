"""Freezing a study: what was decided is hashed, the key is sealed, and every rater gets a pack."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.atomic import write_text
from synthscope.io.documents import write_document
from synthscope.records.documents import digest
from synthscope.records.events import Job, Progress
from synthscope.records.leaks import LeakReport
from synthscope.records.study import Question, StudyDesign
from synthscope.records.study_freeze import Frozen
from synthscope.records.study_key import BlindStimulus, Codebook, StimulusKey, StudyKey
from synthscope.records.study_material import StudyMaterial
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_schedule import Schedule
from synthscope.services.studies.auditing import LEAKS
from synthscope.services.studies.consent import introduction_of
from synthscope.services.studies.designing import (
    MATERIAL,
    RENDERS,
    SCHEDULE,
    SECRET,
    read_picture,
    schedule_study,
    secret_of,
)
from synthscope.services.studies.preregistering import preregistration
from synthscope.services.studies.rater_packs import write_packs_job
from synthscope.services.studies.secret_words import check_told_blind, secret_words
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.design.paradigms import default_questions
from synthscope.studies.pack.slots import shown_in
from synthscope.studies.sealing.codes import code_of
from synthscope.studies.sealing.envelope import SealedKey, seal
from synthscope.studies.sealing.holders import Holder

PREREGISTRATION, SEALED_KEY = "preregistration.md", "sealed-key.json"
"""Files in the folder of a frozen study, beside its packs."""
FROZEN, MANIFEST, CODEBOOK, SEALED, RENDERING = "frozen", "manifest", "codebook", "sealed", "rendering"
"""Documents of a frozen study."""


def freeze_study_job(study: StudyFile, holders: Sequence[Holder], by: str, reason: str = "Ready.") -> Job[Frozen]:
    """Fix an audited study.

    A pack for each rater, the preregistration and the sealed key are written into the study's folder. What says which
    picture is which is taken out of it: from then on only the sealed key knows, and `design.signatures` of its holders
    open it.

    Parameters
    ----------
    holders : sequence of Holder
        Among whom the key is shared.

    Yields
    ------
    Progress

    Raises
    ------
    InputError
        If the study is not audited, holders do not fit its blinding grade, the consent has open places, or a pack
        or the reason would name what it must not.
    FileError, DiskFull
        If pictures are gone, or files cannot be written.
    """
    _check(study, holders)
    check_told_blind(study.design, by, reason)
    design, material = study.design, study.get(MATERIAL, StudyMaterial)
    schedule = study.get(SCHEDULE, Schedule) if study.holds(SCHEDULE) else schedule_study(study)
    key = key_before(study)
    sealed = seal(key, holders, design.signatures)
    shown = shown_in(schedule.slots)
    pictures = yield from _hash_job(study.folder, shown)
    frozen = _frozen(study, key, schedule, sealed, pictures)
    manifest = _manifest(design, frozen, schedule, material, shown)
    packs = yield from write_packs_job(
        study.folder, manifest, secret_words(design), partial(read_picture, study.folder)
    )
    frozen = replace(frozen, packs=packs)
    write_document(study.folder / SEALED_KEY, sealed)
    text = preregistration(design, frozen, study.get(LEAKS, LeakReport), material.rendering, questions_of(design))
    write_text(study.folder / PREREGISTRATION, text)
    with study.whole():
        for name, record in (
            (FROZEN, frozen), (MANIFEST, manifest), (CODEBOOK, codebook_of(key)), (SEALED, sealed),
            (RENDERING, material.rendering), ("preregistration", text),
        ):  # fmt: skip
            study.put(name, record)
        study.forget(SECRET, MATERIAL, SCHEDULE)
        study.advance("frozen", by, reason)
    study.scrub()
    shutil.rmtree(study.folder / RENDERS, ignore_errors=True)
    return frozen


def questions_of(design: StudyDesign) -> tuple[Question, ...]:
    """Give the questions that raters are asked: the designer's, or those usual in the paradigm."""
    return design.questions or default_questions(design.paradigm, design.domain)


def key_of(study: str, material: StudyMaterial, schedule: Schedule, secret: bytes) -> StudyKey:
    """Join what is known of pictures and trials to the key of a study."""
    stimuli = tuple(
        StimulusKey(one.code, one.item, one.arm, one.letter, one.case, one.is_real)
        for one in sorted(material.items, key=lambda one: one.code)
    )
    return StudyKey(study, dict(material.letters), stimuli, schedule.trials, secret.hex())


def key_before(study: StudyFile) -> StudyKey:
    """Give the key of a study that has schedules and is not frozen: afterwards only its holders can.

    Raises
    ------
    InputError
        If the study is frozen, or has no schedule yet.
    """
    secret = secret_of(study)
    return key_of(code_of(secret, "study"), study.get(MATERIAL, StudyMaterial), study.get(SCHEDULE, Schedule), secret)


def codebook_of(key: StudyKey) -> Codebook:
    """Give what a blind analysis may know of a key."""
    secret = bytes.fromhex(key.secret)
    stimuli = tuple(BlindStimulus(one.code, one.letter, code_of(secret, f"case {one.case}")) for one in key.stimuli)
    trials = tuple(one if one.role == "catch" else replace(one, right=-1) for one in key.trials)
    return Codebook(key.study, stimuli, trials)


def _check(study: StudyFile, holders: Sequence[Holder]) -> None:
    design = study.design
    if study.state != "audited":
        raise InputError(f"The study is {study.state}; only an audited one can be frozen: pass the leak gate first.")
    if not 1 <= design.signatures <= len(holders):
        raise InputError(
            f"The study asks for {design.signatures} signatures and has {len(holders)} key holders; name as many."
        )
    if design.grade == "A" and design.signatures < 2:
        raise InputError("Blinding grade A needs two signatures to unblind; ask for 2, or take grade B.")
    missing = [name for name in design.signers if name not in {holder.name for holder in holders}]
    if missing:
        raise InputError(f"The design names {missing[0]!r} as a key holder, whose file was not given; add it.")
    if "[" in design.consent:
        place = design.consent[design.consent.index("[") :].partition("]")[0][:60]
        raise InputError(f"The consent has an open place, {place!r}]; fill it in or take it out.")


def _hash_job(folder: Path, codes: Sequence[str]) -> Job[str]:
    found = hashlib.sha256()
    for number, code in enumerate(codes):
        if number % 50 == 0:
            yield Progress(number, len(codes), "Pictures are hashed")
        found.update(code.encode() + read_picture(folder, code).tobytes())
    return found.hexdigest()


def _frozen(study: StudyFile, key: StudyKey, schedule: Schedule, sealed: SealedKey, pictures: str) -> Frozen:
    design = study.design
    return Frozen(
        study=key.study,
        title=design.title,
        design=digest(design),
        schedule=digest(schedule.slots),
        plan=digest((design.analysis, questions_of(design))),
        leaks=digest(study.get(LEAKS, LeakReport)),
        pictures=pictures,
        key_commitment=sealed.commitment,
        holders=tuple(share.holder.name for share in sealed.shares),
        signatures=sealed.needed,
        grade=design.grade,
        program=f"Synthscope {version('synthscope')}",
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _manifest(
    design: StudyDesign, frozen: Frozen, schedule: Schedule, material: StudyMaterial, codes: Sequence[str]
) -> PackManifest:
    return PackManifest(
        frozen.study, design.title, design.paradigm, questions_of(design), design.showing, material.rendering.shape,
        tuple(codes), schedule.slots, design.introduction or introduction_of(design), design.consent,
        frozen.design, frozen.schedule, frozen.key_commitment,
    )  # fmt: skip
