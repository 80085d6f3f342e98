"""Answers that their rater erases: the files are emptied but for a marker, which keeps the place closed.

The marker is a session of its own, a chain like any other: it opens, withdraws without leaving the answers to be used,
names the sessions that are gone with their heads, and closes. It replaces all events of the database in one
transaction: from then on the answers are erased, and what a crash left of their copies is erased at the next opening.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from synthscope.io.atomic import is_partial
from synthscope.io.erasing import erase_file
from synthscope.io.faults import reading_faults
from synthscope.records.study_events import GENESIS, Event, EventKind
from synthscope.studies.store.chain import sealed, sessions_of
from synthscope.studies.store.database import insert, translated, triggers_of

_CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)"
DAMAGED = "-damaged-"
"""Between the name of answers and the number of a copy that was set aside."""


def gone_from(events: Iterable[Event]) -> dict[str, str]:
    """Give the sessions that markers among some events say are erased, each with the slot of the marker."""
    found: dict[str, str] = {}
    for chain in sessions_of(events).values():
        for event in (one for one in chain if one.kind == "consent_withdrawn"):
            named = event.payload.get("erased")
            if isinstance(named, Mapping):
                found |= dict.fromkeys(named, slot_of(chain))
    return found


def without_gone(events: Iterable[Event], gone: Mapping[str, str]) -> tuple[Event, ...]:
    """Leave out the sessions that are erased; a marker speaks of its own slot alone."""
    events = tuple(events)
    if not gone:
        return events
    out = {session for session, chain in sessions_of(events).items() if gone.get(session) == slot_of(chain)}
    return tuple(event for event in events if event.session not in out)


def parted(events: Iterable[Event]) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """Give the events of markers, and those of all other sessions."""
    events = tuple(events)
    markers = {event.session for event in events if event.kind == "consent_withdrawn" and "erased" in event.payload}
    return (
        tuple(event for event in events if event.session in markers),
        tuple(event for event in events if event.session not in markers),
    )


def slot_of(chain: list[Event]) -> str:
    """Give the slot that a session was opened for; empty where its opening is missing."""
    return str(chain[0].payload.get("slot", ""))


def marker_of(events: Iterable[Event]) -> tuple[Event, ...]:
    """Make the marker that takes the place of events: of their last session's rater, and goes on from none."""
    chains = sessions_of(events)
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    opening = {**list(chains.values())[-1][0].payload, "previous": "", "clock_utc": now}
    gone = {session: {"events": len(chain), "head": chain[-1].hash} for session, chain in chains.items()}
    steps: tuple[tuple[EventKind, Mapping[str, Any]], ...] = (
        ("session_open", opening), ("consent_withdrawn", {"keep": False, "erased": gone}), ("session_close", {}),
    )  # fmt: skip
    session, began, previous, marker = uuid.uuid4().hex, time.monotonic_ns(), GENESIS, []
    for seq, (kind, payload) in enumerate(steps):
        at = datetime.now(UTC).isoformat(timespec="microseconds")
        event = Event(session, seq, uuid.uuid4().hex, kind, at, time.monotonic_ns() - began, "", payload)
        marker.append(sealed(event, previous))
        previous = marker[-1].hash
    return tuple(marker)


def put_marker(connection: sqlite3.Connection, path: Path, marker: Iterable[Event]) -> None:
    """Put a marker (and what else stays) in the place of all events of a database, whole or not at all.

    Raises
    ------
    DiskFull, FileError
        If it cannot be written; then nothing is erased.
    """
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("DROP TRIGGER event_no_delete")
            connection.execute("DELETE FROM event")
            connection.execute(triggers_of("event")["DELETE"])
            for event in marker:
                insert(connection, event)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise translated(error, path) from error


def scrub(connection: sqlite3.Connection, path: Path) -> None:
    """Leave nothing of what was deleted in the pages of a database, nor in its journal."""
    try:
        for statement in ("PRAGMA secure_delete = ON", _CHECKPOINT, "VACUUM", _CHECKPOINT):
            connection.execute(statement).fetchall()
    except sqlite3.Error as error:
        raise translated(error, path) from error


def erase_copies(folder: Path, stem: str, but: Iterable[Path] = ()) -> None:
    """Erase the files of answers in a folder: mirrors, backups, damaged copies, journals, what was being erased.

    Parameters
    ----------
    stem : str
        ``responses_SLOT``.
    but : iterable of Path
        What stays.

    Raises
    ------
    FileError
        If one may not be deleted.
    """
    stay = set(but)
    for path in files_of(folder, stem):
        if path not in stay:
            erase_file(path)


def files_of(folder: Path, stem: str) -> Iterator[Path]:
    """Name the files of answers in a folder, whatever the program wrote of them.

    A backup that a crash ended in the middle bears no name of its rater, and is taken for one of them.
    """
    if not folder.is_dir():
        return
    with reading_faults(folder):
        names = sorted(folder.iterdir())
    for one in names:
        is_theirs = one.name.startswith((f"{stem}.", f"{stem}{DAMAGED}")) or (is_partial(one) and ".db" in one.suffixes)
        if is_theirs and not one.is_dir():
            yield one
