"""Erasing the answers of a rater who withdrew: whole sessions go, and what proves that they were there stays.

First one transaction puts down that they are erased and takes them out of the study; from then on they are not taken
in again. What then is left (the server, files beside the study, pages of the database) is erased by the same call, or
by another one where this one was interrupted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from synthscope.errors import InputError, SynthscopeError
from synthscope.io.erasing import erase_file
from synthscope.io.faults import reading_faults
from synthscope.records.documents import digest
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_erasure import ErasedSession, Erasure, Erasures
from synthscope.records.study_events import Event
from synthscope.records.study_freeze import Screening
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_ratings import Analysis
from synthscope.services.reporting.words import count
from synthscope.services.studies.collecting import SCREENING
from synthscope.services.studies.erasures import BLIND, ERASED, OPEN, erasures_of
from synthscope.services.studies.publication import EVENTS, analysis_digest
from synthscope.services.studies.publishing import BESIDE
from synthscope.services.studies.rehearsing import FOLDER as REHEARSED
from synthscope.services.studies.secret_words import check_told_blind
from synthscope.services.studies.states import OPENED
from synthscope.services.studies.study_file import StudyFile
from synthscope.services.studies.work import REPORT
from synthscope.studies.store.chain import sessions_of
from synthscope.studies.store.erasing import files_of, slot_of
from synthscope.studies.store.recovery import held_alone

if TYPE_CHECKING:
    from synthscope.studies.central.address import Address


def erase_rater(
    study: StudyFile, rater: str, by: str, reason: str, *, demanded: bool = False, where: Address | str | None = None
) -> Erasure:
    """Erase all answers of a rater from a study; an erasing that was interrupted is finished.

    Parameters
    ----------
    demanded : bool
        Whether it was demanded otherwise than in the program. Without it only a rater is erased who withdrew there
        and did not leave the answers to be used.
    where : Address or str, optional
        The server where they are erased as well, with the login of its owner.

    Returns
    -------
    Erasure
        What was erased. Results that were computed with the answers are named in it; they were forgotten.

    Raises
    ------
    InputError
        If nobody is named or no reason given, what is said names an arm of a study that is blind, the rater is
        unknown, has given nothing, or did not withdraw.
    Unavailable
        If the answers are open in a window, or the server cannot be reached: then nothing is erased yet. Where the
        server is lost in the middle, the rest is erased, and the same call goes on.
    FileError
        If a file may not be deleted; the rest is erased, and the same call goes on.
    """
    if not by.strip() or not reason.strip():
        raise InputError("An erasing names who does it and why: both are kept in the study; give both.")
    if study.state not in OPENED:
        check_told_blind(study.design, by, reason)
    _check_rater(study, rater)
    _check_closed(study, rater)
    found = erasures_of(study).of(rater)
    is_new = found is None or not found.complete
    if found is None:
        found = _decided(study, rater, by.strip(), reason.strip(), demanded, where)
    elif where is not None:
        found = replace(found, server=_bare(where), complete=False)
        _keep(study, found)
    stale = [study.folder / REPORT] if found.results and is_new else []  # one that was written since stands
    _erase_rest(study, found, where, stale)
    if not found.complete:
        found = replace(found, complete=True)
        _keep(study, found)
    return found


def _erase_rest(study: StudyFile, found: Erasure, where: Address | str | None, stale: Iterable[Path]) -> None:
    """Erase what lies elsewhere than in the study's rows; a fault of one is raised after the others are erased."""
    files = (*files_beside(study, found.rater), *stale)
    acts: list[Callable[[], object]] = [*(partial(erase_file, path) for path in files), study.scrub]
    if found.server and not found.complete:
        acts.append(partial(_erase_at, where or found.server, study, found))
    faults = []
    for act in acts:
        try:
            act()
        except SynthscopeError as error:
            faults.append(error)
    if faults:
        raise faults[0]


def files_beside(study: StudyFile, rater: str) -> Iterator[Path]:
    """Name the files of a rater's answers in the folder of a study; those of a rehearsal are nobody's."""
    folders = [study.folder, *(path for path in study.folder.rglob("*") if path.is_dir())]
    for folder in folders:
        if REHEARSED not in folder.relative_to(study.folder).parts:
            yield from files_of(folder, f"responses_{rater}")


def _check_rater(study: StudyFile, rater: str) -> None:
    if not study.holds("manifest"):
        raise InputError(f"The study is {study.state}; there are no answers before it is frozen.")
    slots = [one.id for one in study.get("manifest", PackManifest).slots]
    if rater not in slots:
        raise InputError(f"The study has no rater {rater!r}; it has {', '.join(slots)}.")


def _check_closed(study: StudyFile, rater: str) -> None:
    """Refuse while a window has answers of the rater open."""
    for path in tuple(files_beside(study, rater)):
        if path.name == f"responses_{rater}.db":
            with held_alone(path):
                pass


