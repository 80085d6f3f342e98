"""How far a rater has come, told from the events alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from synthscope.records.study_events import Event
from synthscope.records.study_pack import Slot
from synthscope.studies.store.erasing import parted


@dataclass(frozen=True)
class SlotProgress:
    """The state of a slot.

    Parameters
    ----------
    answered : tuple of str
        Trials with an answer, in the order of the schedule.
    interrupted : str
        The trial that was shown, or about to be, but not answered when the events end; empty for none.
    exposures : mapping
        From a trial to how often its pictures were shown. A trial that was armed counts, even where no onset was saved:
        its pictures may have been seen.
    next : str
        The first trial of the schedule without an answer; empty when all are answered.
    withdrawn : bool
        Whether consent was taken back, which ends the slot.
    keep : bool
        Whether the answers so far may be used all the same.
    erased : bool
        Whether the answers were erased here, so that nothing but markers is left.
    unfinished : str
        The last session, where it was not closed; empty otherwise.
    display : mapping
        What the last check of the display found; empty before any.
    """

    answered: tuple[str, ...]
    interrupted: str
    exposures: Mapping[str, int]
    next: str
    withdrawn: bool = False
    keep: bool = False
    erased: bool = False
    unfinished: str = ""
    display: Mapping[str, Any] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether every trial is answered."""
        return not self.next

    @property
    def erasable(self) -> bool:
        """Whether the rater withdrew without leaving the answers to be used, and they are still here."""
        return self.withdrawn and not self.keep and not self.erased


def progress_of(slot: Slot, events: Iterable[Event]) -> SlotProgress:
    """Tell how far a slot has come.

    Parameters
    ----------
    events : iterable of Event
        Of all sessions of this slot, in the order in which they were written.
    """
    events = tuple(events)
    done = {event.trial for event in events if event.kind == "answer_submitted"}
    shown = [event.trial for event in events if event.kind == "trial_armed"]
    ended = [event.payload for event in events if event.kind == "consent_withdrawn"]
    waiting = [trial.id for trial in slot.trials if trial.id not in done]
    return SlotProgress(
        answered=tuple(trial.id for trial in slot.trials if trial.id in done),
        interrupted=shown[-1] if shown and shown[-1] not in done else "",
        exposures=dict(Counter(shown)),
        next=waiting[0] if waiting else "",
        withdrawn=bool(ended),
        keep=bool(ended) and all(payload.get("keep") for payload in ended),
        erased=bool(events) and not parted(events)[1],
        unfinished=_unfinished(events),
        display=next((event.payload for event in reversed(events) if event.kind == "display_check"), {}),
    )


def _unfinished(events: tuple[Event, ...]) -> str:
    if not events:
        return ""
    last = events[-1].session
    closed = any(event.kind == "session_close" for event in events if event.session == last)
    return "" if closed else last
