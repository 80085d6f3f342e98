"""The hash chain of a session: each event seals all before it.

A chain proves that nothing was changed after its last hash was told to somebody else. It proves nothing about what
was written before that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from synthscope.records.documents import canonical, to_json
from synthscope.records.study_events import GENESIS, Event

_SEALS = ("previous", "hash")


@dataclass(frozen=True)
class Broken:
    """Where a chain does not hold.

    Parameters
    ----------
    session, seq
        Of the first event that is not as it was written.
    reason : str
        A sentence.
    """

    session: str
    seq: int
    reason: str


def hash_of(event: Event) -> str:
    """Give SHA-256 (hex) of ``event.previous`` and the canonical JSON of all fields but `previous` and `hash`."""
    return hashlib.sha256(event.previous.encode() + content_of(event)).hexdigest()


def content_of(event: Event) -> bytes:
    """Give what the hash of an event seals: the canonical JSON of all fields but `previous` and `hash`."""
    content: Mapping[str, Any] = {name: value for name, value in to_json(event).items() if name not in _SEALS}
    return canonical(content)


def sealed(event: Event, previous: str) -> Event:
    """Put an event behind the hash `previous`."""
    follower = replace(event, previous=previous)
    return replace(follower, hash=hash_of(follower))


def verify(events: Iterable[Event]) -> tuple[Broken, ...]:
    """Check the chains of all sessions; the order of the events given does not matter.

    Returns
    -------
    tuple of Broken
        One for each session whose chain does not hold, at its first wrong event; empty where all hold.
    """
    found = (_first_broken(session, chain) for session, chain in sessions_of(events).items())
    return tuple(broken for broken in found if broken)


def sessions_of(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Sort events by session, each in its order."""
    sessions: dict[str, list[Event]] = {}
    for event in events:
        sessions.setdefault(event.session, []).append(event)
    return {session: sorted(chain, key=lambda event: event.seq) for session, chain in sessions.items()}


def heads_of(events: Iterable[Event]) -> dict[str, str]:
    """Give the hash of the last event of each session."""
    return {session: chain[-1].hash for session, chain in sessions_of(events).items()}


def _first_broken(session: str, chain: list[Event]) -> Broken | None:
    previous, clock = GENESIS, chain[0].clock
    for expected, event in enumerate(chain):
        reason = _fault(event, expected, previous, clock)
        if reason:
            return Broken(session, min(event.seq, expected), f"Session {session}, event {expected}: {reason}.")
        previous, clock = event.hash, event.clock
    return None


def _fault(event: Event, expected: int, previous: str, clock: int) -> str:
    if event.seq != expected:
        return "it comes twice" if event.seq < expected else "it is missing"
    if event.previous != previous:
        return "it does not follow the one before it"
    if event.hash != hash_of(event):
        return "it was changed after it was written"
    return "its clock runs backwards" if event.clock < clock else ""
