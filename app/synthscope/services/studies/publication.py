"""Everything that is published of a study, and the documents it is kept in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.io.documents import json_text, read_json
from synthscope.io.faults import reading_faults
from synthscope.records.documents import digest, from_json, to_json, without_infinities
from synthscope.records.leaks import LeakReport
from synthscope.records.study import AnalysisPlan, State
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_erasure import Erasure
from synthscope.records.study_events import Event
from synthscope.records.study_freeze import Frozen, Screening
from synthscope.records.study_key import Codebook, StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.records.study_ratings import Analysis
from synthscope.records.study_rendering import RenderRecord
from synthscope.services.studies.answers import events_by_slot
from synthscope.studies.sealing.envelope import SealedKey
from synthscope.studies.sealing.releasing import KeyRelease
from synthscope.studies.store.chain import sessions_of
from synthscope.studies.store.lines import event_of, line_of

T = TypeVar("T")
DOCUMENTS, EVENTS = "documents", "events.jsonl"


@dataclass(frozen=True)
class Step:
    """One step in the course of a study."""

    state: State
    by: str
    reason: str
    at: str


@dataclass(frozen=True)
class Publication:
    """What is published.

    Parameters
    ----------
    book : Codebook or StudyKey
        The codebook makes it blind: letters, and nothing that says which of them is real.
    events : tuple of Event
        Whole sessions, without those of raters who withdrew and did not let their answers be used.
    analysis : Analysis
        Of these answers, with or without the truth as `book` is.
    blind_analysis : Analysis, optional
        That which stood before the key was opened.
    beside : BesideMetrics, optional
        Ratings beside metrics, where they were put side by side.
    releases : tuple of KeyRelease
        Signatures and shares that opened `sealed`; with them anybody can check the key.
    erased : tuple of Erasure
        Raters whose answers were erased: what there was, without what it said.
    """

    manifest: PackManifest
    frozen: Frozen
    plan: AnalysisPlan
    book: Codebook | StudyKey
    events: tuple[Event, ...]
    analysis: Analysis
    screening: Screening = field(default_factory=Screening)
    course: tuple[Step, ...] = ()
    blind_analysis: Analysis | None = None
    beside: BesideMetrics | None = None
    leaks: LeakReport | None = None
    rendering: RenderRecord | None = None
    sealed: SealedKey | None = None
    releases: tuple[KeyRelease, ...] = ()
    erased: tuple[Erasure, ...] = ()

    @property
    def blind(self) -> bool:
        """Whether nothing in it knows what is real."""
        return isinstance(self.book, Codebook)

    @property
    def simulated(self) -> bool:
        """Whether any session was rated by a program, as in a rehearsal."""
        return any(event.kind == "display_check" and event.payload.get("simulated") for event in self.events)

    @property
    def withheld(self) -> tuple[str, ...]:
        """Sessions that were held and are not published: their raters withdrew, or they were erased."""
        return tuple(sorted(set(self.analysis.heads) - {event.session for event in self.events}))


_ALWAYS: Mapping[str, Any] = {
    "manifest": PackManifest, "frozen": Frozen, "plan": AnalysisPlan, "analysis": Analysis, "screening": Screening,
    "course": tuple[Step, ...], "erased": tuple[Erasure, ...],
}  # fmt: skip
_MAYBE = ("course", "erased")
"""Documents of `_ALWAYS` that are written only where there is something."""
_OPEN: Mapping[str, Any] = {
    "blind_analysis": Analysis, "beside": BesideMetrics, "leaks": LeakReport, "rendering": RenderRecord,
    "sealed": SealedKey, "releases": tuple[KeyRelease, ...],
}  # fmt: skip
_BOOKS: Mapping[str, Any] = {"codebook": Codebook, "key": StudyKey}


def released(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Give the events that may be published, by session and in order.

    Sessions of raters who withdrew and did not let their answers be used are left out whole: a chain without its
    answers could not be checked.
    """
    kept = {
        event.session
        for found in events_by_slot(events).values()
        if not found.withdrawn or found.keep
        for event in found.events
    }
    return tuple(event for session, chain in sorted(sessions_of(events).items()) if session in kept for event in chain)


