"""Answers out of both copies, after a crash or a damaged disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from filelock import FileLock

from synthscope.errors import DocumentError, FileError, Unavailable
from synthscope.io.locking import lock_at_once
from synthscope.records.study_events import Event
from synthscope.studies.store.chain import verify
from synthscope.studies.store.database import BUSY_SECONDS, DamagedFile, read_events, translated
from synthscope.studies.store.erasing import gone_from, without_gone
from synthscope.studies.store.mirror import read_mirror


def recover(db: Path, mirror: Path) -> tuple[Event, ...]:
    """Give all events that either copy holds, by session and in their order; neither copy is changed.

    Sessions that a marker in one of them says are erased are left out, wherever they still lie.

    Raises
    ------
    FileError
        If there is neither copy, or one may not be read.
    DocumentError
        If the copies contradict each other, or an event is missing from both or was changed.
    Unavailable
        If a window has them open.
    """
    if not db.exists() and not mirror.exists():
        raise FileError(f"Neither {db.name} nor {mirror.name} is there; choose the folder with the answers.")
    with held_alone(db):
        kept = _events_of(db, has_mirror=mirror.exists())
        whole = union(kept, read_mirror(mirror)[0])
    check_whole(whole)
    return without_gone(whole, gone_from(whole))


def union(first: tuple[Event, ...], second: tuple[Event, ...]) -> tuple[Event, ...]:
    """Unite two copies by session and number; sessions stay in the order in which they are met.

    Raises
    ------
    DocumentError
        If the copies hold different events in one place.
    """
    events = {(event.session, event.seq): event for event in first}
    for event in second:
        other = events.setdefault((event.session, event.seq), event)
        if other != event:
            raise DocumentError(
                f"The two copies of the answers differ at session {event.session}, event {event.seq}; "
                "keep both and ask the designer of the study."
            )
    order = {session: place for place, session in enumerate(dict.fromkeys(session for session, _ in events))}
    return tuple(sorted(events.values(), key=lambda event: (order[event.session], event.seq)))


def check_whole(events: tuple[Event, ...]) -> None:
    """Refuse events whose chains do not hold.

    Raises
    ------
    DocumentError
        It names the first event of each chain that is missing or was changed.
    """
    if broken := verify(events):
        said = " ".join(part.reason for part in broken)
        raise DocumentError(f"{said} Keep both copies of the answers and ask the designer of the study.")


@contextmanager
def held_alone(db: Path) -> Iterator[None]:
    """Hold the lock of a file of answers within a block.

    Raises
    ------
    Unavailable
        If a window has it open.
    """
    lock = take_lock(db)
    try:
        yield
    finally:
        lock.release()


def take_lock(db: Path) -> FileLock:
    """Take the lock of a file of answers, which the operating system gives back when the program dies."""
    busy = Unavailable(f"{db.name} is open in another window; close it there, and go on here.")
    return lock_at_once(db.with_name(db.name + ".lock"), busy)


def _events_of(db: Path, *, has_mirror: bool) -> tuple[Event, ...]:
    if not db.exists():
        return ()
    try:
        with closing(sqlite3.connect(db, timeout=BUSY_SECONDS)) as connection:
            connection.row_factory = sqlite3.Row
            return read_events(connection, db)
    except sqlite3.Error as error:
        raise translated(error, db) from error
    except DamagedFile:
        if has_mirror:
            return ()
        raise
