"""Where a slot was rated: sessions that go on from one another, and whose answers come first, asking no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from synthscope.records.study_events import Event
from synthscope.studies.store.chain import sessions_of


def places_of(events: Iterable[Event]) -> tuple[tuple[Event, ...], ...]:
    """Sort the events of a slot by the places where it was rated, each in the order of its sessions.

    A session goes on from the one that it names, and knows what was answered there: so within a place no trial is
    answered twice. Two sessions that go on from the same one (its file was copied) are places of their own. The place
    with the most answered trials comes first; of equally many the one whose first session has the lower name, which
    was drawn at random. No clock is asked, for that of one computer may be wrong.
    """
    chains = sessions_of(events)
    before = {session: str(chain[0].payload.get("previous", "")) for session, chain in chains.items()}
    followers, lines = Counter(before.values()), dict[str, list[str]]()
    for session in chains:
        line = _line(session, before, followers)
        if len(line) > len(lines.get(line[0], ())):
            lines[line[0]] = line
    found = [tuple(event for session in line for event in chains[session]) for line in lines.values()]
    return tuple(sorted(found, key=lambda place: (-len(answered(place)), place[0].session)))


def answered(events: Iterable[Event]) -> frozenset[str]:
    """Give the trials that were answered in some events."""
    return frozenset(event.trial for event in events if event.kind == "answer_submitted")


def _line(session: str, before: Mapping[str, str], followers: Mapping[str, int]) -> list[str]:
    """Give the sessions of a place up to this one, from the first."""
    line = [session]
    while (last := before[line[0]]) in before and last not in line and followers[last] == 1:
        line.insert(0, last)
    return line
