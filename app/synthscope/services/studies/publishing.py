"""The publication pack: a folder in the manner of BIDS, blinded or with the key, written whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from synthscope.errors import InputError
from synthscope.io.atomic import replacing
from synthscope.io.documents import json_text
from synthscope.io.faults import writing_faults
from synthscope.records.documents import to_json
from synthscope.records.leaks import LeakReport
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_freeze import Frozen, Screening
from synthscope.records.study_key import Codebook, StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_rendering import RenderRecord
from synthscope.services.environment import describe_environment
from synthscope.services.studies.erasures import BLIND, OPEN, analysis_of, erasures_of
from synthscope.services.studies.publication import Publication, Step, documents_of, released
from synthscope.services.studies.publication_crate import CRATE, crate_of
from synthscope.services.studies.publication_tables import tables_of
from synthscope.services.studies.publication_words import description_of, readme_of
from synthscope.services.studies.secret_words import secret_words
from synthscope.services.studies.states import OPENED, check_transition
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.sealing.envelope import SealedKey
from synthscope.studies.sealing.releasing import KeyRelease

CHECKSUMS, ENVIRONMENT = "CHECKSUMS.sha256", "environment.json"
OURS = (
    "stimuli.*", "schedule.*", "metrics.*", "events.jsonl", "flow.json", "environment.json", "documents", CHECKSUMS,
    CRATE,
)  # fmt: skip
"""What BIDS does not know; its validators are told so."""
BESIDE = "beside"
"""Document of ratings beside metrics, where a study has one."""
_BLIND_FIELDS = ("is_real",)


def publish_study(study: StudyFile, folder: Path, by: str, reason: str = "Published.") -> Path:
    """Write the publication pack of a study: blinded after the blind analysis, with the key once it is unblinded.

    An unblinded study is reported then.

    Parameters
    ----------
    folder : Path
        New, or empty.

    Raises
    ------
    InputError
        If the study was not analysed yet, nobody is named, the folder holds something, or a blinded pack would tell
        what is real.
    FileError, DiskFull
        If it cannot be written; then nothing is.
    """
    if study.state == "unblinded":
        check_transition(study.state, "reported", by, reason)
    publication = publication_of(study)
    forbidden = secret_words(study.design) if publication.blind else ()
    written = write_publication(publication, folder, forbidden)
    if study.state == "unblinded":
        study.advance("reported", by, reason)
    return written


def publication_of(study: StudyFile) -> Publication:
    """Gather what is published of a study.

    Raises
    ------
    InputError
        If it was not analysed yet, or not since answers that were analysed were erased, or an erasing was interrupted.
    """
    is_open = study.state in OPENED
    if not is_open and study.state != "analysed":
        raise InputError(
            f"The study is {study.state}; it is reported and can be published once its blind analysis stands."
        )
    if unfinished := [one.rater for one in erasures_of(study).raters if not one.complete]:
        raise InputError(f"The erasing of {', '.join(unfinished)} was interrupted; erase again, which finishes it.")
    plan, analysis = study.design.analysis, analysis_of(study, OPEN if is_open else BLIND)
    found = Publication(
        study.get("manifest", PackManifest),
        study.get("frozen", Frozen),
        plan if is_open else replace(plan, hypothesis=""),  # it may name what is compared
        study.get("key", StudyKey) if is_open else study.get("codebook", Codebook),
        released(study.events()),
        analysis,
        study.get("screening", Screening),
        tuple(Step(*one) for one in study.course() if one[0] != "reported"),
        erased=tuple(replace(one, server="") for one in erasures_of(study).raters),
    )
    if not is_open:
        return found
    return replace(
        found,
        blind_analysis=analysis_of(study, BLIND),
        beside=study.get(BESIDE, BesideMetrics) if study.holds(BESIDE) else None,
        leaks=study.get("leaks", LeakReport),
        rendering=study.get("rendering", RenderRecord),
        sealed=study.get("sealed", SealedKey),
        releases=study.get("releases", tuple[KeyRelease, ...]),
    )


def write_publication(publication: Publication, folder: Path, forbidden: Iterable[str] = ()) -> Path:
    """Write a publication pack.

    Parameters
    ----------
    forbidden : iterable of str
        Words that a blinded pack may not hold, such as names of arms; looked for in any case of letters.

    Raises
    ------
    InputError
        If the folder holds something, or a blinded pack would tell.
    FileError, DiskFull
        If it cannot be written; then nothing is.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} holds something already; name a new folder for the publication pack.")
    files = files_of(publication) | {ENVIRONMENT: json_text(to_json(describe_environment("cpu")))}
    if publication.blind:
        _check_blind(files, forbidden)
    files[CHECKSUMS] = checksums_of({name: text.encode() for name, text in files.items()})
    with replacing(folder, needed=sum(map(len, files.values()))) as partial:
        for name, text in files.items():
            path = partial / name
            with writing_faults(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text.encode())
    return folder


def files_of(publication: Publication) -> dict[str, str]:
    """Give all files that follow from the documents, by path: what is written, and what a check compares with."""
    analysis = publication.analysis
    flow = {"flow": dict(analysis.flow), "excluded": dict(analysis.excluded), "withheld": list(publication.withheld)}
    files = {
        "README": readme_of(publication),
        "dataset_description.json": json_text(description_of(publication)),
        ".bidsignore": "\n".join(OURS) + "\n",
        "flow.json": json_text(flow),
        **tables_of(publication),
        **documents_of(publication),
    }
    return files | {CRATE: json_text(crate_of(publication, (*files, ENVIRONMENT, CHECKSUMS)))}


def checksums_of(files: Mapping[str, bytes]) -> str:
    """Give ``CHECKSUMS.sha256`` as ``sha256sum -c`` reads it."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}" for name, data in sorted(files.items()))
    return "\n".join(lines) + "\n"


def _check_blind(files: Mapping[str, str], forbidden: Iterable[str]) -> None:
    words = [word.casefold() for word in (*forbidden, *_BLIND_FIELDS) if word.strip()]
    for name, text in files.items():
        lower = f"{name}\n{text}".casefold()
        told = next((word for word in words if word in lower), None)
        if told is not None:
            raise InputError(
                f"The blinded pack would tell: {name} holds {told!r}. Take it out of what was typed there, or publish "
                "after unblinding."
            )
