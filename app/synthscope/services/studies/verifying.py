"""Checking a publication pack, and analysing it again from what is in it alone."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.faults import reading_faults
from synthscope.records.documents import digest, to_json
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_erasure import Erasures
from synthscope.records.study_events import Event
from synthscope.records.study_ratings import Analysis
from synthscope.services.reporting.words import count
from synthscope.services.studies.answers import answers_from
from synthscope.services.studies.publication import (
    EVENTS,
    Publication,
    analysis_digest,
    read_events,
    read_publication,
)
from synthscope.services.studies.publishing import CHECKSUMS, ENVIRONMENT, files_of
from synthscope.services.studies.verifying_packs import pack_problems, packs_at, packs_missing
from synthscope.studies.analysis.analyse import analyse
from synthscope.studies.sealing.heads import root_of
from synthscope.studies.sealing.releasing import open_key
from synthscope.studies.store.chain import heads_of, verify

_SHOWN = 60


@dataclass(frozen=True)
class PackCheck:
    """What a check of a pack found.

    Parameters
    ----------
    problems : tuple of str
        Sentences; empty for a pack that is as it was written.
    notes : tuple of str
        What could not be checked, and why.
    """

    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_pack(folder: Path | str, ratepack: Path | None = None) -> PackCheck:
    """Check a publication pack: files, chains of events, tables, hashes that were frozen, and the key.

    Tables are made anew from documents and events, so that a changed cell is named by its row even where somebody
    has written new checksums.

    Parameters
    ----------
    folder : Path or str
    ratepack : Path, optional
        A rater pack, or the folder of the packs of all raters, if at hand: pictures and manifests are compared with
        what was frozen.

    Raises
    ------
    FileError
        If the folder is no publication pack, or there are no such rater packs.
    DocumentError
        If a rater pack is damaged.
    """
    folder = Path(folder)
    if not (folder / CHECKSUMS).is_file():
        raise FileError(f"{folder} holds no publication pack: there is no {CHECKSUMS}; choose its folder.")
    problems = [*_checksums(folder)]
    try:
        events = read_events(folder)
        problems += _chains(events)
        publication = read_publication(folder, events)
        problems += [*_changed_rows(folder, publication), *_frozen(publication), *_erased(publication)]
        problems += _key(publication)
    except InputError as error:  # a document that cannot be read is a finding, as a changed one is
        return PackCheck((*problems, error.sentence))
    packs = () if ratepack is None else packs_at(ratepack)
    problems += pack_problems(publication, packs)
    return PackCheck(tuple(dict.fromkeys(problems)), tuple(_notes(publication, packs)))


def reanalyse(folder: Path | str, analyse: Callable[[StudyAnswers], Analysis] = analyse) -> Analysis:
    """Analyse the answers of a publication pack again, from the pack alone.

    Parameters
    ----------
    analyse : callable
        The analysis that the pack was made with.

    Raises
    ------
    FileError, DocumentError
        If it is no whole pack, a chain of events does not hold, or the result is not the one that was published.
    """
    publication = read_publication(Path(folder))
    broken = next(_chains(publication.events), None)
    if broken is not None:
        raise DocumentError(f"{broken} Use an untouched copy of the pack.")
    found = analyse(published_answers(publication))
    expected, got = analysis_digest(publication.analysis), analysis_digest(found)
    if got != expected and not _close(to_json(found), to_json(publication.analysis)):
        raise DocumentError(
            f"The analysis of {Path(folder).name} gives {got[:12]} where {expected[:12]} was published"
            f"{_first_other(found, publication.analysis)}: the pack was changed, or it was analysed by another version "
            f"({publication.frozen.program}, see {ENVIRONMENT})."
        )
    return found


def _first_other(found: Analysis, published: Analysis) -> str:
    """Name the first estimate that differs, with both values; nothing where it is not an estimate that does."""
    for heading in {**published.estimates, **found.estimates}:
        pairs = zip_longest(found.estimates.get(heading, ()), published.estimates.get(heading, ()))
        for one, other in pairs:
            if one is None or other is None:
                return f" ({heading} has another number of estimates)"
            if (one.name, one.subject) != (other.name, other.subject) or not _alike(one.value, other.value):
                return f" ({heading}, {one.name} of {one.subject or 'all'}: {one.value!r} where {other.value!r} stood)"
    return ""


def _close(one: Any, other: Any) -> bool:
    """Tell whether two analyses say the same, numbers within a hundred-thousandth of each other."""
    if isinstance(one, float) and isinstance(other, float):
        return _alike(one, other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_close(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_close, one, other))
    return bool(one == other)


def _alike(one: float, other: float) -> bool:
    if not (math.isfinite(one) and math.isfinite(other)):
        return not (math.isfinite(one) or math.isfinite(other))
    return math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-8)


def published_answers(publication: Publication) -> StudyAnswers:
    """Give the answers of a pack; where any were withheld or erased, counts and heads are those that were published."""
    found = answers_from(
        publication.manifest, publication.events, publication.book, publication.frozen, publication.plan,
        publication.screening,
    )  # fmt: skip
    if not publication.withheld and not publication.erased:
        return found
    return replace(found, flow=dict(publication.analysis.flow), heads=dict(publication.analysis.heads))


def _checksums(folder: Path) -> Iterator[str]:
    with reading_faults(folder / CHECKSUMS):
        lines = (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines()
    told = {name: found for found, _, name in (line.partition("  ") for line in lines if line.strip())}
    for name, expected in told.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            yield f"{name} is missing; get another copy of the pack."
            continue
        with reading_faults(path):
            if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
                yield f"{name} is not the file that was written: its checksum differs."
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(there - {CHECKSUMS, *told}):
        yield f"{name} does not belong to the pack: it has no checksum."


def _chains(events: tuple[Event, ...]) -> Iterator[str]:
    lines = {(event.session, event.seq): number for number, event in enumerate(events, 1)}
    for broken in verify(events):
        line = lines.get((broken.session, broken.seq))
        yield f"{EVENTS}{f', line {line}' if line else ''}: {broken.reason}"


def _changed_rows(folder: Path, publication: Publication) -> Iterator[str]:
    """Compare every file with what follows from the documents."""
    for name, expected in files_of(publication).items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing; get another copy of the pack."
            continue
        with reading_faults(path):
            found = path.read_bytes().decode("utf-8", errors="replace")
        if found != expected:
            yield _first_difference(name, found, expected)


def _first_difference(name: str, found: str, expected: str) -> str:
    pairs = zip_longest(found.split("\n"), expected.split("\n"))
    number, (one, other) = next((i, pair) for i, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    said = "ends" if one is None else f"says {_differing(one, other)!r}"
    wanted = "nothing more" if other is None else repr(_differing(other, one))
    return f"{name}, line {number} {said} where the documents and events of the pack give {wanted}."


def _differing(line: str, other: str | None) -> str:
    """Give the first cell that differs, where both lines have as many; else the beginning of the line."""
    cells, others = line.split("\t"), (other or "").split("\t")
    if len(cells) > 1 and len(cells) == len(others):
        return next((a for a, b in zip(cells, others, strict=True) if a != b), line)[:_SHOWN]
    return line[:_SHOWN]


def _frozen(publication: Publication) -> Iterator[str]:
    frozen, manifest, analysis = publication.frozen, publication.manifest, publication.analysis
    if digest(manifest.slots) != frozen.schedule:
        yield "The schedule is not the one that was frozen: its hash differs."
    if not publication.blind and digest((publication.plan, manifest.questions)) != frozen.plan:
        yield "The analysis plan or the questions are not those that were frozen: their hash differs."
    if publication.leaks is not None and digest(publication.leaks) != frozen.leaks:
        yield "The report of the leak gate is not the one that was frozen: its hash differs."
    if analysis.plan_sha256 != frozen.plan:
        yield "The analysis names another plan than the one that was frozen."
    told = {manifest.key_commitment, analysis.key_commitment, frozen.key_commitment}
    if len(told) != 1:
        yield "Manifest, analysis and what was frozen name different commitments to the key."
    for session, head in heads_of(publication.events).items():
        if analysis.heads.get(session) != head:
            yield f"Session {session} ends with another event than the one that was analysed."


def _erased(publication: Publication) -> Iterator[str]:
    published = {event.session for event in publication.events}
    for session, head in Erasures(publication.erased).heads.items():
        if session in published:
            yield f"Session {session} was erased, and its events are in the pack."
        if publication.analysis.heads.get(session) != head:
            yield f"Session {session}, which was erased, is not the one that was noted: its hash differs."


def _key(publication: Publication) -> Iterator[str]:
    sealed, releases = publication.sealed, publication.releases
    if publication.blind:
        return
    if sealed is None or not releases:
        yield "The sealed key or its signatures are missing: nobody can tell that the key is the one committed to."
        return
    if sealed.commitment != publication.frozen.key_commitment:
        yield "The sealed key is not the one that was committed to when the study was frozen."
    try:
        if open_key(sealed, releases[0].consent, releases) != publication.book:
            yield "documents/key.json is not the key that its holders opened."
    except InputError as error:
        yield f"The key cannot be checked: {error.sentence}"
    if releases[0].consent.heads_root != root_of(publication.analysis.heads):
        yield "The key holders signed for other answers: the root of all heads differs."


def _notes(publication: Publication, packs: Sequence[Path]) -> Iterator[str]:
    if not packs:
        yield "Pictures are no part of the pack; give the rater packs to have their hashes checked."
    elif missing := packs_missing(publication, packs):
        yield f"The packs of {missing} other raters were not looked at; give the folder that holds all of them."
    erased = Erasures(publication.erased).heads
    if kept_back := len(set(publication.withheld) - set(erased)):
        are, whose = ("is", "its rater") if kept_back == 1 else ("are", "their raters")
        yield (
            f"{count(kept_back, 'session')} {are} not published, since {whose} withdrew; heads and counts cannot be "
            "checked."
        )
    if erased:
        were = "was" if len(erased) == 1 else "were"
        yield f"{count(len(erased), 'session')} {were} erased; heads stand in the root, counts cannot be checked."
    if publication.blind:
        yield "The pack is blinded: the key, the hypothesis and the leak gate can be checked once it is unblinded."