def analysis_digest(analysis: Analysis) -> str:
    """Give the SHA-256 (hex) of the canonical JSON of an analysis, null where there is no number.

    Numbers count to six significant digits: the last ones of a long sum depend on where it lies in memory, and on the
    processor. The hash is that of the document ``documents/analysis.json`` as well, which knows neither infinity nor
    NaN, and reads a whole number back as one with a point where a field is one.
    """
    written = from_json(Analysis, json.loads(json_text(to_json(analysis))))
    return digest(_rounded(without_infinities(to_json(written))))


def _rounded(data: Any) -> Any:
    if isinstance(data, dict):
        return {name: _rounded(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_rounded(value) for value in data]
    return float(f"{data:.6g}") + 0.0 if isinstance(data, float) else data


def documents_of(publication: Publication) -> dict[str, str]:
    """Give the documents by their paths: JSON that reads back as the same records."""
    book = "codebook" if publication.blind else "key"
    names = [*_ALWAYS, *([] if publication.blind else _OPEN)]
    records = {name: getattr(publication, name) for name in names} | {book: publication.book}
    found = {
        f"{DOCUMENTS}/{name}.json": json_text({"record": to_json(one)} if isinstance(one, tuple) else to_json(one))
        for name, one in records.items()
        if one not in (None, ())
    }
    return found | {EVENTS: "".join(line_of(event).decode() for event in publication.events)}


def read_publication(folder: Path, events: tuple[Event, ...] | None = None) -> Publication:
    """Read what was published from its documents alone.

    Parameters
    ----------
    events : tuple of Event, optional
        Those of the pack, where they were read already.

    Raises
    ------
    FileError
        If the folder is no publication pack, or a document is missing.
    DocumentError
        If a document or a line of the events is damaged.
    """
    folder = Path(folder)
    if not (folder / DOCUMENTS).is_dir():
        raise FileError(f"{folder} holds no publication pack; choose the folder with README and CHECKSUMS.sha256.")
    found = {name: _read(folder, name, kind) for name, kind in _ALWAYS.items() if name not in _MAYBE}
    book = next((name for name in _BOOKS if _path(folder, name).is_file()), None)
    if book is None:
        raise FileError(f"{folder.name} holds neither codebook.json nor key.json; the pack is not whole.")
    optional = {**_OPEN, **{name: _ALWAYS[name] for name in _MAYBE}}
    more = {name: kind for name, kind in optional.items() if _path(folder, name).is_file()}
    found |= {name: _read(folder, name, kind) for name, kind in more.items()}
    events = read_events(folder) if events is None else events
    return Publication(book=_read(folder, book, _BOOKS[book]), events=events, **found)


def read_events(folder: Path) -> tuple[Event, ...]:
    """Read the events of a pack; a line that is none is named by its number.

    Raises
    ------
    FileError, DocumentError
        If there are none, or a line is damaged.
    """
    path = folder / EVENTS
    with reading_faults(path):
        lines = path.read_text(encoding="utf-8").splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise DocumentError(f"{EVENTS}, line {number} is damaged ({error}); use an untouched copy.") from error
        found.append(event_of(row, f"{EVENTS}, line {number}"))
    return tuple(found)


def _path(folder: Path, name: str) -> Path:
    return folder / DOCUMENTS / f"{name}.json"


def _read(folder: Path, name: str, kind: Any) -> Any:
    path = _path(folder, name)
    if not path.is_file():
        raise FileError(f"{folder.name} has no {DOCUMENTS}/{name}.json; the pack is not whole, get another copy.")
    document = read_json(path)
    try:
        return from_json(kind, document["record"] if set(document) == {"record"} else document)
    except InputError as error:
        raise DocumentError(f"{DOCUMENTS}/{name}.json cannot be understood: {error}") from error