def _decided(
    study: StudyFile, rater: str, by: str, reason: str, demanded: bool, where: Address | str | None
) -> Erasure:  # fmt: skip
    """Put down that a rater is erased, and take the answers out, both or neither."""
    here = [event for chain in sessions_of(study.events()).values() if slot_of(chain) == rater for event in chain]
    there = () if where is None else _events_at(where, study, rater)
    if not here and not there:
        raise InputError(
            f"No answers of {rater} are here, so there is nothing to erase; import them first, or name a server "
            "with --at."
        )
    if not demanded and not _let_go((*here, *there)):
        raise InputError(
            f"{rater} did not withdraw, or left the answers to be used; they are erased only where that was demanded "
            "in writing: say that it was (--demanded)."
        )
    sessions = tuple(ErasedSession(one, chain[-1].hash, len(chain)) for one, chain in sorted(sessions_of(here).items()))
    used = bool(here) and not _let_go(tuple(here))
    found = Erasure(
        rater, sessions, by, reason, datetime.now(UTC).isoformat(timespec="seconds"), demanded,
        _results(study) if used else {}, "" if where is None else _bare(where),
    )  # fmt: skip
    with study.whole():
        _keep(study, found)
        study.note(by, f"The answers of {rater} were erased ({_how_many(found)}): {reason}")
        study.take_out_sessions(found.heads)
        if used:
            study.forget(*found.results)
            _forget_screened(study, rater)
    return found


def _let_go(events: tuple[Event, ...]) -> bool:
    """Whether the rater withdrew and did not leave the answers to be used."""
    ended = [event for event in events if event.kind == "consent_withdrawn"]
    return bool(ended) and not all(event.payload.get("keep") for event in ended)


def _results(study: StudyFile) -> dict[str, str]:
    """Give what was computed so far, each with its SHA-256: of an analysis that which was published."""
    found = {name: analysis_digest(study.get(name, Analysis)) for name in (BLIND, OPEN) if study.holds(name)}
    return found | ({BESIDE: digest(study.get(BESIDE, BesideMetrics))} if study.holds(BESIDE) else {})


def _forget_screened(study: StudyFile, rater: str) -> None:
    """Keep who is left out, but nothing of what was said about a rater."""
    if not study.holds(SCREENING):
        return
    seen = study.get(SCREENING, Screening)
    study.forget(SCREENING)
    excluded = {one: why for one, why in seen.excluded.items() if one != rater}
    advice = tuple(said for said in seen.advice if not re.search(rf"\b{re.escape(rater)}\b", said))
    study.put(SCREENING, replace(seen, excluded=excluded, advice=advice))


def _keep(study: StudyFile, found: Erasure) -> None:
    others = tuple(one for one in erasures_of(study).raters if one.rater != found.rater)
    study.put(ERASED, Erasures((*others, found)))


def _events_at(where: Address | str, study: StudyFile, rater: str) -> tuple[Event, ...]:
    from synthscope.studies.central.fetching import fetch_events

    events = fetch_events(where, study.get("manifest", PackManifest).study)
    return tuple(event for chain in sessions_of(events).values() if slot_of(chain) == rater for event in chain)


def _erase_at(where: Address | str, study: StudyFile, found: Erasure) -> None:
    from synthscope.studies.central.erasing import erase_slot

    erase_slot(where, study.get("manifest", PackManifest).study, found.rater, found.by, found.reason)


def _bare(where: Address | str) -> str:
    from synthscope.studies.central.address import address_of

    return address_of(where).url


def packs_beside(study: StudyFile, found: Erasure) -> tuple[Path, ...]:
    """Name the publication packs in the folder of a study that still hold the answers: they were published."""
    sessions = [session.encode() for session in found.heads]
    packs = []
    for path in sorted(study.folder.rglob(EVENTS)):
        with reading_faults(path):
            data = path.read_bytes()
        packs += [path.parent] if any(session in data for session in sessions) else []
    return tuple(packs)


def erasure_words(found: Erasure, packs: Iterable[Path] = ()) -> str:
    """Say what was erased, what is to be done now, and what is out of reach.

    Parameters
    ----------
    packs : iterable of Path
        That still hold the answers; see `packs_beside`.
    """
    lines = [f"The answers of {found.rater} are erased: {_how_many(found)}."]
    if found.results:
        lines.append(
            "Results that were computed with them are forgotten: analyse the study again, and publish it again in the "
            "place of what was published before."
        )
    lines += [f"{pack} was published with these answers in it; delete it." for pack in packs]
    lines.append(
        "Files that the rater handed in, reports and tables that were written elsewhere, and copies and backups of the "
        "study are yours to delete."
    )
    return "\n".join(lines)


def _how_many(found: Erasure) -> str:
    return f"{count(len(found.sessions), 'session')}, {count(found.events, 'event')}"
