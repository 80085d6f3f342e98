"""The tables of a publication pack: participants, answers by session, pictures, schedule; each column is described."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from synthscope.io.documents import json_text
from synthscope.records.study import Question
from synthscope.records.study_beside import BesideMetrics
from synthscope.records.study_events import Event
from synthscope.records.study_key import StimulusKey, StudyKey, TrialKey
from synthscope.records.study_pack import Slot, Trial
from synthscope.services.studies.answers import SlotEvents, events_by_slot
from synthscope.services.studies.publication import Publication
from synthscope.services.studies.publication_words import BEHAVIOUR, METRICS, PARTICIPANTS, SCHEDULE, STIMULI, YES_NO

NOTHING = "n/a"
Row = Sequence[Any]


def tables_of(publication: Publication) -> dict[str, str]:
    """Give all tables with their descriptions, by path."""
    files = {
        "participants.tsv": _tsv(PARTICIPANTS, _participants(publication)),
        "participants.json": json_text(PARTICIPANTS),
        "stimuli.tsv": _tsv(stimuli_columns(publication), _stimuli(publication)),
        "stimuli.json": json_text(stimuli_columns(publication)),
        "schedule.tsv": _tsv(SCHEDULE, _schedule(publication)),
        "schedule.json": json_text(SCHEDULE),
    }
    if publication.beside is not None:
        files["metrics.tsv"] = _tsv(METRICS, _metrics(publication.beside))
        files["metrics.json"] = json_text(METRICS)
    columns = behaviour_columns(publication)
    for stem, rows in _behaviour(publication):
        files[f"{stem}.tsv"] = _tsv(columns, rows)
        files[f"{stem}.json"] = json_text(columns)
    return files


def label_of(name: str) -> str:
    """Give a name as a BIDS label: letters and digits only."""
    return re.sub(r"[^A-Za-z0-9]", "", name)


def stimuli_columns(publication: Publication) -> dict[str, Any]:
    """Describe the columns of ``stimuli.tsv``; the last ones are there after unblinding only."""
    return {name: said for name, (said, is_open) in STIMULI.items() if not (is_open and publication.blind)}


def behaviour_columns(publication: Publication) -> dict[str, Any]:
    """Describe the columns of the answers; `response` with the words of every question."""
    found = {name: dict(said) for name, (said, is_open) in BEHAVIOUR.items() if not (is_open and publication.blind)}
    found["question"]["Levels"] = {one.id: one.prompt for one in publication.manifest.questions}
    found["response"]["Questions"] = {one.id: _levels(one) for one in publication.manifest.questions}
    return found


def _levels(question: Question) -> dict[str, Any]:
    levels = {str(step): label for step, label in enumerate(question.labels, 1)}
    if question.kind == "choice":
        levels = {"0": "the picture furthest left; 1 the next, and so on"}
        levels |= {"tie": "no difference"} if question.tie else {}
    return {"Kind": question.kind, "Description": question.prompt} | ({"Levels": levels} if levels else {})


def _participants(publication: Publication) -> Iterator[Row]:
    by_slot = events_by_slot(publication.events)
    excluded = publication.screening.excluded
    for slot in publication.manifest.slots:
        found = by_slot.get(slot.id)
        row = [f"sub-{label_of(slot.id)}", slot.id, YES_NO[found is not None], len(slot.trials)]
        if found is None:
            row += [0, NOTHING, NOTHING, NOTHING]
        else:
            row += [
                len({event.session for event in found.events}), len(found.submitted),
                YES_NO[len(found.submitted) == len(slot.trials)], YES_NO[found.withdrawn],
            ]  # fmt: skip
        yield [*row, YES_NO[slot.id in excluded], excluded.get(slot.id, NOTHING)]


def _stimuli(publication: Publication) -> Iterator[Row]:
    for one in publication.book.stimuli:
        row = [one.code, one.letter or NOTHING, one.case or NOTHING]
        if isinstance(one, StimulusKey):
            row += [one.arm or NOTHING, _kind(one), one.item]
        yield row


def _kind(one: StimulusKey) -> str:
    return NOTHING if not one.arm else "real" if one.is_real else "synthetic"


def _metrics(beside: BesideMetrics) -> Iterator[Row]:
    for one in beside.values:
        numbers = [value if math.isfinite(value) else NOTHING for value in (one.value, one.low, one.high)]
        yield [one.metric, one.title, one.level, one.subject, *numbers, YES_NO[one.higher_is_better]]


def _schedule(publication: Publication) -> Iterator[Row]:
    for slot in publication.manifest.slots:
        for index, trial in enumerate(slot.trials):
            yield [
                f"sub-{label_of(slot.id)}", YES_NO[slot.mirrored], index, trial.block, trial.id, " ".join(trial.places),
                trial.reference or NOTHING,
            ]  # fmt: skip


def _behaviour(publication: Publication) -> Iterator[tuple[str, list[Row]]]:
    """Give a path without its ending and the rows, for every session with answers."""
    by_slot = events_by_slot(publication.events)
    task = label_of(publication.manifest.paradigm)
    book = _Book(publication)
    for slot in publication.manifest.slots:
        found = by_slot.get(slot.id)
        sessions = list(dict.fromkeys(event.session for event in found.events)) if found else []
        sub = f"sub-{label_of(slot.id)}"
        for number, session in enumerate(sessions, 1):
            rows = list(_session_rows(book, slot, found, session)) if found else []
            if rows:
                yield f"{sub}/ses-{number}/beh/{sub}_ses-{number}_task-{task}_beh", rows


class _Book:
    """What is known of trials and pictures, as columns."""

    def __init__(self, publication: Publication) -> None:
        book = publication.book
        self.paradigm = publication.manifest.paradigm
        self.kinds = {question.id: question.kind for question in publication.manifest.questions}
        self.trials: Mapping[str, TrialKey] = {one.trial: one for one in book.trials}
        self.letters = {one.code: one.letter or NOTHING for one in book.stimuli}
        self.opened = {one.code: one for one in book.stimuli} if isinstance(book, StudyKey) else {}

    def truth(self, trial: Trial) -> list[str]:
        """Give arms and kinds of the pictures, from left to right; nothing while blind."""
        shown = [self.opened[code] for code in trial.places] if self.opened else []
        if not shown:
            return []
        return [" | ".join(one.arm or NOTHING for one in shown), " ".join(map(_kind, shown))]


def _session_rows(book: _Book, slot: Slot, found: SlotEvents, session: str) -> Iterator[Row]:
    own = [event for event in found.events if event.session == session]
    by_trial: dict[str, list[Event]] = {}
    for event in own:
        by_trial.setdefault(event.trial, []).append(event)
    for index, trial in enumerate(slot.trials):
        answer = found.submitted.get(trial.id)
        if answer is None or answer.session != session:
            continue
        key, given = book.trials[trial.id], answer.payload.get("answers", {})
        for question in (one for one in book.kinds if one in given):
            yield [
                index, trial.block, trial.id, " ".join(trial.places), trial.reference or NOTHING,
                " ".join(book.letters[code] for code in trial.places), key.role, key.repeats or NOTHING, book.paradigm,
                question, _cell(given[question]), *_seen(answer, by_trial[trial.id]), *book.truth(trial),
            ]  # fmt: skip


def _seen(answer: Event, events: Sequence[Event]) -> list[Any]:
    """Give times and viewing of the trial that an answer ended."""
    before = [event for event in events if event.seq < answer.seq]
    onset = next((event.at for event in reversed(before) if event.kind == "stimulus_onset"), NOTHING)
    views = [event.payload for event in before if event.kind == "view_state"]
    zooms = [float(view["zoom"]) for view in views if isinstance(view.get("zoom"), int | float)]
    slices = {view["slice"] for view in views if "slice" in view}
    fronts = [view["front"] for view in views if "front" in view]
    flips = sum(a != b for a, b in pairwise([0, *fronts])) if fronts else NOTHING
    times = [answer.payload.get(name, NOTHING) for name in ("rt_ms", "dwell_ms")]
    return [
        *times, onset, answer.payload.get("exposure", 1), max(zooms, default=NOTHING), len(slices) or NOTHING,
        flips, _away(before),
    ]  # fmt: skip


def _away(events: Iterable[Event]) -> float:
    """Give for how long the window was without focus, in ms."""
    total, since = 0.0, None
    for event in events:
        if event.kind == "focus_lost":
            since = event.clock
        elif event.kind == "focus_gained" and since is not None:
            total, since = total + (event.clock - since) / 1e6, None
    return total


def _cell(value: Any) -> str:
    """Write what a table can hold: one line without tabs; lists and texts with such letters as JSON."""
    if isinstance(value, str) and not re.search(r'[\t\r\n"]', value):
        return value or NOTHING
    return json.dumps(value, ensure_ascii=False) if not isinstance(value, int | float) else f"{value:.10g}"


def _tsv(columns: Mapping[str, Any], rows: Iterable[Row]) -> str:
    lines = ["\t".join(columns)]
    lines += ["\t".join(_cell(value) for value in row) for row in rows]
    return "\n".join(lines) + "\n"
