"""From events and a codebook (or the opened key) to the rows that an analysis reads."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from synthscope.records.documents import from_json
from synthscope.records.study import AnalysisPlan, QuestionKind
from synthscope.records.study_answers import StudyAnswers
from synthscope.records.study_erasure import Erasures
from synthscope.records.study_events import TIE, Event, Mark
from synthscope.records.study_freeze import Frozen, Screening
from synthscope.records.study_key import Codebook, StudyKey, TrialKey
from synthscope.records.study_pack import PackManifest, Slot, Trial
from synthscope.records.study_ratings import NOWHERE, Rating
from synthscope.studies.store.chain import heads_of, sessions_of
from synthscope.studies.store.places import answered, places_of

_NO_ERASURES = Erasures()


@dataclass(frozen=True)
class SlotEvents:
    """The events of one slot.

    Parameters
    ----------
    submitted : mapping
        From a trial to the ``answer_submitted`` that counts; of several, that of the first of `places`.
    places : tuple
        Events by where the slot was rated; see `places_of`.
    withdrawn, keep : bool
        Whether consent was taken back, and whether the answers so far may be used then.
    erased : bool
        Whether the rater erased the answers at the own computer.
    """

    events: tuple[Event, ...]
    submitted: Mapping[str, Event]
    withdrawn: bool
    keep: bool
    places: tuple[tuple[Event, ...], ...] = ()
    erased: bool = False

    def count(self, kind: str) -> int:
        """Count events of a kind."""
        return sum(event.kind == kind for event in self.events)


def answers_from(
    manifest: PackManifest,
    events: Iterable[Event],
    book: Codebook | StudyKey,
    frozen: Frozen,
    plan: AnalysisPlan,
    screening: Screening | None = None,
    erasures: Erasures = _NO_ERASURES,
) -> StudyAnswers:
    """Lay out the answers of a study.

    Parameters
    ----------
    events : iterable of Event
        Of all sessions, verified.
    book : Codebook or StudyKey
        The codebook gives blind rows, the key unblinded ones.
    erasures : Erasures
        What was erased: its raters are counted, and its heads stay among those of the study.
    """
    screening = screening or Screening()
    events = tuple(events)
    by_slot = events_by_slot(events)
    rows: list[Rating] = []
    for slot in manifest.slots:
        found = by_slot.get(slot.id)
        if found and (not found.withdrawn or found.keep) and slot.id not in screening.excluded:
            rows += _rows_of(slot, found, manifest, _Book(book))
    unblinded = isinstance(book, StudyKey)
    return StudyAnswers(
        study=manifest.study,
        title=manifest.title,
        paradigm=manifest.paradigm,
        questions=manifest.questions,
        places=max((len(trial.places) for slot in manifest.slots for trial in slot.trials), default=1),
        plan=plan,
        grade=frozen.grade,
        ratings=tuple(rows),
        blind=not unblinded,
        letters=dict(book.letters) if isinstance(book, StudyKey) else {},
        real=tuple(sorted({one.letter for one in book.stimuli if one.is_real and one.letter}))
        if isinstance(book, StudyKey)
        else (),
        flow=_flow(manifest, by_slot, screening, erasures),
        excluded=dict(screening.excluded),
        heads=heads_of(events) | erasures.heads,
        plan_sha256=frozen.plan,
        key_commitment=frozen.key_commitment,
        notes=tuple(filter(None, (doubled(slot, found) for slot, found in by_slot.items()))),
    )


def events_by_slot(events: Iterable[Event]) -> dict[str, SlotEvents]:
    """Sort events by the slot that their session was opened for, sessions in the order of their beginning."""
    chains = sorted(sessions_of(events).values(), key=lambda chain: (chain[0].at, chain[0].session))
    by_slot: dict[str, list[Event]] = {}
    for chain in chains:
        by_slot.setdefault(str(chain[0].payload.get("slot", "")), []).extend(chain)
    return {slot: _slot_events(found) for slot, found in by_slot.items()}


def doubled(slot: str, found: SlotEvents) -> str:
    """Say that trials were answered at several places, and which answers count; empty where none was."""
    given = Counter(trial for place in found.places for trial in answered(place))
    twice = {trial for trial, times in given.items() if times > 1}
    if not twice:
        return ""
    counted = Counter(found.submitted[trial].session[:8] for trial in sorted(twice))
    which = ", ".join(f"{number} of session {session}" for session, number in sorted(counted.items()))
    return (
        f"{slot} answered {len(twice)} trials at more than one place; all answers are kept, and these count: {which}. "
        "Those of the place with the most answers come first, of equally many those of the lower random name of a "
        "session; no clock decides."
    )


def _slot_events(events: list[Event]) -> SlotEvents:
    submitted: dict[str, Event] = {}
    places = places_of(events)
    for event in (one for place in places for one in place if one.kind == "answer_submitted"):
        submitted.setdefault(event.trial, event)
    ended = [one for one in events if one.kind == "consent_withdrawn"]
    keep = bool(ended) and all(one.payload.get("keep") for one in ended)
    erased = any("erased" in one.payload for one in ended)
    return SlotEvents(tuple(events), submitted, withdrawn=bool(ended), keep=keep, places=places, erased=erased)


class _Book:
    """What is known of pictures and trials, from a codebook or from a key."""

    def __init__(self, book: Codebook | StudyKey) -> None:
        self.trials: dict[str, TrialKey] = {one.trial: one for one in book.trials}
        self._stimuli = {one.code: one for one in book.stimuli}
        self._real = {one.code: one.is_real for one in book.stimuli} if isinstance(book, StudyKey) else None

    def letters(self, trial: Trial) -> tuple[str, ...]:
        return tuple(self._stimuli[code].letter for code in trial.places)

    def cases(self, trial: Trial) -> tuple[str, ...]:
        return tuple(self._stimuli[code].case for code in trial.places)

    def truth(self, trial: Trial) -> tuple[bool, ...]:
        return () if self._real is None else tuple(self._real[code] for code in trial.places)


def _rows_of(slot: Slot, found: SlotEvents, manifest: PackManifest, book: _Book) -> list[Rating]:
    kinds = {question.id: question.kind for question in manifest.questions}
    away = _away(found.events)
    rows = []
    for ordinal, trial in enumerate(slot.trials):
        event, key = found.submitted.get(trial.id), book.trials[trial.id]
        if event is None:
            continue
        row = Rating(
            slot.id, trial.id, ordinal, trial.block, key.role, "", trial.places, book.letters(trial),
            book.cases(trial), None, rt_ms=_number(event, "rt_ms"), dwell_ms=_number(event, "dwell_ms"),
            exposures=int(event.payload.get("exposure", 1)), focus_lost_ms=away.get(trial.id, 0.0),
            repeats=key.repeats, right=key.right, truth=book.truth(trial),
        )  # fmt: skip
        given = event.payload.get("answers", {})
        values = {name: read_value(kind, given[name]) for name, kind in kinds.items() if name in given}
        rows += [replace(row, question=name, value=value) for name, value in values.items()]
    return rows


def read_value(kind: QuestionKind, value: Any) -> Any:
    """Turn what was submitted into what is analysed.

    A tie becomes -1, marks become `Mark` records, a trace the length of its lines in voxels.
    """
    return _READ.get(kind, lambda same: same)(value)


def _marks(value: Sequence[Any]) -> tuple[Mark, ...]:
    return tuple(from_json(Mark, one) for one in value)


def _length(lines: Sequence[Sequence[Sequence[float]]]) -> float:
    return float(sum(math.dist(a, b) for line in lines for a, b in itertools.pairwise(line)))


_READ: Mapping[QuestionKind, Callable[[Any], Any]] = {
    "choice": lambda value: NOWHERE if value == TIE else value,
    "marks": _marks,
    "trace": _length,
}


def _number(event: Event, name: str) -> float:
    value = event.payload.get(name)
    return float(value) if isinstance(value, int | float) else math.nan


def _away(events: Sequence[Event]) -> dict[str, float]:
    """Give for how long the window was without focus in each trial, in ms."""
    found: dict[str, float] = {}
    since: dict[str, int] = {}
    for event in events:
        if event.kind == "focus_lost":
            since[event.session] = event.clock
        elif event.kind == "focus_gained" and event.session in since:
            lost = (event.clock - since.pop(event.session)) / 1e6
            found[event.trial] = found.get(event.trial, 0.0) + lost
    return found


def _flow(
    manifest: PackManifest, by_slot: Mapping[str, SlotEvents], screening: Screening, erasures: Erasures
) -> dict[str, int]:
    planned = {slot.id: len(slot.trials) for slot in manifest.slots}
    there = [(slot, by_slot[slot]) for slot in planned if slot in by_slot]
    gone = {slot for slot, one in there if one.withdrawn and not one.keep}
    past = {one.rater for one in erasures.raters} - set(by_slot)
    erased = past | {slot for slot, one in there if one.erased}
    used = [slot for slot, _ in there if slot not in gone and slot not in screening.excluded]
    return {
        "invited": len(planned),
        "started": len(there) + len(past),
        "finished": sum(len(one.submitted) == planned[slot] for slot, one in there),
        "withdrawn": sum(one.withdrawn for _, one in there) + len(past),
        **({"erased": len(erased)} if erased else {}),
        "excluded": len(screening.excluded),
        "analysed": len(used),
        "trials planned": sum(planned.values()),
        "trials answered": sum(len(one.submitted) for _, one in there),
        "trials interrupted": sum(one.count("trial_interrupted") for _, one in there),
    }
