"""Collecting answers: files of raters come in, are verified, and nobody sees who was right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import DocumentError, FileError, InputError
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_events import Event
from synthscope.records.study_freeze import Frozen, Screening
from synthscope.records.study_key import Codebook, StudyKey
from synthscope.records.study_pack import PackManifest
from synthscope.services.studies.answers import SlotEvents, answers_from, doubled, events_by_slot
from synthscope.services.studies.erasures import all_heads, erasures_of, without_erased
from synthscope.services.studies.secret_words import check_told_blind
from synthscope.services.studies.study_file import StudyFile
from synthscope.studies.screening.catching import is_caught
from synthscope.studies.sealing.heads import root_of
from synthscope.studies.store.chain import sessions_of
from synthscope.studies.store.erasing import gone_from
from synthscope.studies.store.recovery import check_whole, recover

SCREENING, KEY = "screening", "key"
_COLLECTS = ("frozen", "collecting")


@dataclass(frozen=True)
class Imported:
    """What came of an import.

    Parameters
    ----------
    added : int
        Events that were not here before.
    slots : tuple of str
        Whose answers they were.
    notes : tuple of str
        What to look at, as sentences.
    """

    added: int
    slots: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RaterProgress:
    """How far a rater is; never whether answers are right.

    Parameters
    ----------
    median_ms : float
        Of response times; not a number without any.
    caught, catches : int
        Catch trials answered as everybody would who looks at the screen, and catch trials answered.
    devices : int
        Places where this slot was rated: more than one is worth a question.
    erased : bool
        Whether the answers were erased, here or by the rater at the own computer.
    interrupted_erasing : bool
        Whether erasing them here was interrupted, and is to be finished by asking for it again.
    """

    slot: str
    planned: int
    answered: int
    sessions: int
    median_ms: float
    interrupted: int
    focus_lost: int
    recognised: int
    caught: int
    catches: int
    withdrawn: bool
    devices: int
    erased: bool = False
    interrupted_erasing: bool = False

    @property
    def finished(self) -> bool:
        """Whether every trial is answered."""
        return self.answered == self.planned

    @property
    def held(self) -> bool:
        """Whether anything is here but what a rater leaves behind who erased the answers at the own computer."""
        return self.sessions > int(self.erased)

    @property
    def erasable(self) -> bool:
        """Whether there is anything to erase, or to finish."""
        return self.held or self.interrupted_erasing


def import_answers(study: StudyFile, paths: Sequence[Path], by: str = "the designer") -> Imported:
    """Take in files of answers: ``responses_SLOT.db``, ``responses_SLOT.jsonl``, or folders that hold them.

    The same file may come again; what is here already is left as it is.

    Raises
    ------
    InputError
        If the study is not frozen, or does not collect any more.
    FileError
        If there is no such file.
    DocumentError
        If answers are of another study, or a chain has a gap or was changed; nothing of the import is kept then.
    """
    _must_collect(study)  # before files are looked at
    return add_answers(study, [event for path in paths for event in read_answers(path)], by)


def add_answers(study: StudyFile, events: Iterable[Event], by: str = "the designer") -> Imported:
    """Take in events, wherever they come from; see `import_answers`.

    Answers that were erased are not taken in again: where there are others too, a note says so.
    """
    _must_collect(study)
    events = tuple(events)
    _check_events(events, study.get("manifest", PackManifest))
    events, refused = without_erased(study, events)
    added = study.add_events(events)
    if added and study.state == "frozen":
        study.advance("collecting", by, "The first answers came in.")
    every = study.events()
    slots = tuple(sorted({str(chain[0].payload["slot"]) for chain in sessions_of(events).values()}))
    return Imported(added, slots, (*refused, *_notes(every)))


def _must_collect(study: StudyFile) -> None:
    if study.state not in _COLLECTS:
        raise InputError(f"The study is {study.state}; answers come in only between freezing and closing.")


def read_answers(path: Path) -> tuple[Event, ...]:
    """Read the answers of a file, or of all files of a folder; of both copies of a slot, what either holds.

    Raises
    ------
    FileError
        If there is none.
    DocumentError
        If one is damaged.
    """
    path = Path(path)
    if path.is_dir():
        stems = {one.with_suffix("") for one in _files_in(path)}
        if not stems:
            raise FileError(f"{path} holds no answers (responses_SLOT.db or .jsonl); choose the folder of a rater.")
        return tuple(event for stem in sorted(stems) for event in _recovered(stem))
    if not path.is_file():
        raise FileError(f"{path} is not there; choose a file of answers (responses_SLOT.db or .jsonl).")
    return _recovered(path.with_suffix(""))


def rater_progress(study: StudyFile) -> tuple[RaterProgress, ...]:
    """Tell how far each rater is, in the order of the slots."""
    manifest, book = study.get("manifest", PackManifest), study.get("codebook", Codebook)
    by_slot = events_by_slot(study.events())
    erased = erasures_of(study)
    nothing = SlotEvents((), {}, withdrawn=False, keep=False)
    gone = replace(nothing, withdrawn=True, erased=True)
    found = (
        _progress(
            slot.id, len(slot.trials), by_slot.get(slot.id, gone if erased.of(slot.id) else nothing), manifest, book
        )
        for slot in manifest.slots
    )
    unfinished = {one.rater for one in erased.raters if not one.complete}
    return tuple(replace(one, interrupted_erasing=one.slot in unfinished) for one in found)


def close_study(study: StudyFile, by: str, reason: str) -> str:
    """End the collection; give the root of all heads, to be noted down by a third party.

    Raises
    ------
    InputError
        If nobody has answered, or what is said names an arm or a case.
    """
    events = study.events()
    if not any(event.kind == "answer_submitted" for event in events):
        raise InputError("Nobody has answered yet; import answers before the study is closed.")
    check_told_blind(study.design, by, reason)
    root = root_of(all_heads(study, events))
    study.advance("closed", by, f"{reason} Root of all heads: {root}.")
    return root


def check_answers(study: StudyFile) -> None:
    """Refuse answers that are not those that were there when the study was closed.

    Raises
    ------
    DocumentError
        If a chain does not hold, or the root of all heads is another one than that in the log.
    """
    events = study.events()
    check_whole(events)
    closed = next((reason for state, _, reason, _ in study.course() if state == "closed"), None)
    if closed is not None and root_of(all_heads(study, events)) not in closed:
        raise DocumentError("The answers are not those that the study was closed with; use a copy of the study.")


def answers_of(study: StudyFile, *, blind: bool = False) -> StudyAnswers:
    """Give the answers of a study: blind before it is unblinded, with the truth afterwards unless `blind`.

    Raises
    ------
    DocumentError
        If answers were changed since they came in.
    """
    check_answers(study)
    book = study.get(KEY, StudyKey) if study.holds(KEY) and not blind else study.get("codebook", Codebook)
    screening = study.get(SCREENING, Screening) if study.holds(SCREENING) else None
    return answers_from(
        study.get("manifest", PackManifest), study.events(), book, study.get("frozen", Frozen), study.design.analysis,
        screening, erasures_of(study),
    )  # fmt: skip


def _files_in(folder: Path) -> Iterator[Path]:
    for one in sorted(folder.rglob("responses_*")):
        if one.suffix in (".db", ".jsonl") and not one.stem.endswith(".backup") and "-damaged-" not in one.stem:
            yield one


def _recovered(stem: Path) -> tuple[Event, ...]:
    database, line = stem.with_suffix(".db"), stem.with_suffix(".jsonl")
    second = next((one for one in (line, stem.parent / "mirror" / line.name) if one.exists()), line)
    return recover(database, second)


def _check_events(events: Sequence[Event], manifest: PackManifest) -> None:
    trials = {trial.id for slot in manifest.slots for trial in slot.trials}
    for session, chain in sessions_of(events).items():
        about = chain[0].payload
        if chain[0].kind != "session_open" or about.get("study") != manifest.study:
            raise DocumentError(
                f"Session {session} is of study {about.get('study', 'unknown')!r}, not of {manifest.study!r}; "
                "import the answers of this study."
            )
        if manifest.slot(str(about.get("slot"))) is None:
            raise DocumentError(f"Session {session} is of rater {about.get('slot')!r}, whom this study does not know.")
        odd = next((event for event in chain if event.trial and event.trial not in trials), None)
        if odd is not None:
            raise DocumentError(f"Session {session}, event {odd.seq} is of trial {odd.trial!r}, which the study lacks.")


def _notes(events: Sequence[Event]) -> Iterator[str]:
    for slot, found in events_by_slot(events).items():
        if (devices := _devices(found)) > 1:
            yield f"{slot} was rated at {devices} places."
        if twice := doubled(slot, found):
            yield twice
        if found.erased:
            yield _erased_note(slot, found)
        elif found.withdrawn:
            used = "may be used" if found.keep else "are left out"
            yield f"{slot} has withdrawn; the answers so far {used}."


def _erased_note(slot: str, found: SlotEvents) -> str:
    held = len(set(gone_from(found.events)) & {event.session for event in found.events})
    are, them = ("session of them is", "it") if held == 1 else ("sessions of them are", "them")
    here = f"; {held} {are} still here: erase {them} too" if held else ""
    return f"{slot} has withdrawn and erased the answers at the own computer{here}."


def _devices(found: SlotEvents) -> int:
    """Count the places where a slot was begun: each asks for consent once."""
    begun = sum(any(event.kind == "consent_given" for event in place) for place in found.places)
    return max(1, begun) if found.places else 0


def _progress(slot: str, planned: int, found: SlotEvents, manifest: PackManifest, book: Codebook) -> RaterProgress:
    times = [float(event.payload["rt_ms"]) for event in found.submitted.values() if "rt_ms" in event.payload]
    catches = [one for one in book.trials if one.role == "catch" and one.trial in found.submitted]
    first = manifest.questions[0]
    said = [(one.right, found.submitted[one.trial].payload.get("answers", {}).get(first.id)) for one in catches]
    return RaterProgress(
        slot=slot,
        planned=planned,
        answered=len(found.submitted),
        sessions=len({event.session for event in found.events}),
        median_ms=float(np.median(times)) if times else float("nan"),
        interrupted=found.count("trial_interrupted"),
        focus_lost=found.count("focus_lost"),
        recognised=found.count("flag_recognised"),
        caught=sum(is_caught(first, right, value) for right, value in said),
        catches=len(catches),
        withdrawn=found.withdrawn,
        devices=_devices(found),
        erased=found.erased,
    )
