"""The answers of one slot: each event is on the disk twice before `append` returns."""

from __future__ import annotations

import json
import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock

from synthscope.errors import InputError, SynthscopeError
from synthscope.io.atomic import replacing
from synthscope.records.documents import canonical, to_json, without_infinities
from synthscope.records.study_events import GENESIS, Event, EventKind
from synthscope.studies.store.chain import sealed
from synthscope.studies.store.database import insert, read_events, refuse_network, translated
from synthscope.studies.store.erasing import (
    erase_copies,
    gone_from,
    marker_of,
    parted,
    put_marker,
    scrub,
    without_gone,
)
from synthscope.studies.store.mending import opened_database, opened_mirror
from synthscope.studies.store.mirror import Mirror
from synthscope.studies.store.recovery import check_whole, take_lock, union

_BACKED_UP_AT: frozenset[EventKind] = frozenset({"break_start", "session_close"})


class Responses:
    """The open answers of one slot, of which only this window may add more. Close them in the end.

    Attributes
    ----------
    notice : str
        What the rater should know although every answer is saved, as sentences; empty for nothing.
    half_erased : bool
        Whether an erasing failed after the marker was written: the same call goes on with the copies.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, mirror: Mirror | None, lock: FileLock) -> None:
        self.path = path
        self._connection = connection
        self._mirror = mirror
        self._file_lock = lock
        self._last: Event | None = None
        self._session = ""
        self._began = 0
        self._turn = Lock()
        self.notice = ""
        self.half_erased = False
        self.told: Callable[[Event], object] | None = None
        """Called with each event after it is saved; it must return at once."""

    @classmethod
    def open(cls, path: Path, *, slot: str, study: str, mirror: Path | None) -> Responses:
        """Open the answers of a slot, or begin them; what only one of the two copies holds is put into the other.

        Parameters
        ----------
        path : Path
            Of the database, in a local folder that exists.
        mirror : Path, optional
            Of the second copy, best on another disk.

        Raises
        ------
        Unavailable
            If another window has them open.
        DocumentError
            If they belong to another slot or study, come from a newer version, or the copies contradict each other.
        FileError, DiskFull
            If they cannot be written.
        InputError
            If they lie on a network share.
        """
        refuse_network(path.parent)
        lock = take_lock(path)
        opened: list[Any] = []
        try:
            copy, notice = opened_mirror(mirror, path, study, slot)
            opened += [copy] if copy else []
            connection, mended = opened_database(path, study, slot, copy)
            opened.append(connection)
            copy = _reconcile(connection, path, copy)
        except BaseException:
            for part in opened:
                part.close()
            lock.release()
            raise
        found = cls(path, connection, copy, lock)
        found.notice = notice or mended
        return found

    def begin(self, rater: str, program: str, previous: str = "") -> str:
        """Open a session and give its id.

        Parameters
        ----------
        rater : str
            Pseudonym.
        program : str
            Name and version of the program.
        previous : str
            The session that this one goes on from; empty for none.
        """
        about = self._connection.execute("SELECT study, slot FROM about").fetchone()
        self._session, self._last, self._began = uuid.uuid4().hex, None, time.monotonic_ns()
        self.append(
            "session_open",
            payload={
                "study": about["study"],
                "slot": about["slot"],
                "rater": rater,
                "program": program,
                "previous": previous,
                "clock_utc": _now(),
            },
        )
        return self._session

    def append(self, kind: EventKind, trial: str = "", payload: Mapping[str, Any] | None = None) -> Event:
        """Add an event to the session; when this returns, both copies of it are on the disk.

        Raises
        ------
        DiskFull, FileError
            If it cannot be saved: then neither copy holds it, and the same call may be tried again.
        InputError
            If no session was begun.
        """
        if not self._session:
            raise InputError("No session was begun; begin one before answers are saved.")
        with self._turn:
            event = self._next(kind, trial, payload or {})
            self._save(event)
            self._last = event
            if self.told is not None:
                self.told(event)
            if kind in _BACKED_UP_AT:
                self._try_to_back_up()
        return event

    def erase(self) -> str:
        """Erase the answers of all sessions, in both copies and in backups beside them; no more can be added after it.

        A marker stays, a session that says what is gone; one of before stays beside it, where sessions came from
        another computer since. A crash leaves either everything, or a marker and what the next opening erases.

        Returns
        -------
        str
            Hash of the last event of the marker.

        Raises
        ------
        DiskFull, FileError
            If it cannot be done whole; the same call may be tried again.
        """
        with self._turn:
            whole = self.events()
            before, rest = parted(without_gone(whole, gone_from(whole)))
            marker = (*before, *(marker_of(rest) if rest else ()))
            put_marker(self._connection, self.path, marker)
            self._session, self.half_erased = "", True
            self._mirror = _cleared(self._connection, self.path, self._mirror, marker)
            self.half_erased = False
            tell = self.told or (lambda _event: None)
            for event in marker:
                tell(event)
        return marker[-1].hash

    def events(self) -> tuple[Event, ...]:
        """Give all events of all sessions, as they were written."""
        return read_events(self._connection, self.path)

    def back_up(self) -> Path:
        """Copy the database, whole and readable by itself, beside it; also done at each break."""
        target = self.path.with_name(self.path.stem + ".backup" + self.path.suffix)
        with replacing(target) as partial:
            try:
                with closing(sqlite3.connect(partial)) as copy:
                    self._connection.backup(copy)
            except sqlite3.Error as error:
                raise translated(error, target) from error
        return target

    def _try_to_back_up(self) -> None:
        """Back up; a fault is noted and not raised, for the event is saved in both copies."""
        try:
            self.back_up()
        except SynthscopeError as error:
            self.notice = f"Every answer is saved, but the backup at this break was not made. {error.sentence}"
        else:
            self.notice = ""

    def close(self) -> None:
        """Let go of both copies."""
        self._connection.close()
        if self._mirror:
            self._mirror.close()
        self._file_lock.release()

    def _next(self, kind: EventKind, trial: str, payload: Mapping[str, Any]) -> Event:
        content = json.loads(canonical(without_infinities(to_json(payload))))
        seq, previous = (self._last.seq + 1, self._last.hash) if self._last else (0, GENESIS)
        clock = time.monotonic_ns() - self._began
        event = Event(self._session, seq, uuid.uuid4().hex, kind, _now(), clock, trial, content)
        return sealed(event, previous)

    def _save(self, event: Event) -> None:
        before = None
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            insert(self._connection, event)
            before = self._mirror.add([event]) if self._mirror else None
            self._connection.execute("COMMIT")
        except BaseException as error:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            if self._mirror and before is not None:
                self._mirror.take_back(before)
            if isinstance(error, sqlite3.Error):
                raise translated(error, self.path) from error
            raise


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _reconcile(connection: sqlite3.Connection, path: Path, mirror: Mirror | None) -> Mirror | None:
    """Put into each copy what only the other holds, and erase what a marker says is gone; give the second copy."""
    kept = read_events(connection, path)
    whole = union(kept, mirror.events if mirror else ())
    check_whole(whole)
    if gone := gone_from(whole):
        rest = without_gone(whole, gone)
        put_marker(connection, path, rest)
        return _cleared(connection, path, mirror, rest)
    if mirror is None:
        return None
    in_database, in_mirror = set(_places(kept)), set(_places(mirror.events))
    try:
        connection.execute("BEGIN IMMEDIATE")
        for event in whole:
            if (event.session, event.seq) not in in_database:
                insert(connection, event)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise translated(error, path) from error
    if missing := [event for event in whole if (event.session, event.seq) not in in_mirror]:
        mirror.add(missing)
    return mirror


def _cleared(
    connection: sqlite3.Connection, path: Path, mirror: Mirror | None, stays: tuple[Event, ...]
) -> Mirror | None:
    """Erase everything beside a database that holds a marker, and write its second copy anew."""
    if mirror is not None:
        mirror.close()
    scrub(connection, path)
    stay = [path.with_name(path.name + end) for end in ("", "-wal", "-shm", ".lock")]
    erase_copies(path.parent, path.stem, but=stay)
    if mirror is None:
        return None
    erase_copies(mirror.path.parent, mirror.path.stem, but=stay)
    again = Mirror(mirror.path)
    again.add(stays)
    return again


def _places(events: tuple[Event, ...]) -> list[tuple[str, int]]:
    return [(event.session, event.seq) for event in events]
