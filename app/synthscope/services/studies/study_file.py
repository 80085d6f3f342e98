"""The folder of a study: its documents and the course it took, in a file that only grows."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock

from synthscope.errors import DiskFull, DocumentError, FileError, InputError, SynthscopeError
from synthscope.io.faults import writing_faults
from synthscope.records.documents import canonical, from_json
from synthscope.records.study import State, StudyDesign
from synthscope.records.study_events import GENESIS, Event
from synthscope.services.studies.states import check_transition
from synthscope.studies.store.chain import verify
from synthscope.studies.store.database import DamagedFile, refuse_network, translated
from synthscope.studies.store.recovery import take_lock

T = TypeVar("T")
NAME = "study.db"
APPLICATION_ID = 0x53595354  # "SYST"
_STATES = "SELECT state, by_whom, reason, at, previous, hash FROM state ORDER BY number"
_TABLES = (
    """CREATE TABLE document (name TEXT NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL,
        PRIMARY KEY (name, version)) STRICT""",
    """CREATE TABLE state (number INTEGER PRIMARY KEY, state TEXT NOT NULL, by_whom TEXT NOT NULL,
        reason TEXT NOT NULL, at TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT""",
    """CREATE TABLE event (session TEXT NOT NULL, seq INTEGER NOT NULL, content TEXT NOT NULL,
        PRIMARY KEY (session, seq)) STRICT""",
)


class StudyFile:
    """An open study. Make one with `create` or `open`; close it in the end."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, lock: FileLock) -> None:
        self.folder = folder
        self._connection = connection
        self._lock = lock

    @classmethod
    def create(cls, folder: Path, design: StudyDesign) -> StudyFile:
        """Begin a study in a folder, as a draft.

        Raises
        ------
        InputError
            If the folder holds a study already, or lies on a network share.
        """
        with writing_faults(folder):
            folder.mkdir(parents=True, exist_ok=True)
        if (folder / NAME).exists():
            raise InputError(f"{folder} holds a study already; open it, or choose another folder.")
        study = cls._opened(folder)
        for statement in (*_TABLES, *_triggers(), f"PRAGMA application_id = {APPLICATION_ID}"):
            study._run(statement)
        study.put("design", design)
        study._log("draft", "the designer", "The study was begun.")
        return study

    @classmethod
    def open(cls, folder: Path) -> StudyFile:
        """Open the study of a folder.

        Raises
        ------
        FileError
            If there is none.
        DocumentError
            If the file is no study, or the log of its states was changed.
        Unavailable
            If another window has it open.
        """
        if not (folder / NAME).is_file():
            raise FileError(f"{folder} holds no study; choose its folder.")
        study = cls._opened(folder)
        try:
            if study._run("PRAGMA application_id")[0][0] != APPLICATION_ID:
                raise DocumentError(f"{folder / NAME} is no study; choose another folder.")
            _check_states(study._run(_STATES))
        except BaseException:
            study.close()
            raise
        return study

    @property
    def design(self) -> StudyDesign:
        """The design as it was put last."""
        return self.get("design", StudyDesign)

    @property
    def state(self) -> State:
        """How far the study has come."""
        found: State = self._run(_STATES)[-1][0]
        return found

    def put(self, name: str, record: Any) -> int:
        """Keep a record under a name, beside its earlier versions; give its version, from 1."""
        version: int = self._run("SELECT count(*) FROM document WHERE name = ?", name)[0][0] + 1
        self._run("INSERT INTO document VALUES (?, ?, ?)", name, version, canonical(record).decode())
        return version

    def get(self, name: str, record_type: type[T]) -> T:
        """Give the last version of a record.

        Raises
        ------
        InputError
            If there is none of that name.
        """
        rows = self._run("SELECT content FROM document WHERE name = ? ORDER BY version DESC LIMIT 1", name)
        if not rows:
            raise InputError(f"The study holds no {name!r} yet; make it first.")
        return from_json(record_type, json.loads(rows[0][0]))

    def advance(self, state: State, by: str, reason: str) -> None:
        """Go on to a state.

        Raises
        ------
        InputError
            If the course of a study has no such step.
        """
        check_transition(self.state, state, by, reason)
        self._log(state, by, reason)

    def course(self) -> tuple[tuple[State, str, str, str], ...]:
        """Give the states the study went through: state, by whom, why, and when (UTC, ISO 8601)."""
        return tuple((state, by, reason, at) for state, by, reason, at, _, _ in self._run(_STATES))

    def holds(self, name: str) -> bool:
        """Tell whether a document of that name was ever put."""
        return bool(self._run("SELECT 1 FROM document WHERE name = ? LIMIT 1", name))

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Keep everything that the block puts and logs, or nothing of it."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        except BaseException:
            self._run("ROLLBACK")
            raise

    def note(self, by: str, reason: str) -> None:
        """Write into the course of the study what was done without a step to another state."""
        self._log(self.state, by, reason)

    def forget(self, *names: str) -> None:
        """Take documents out with all their versions: what the sealed key holds must not lie beside it in clear.

        Besides these and answers that are erased, nothing in a study is ever deleted. Call `scrub` afterwards, outside
        of `whole`.
        """
        _take_out(self._run, "document", "name", names)

    def take_out_sessions(self, sessions: Iterable[str]) -> None:
        """Take sessions out whole; call `scrub` afterwards, outside of `whole`."""
        _take_out(self._run, "event", "session", sessions)

    def scrub(self) -> None:
        """Overwrite what was forgotten, in the file and in its journal."""
        self._run("VACUUM")
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")

    def events(self) -> tuple[Event, ...]:
        """Give the imported events, by session and in order."""
        rows = self._run("SELECT content FROM event ORDER BY session, seq")
        return tuple(from_json(Event, json.loads(content)) for (content,) in rows)

    def add_events(self, events: Iterable[Event]) -> int:
        """Keep events that are not here yet; give their number.

        Raises
        ------
        DocumentError
            If a chain has a gap, was changed, or differs from what is kept; nothing is added then.
        """
        kept = self.events()
        new = tuple(dict.fromkeys(canonical(event).decode() for event in events))
        known = {canonical(event).decode() for event in kept}
        fresh = [from_json(Event, json.loads(row)) for row in new if row not in known]
        broken = verify((*kept, *fresh))
        if broken:
            raise DocumentError(f"{broken[0].reason} Ask the rater for the file again.")
        rows = [(event.session, event.seq, canonical(event).decode()) for event in fresh]
        with self.whole():
            for row in rows:
                self._run("INSERT INTO event VALUES (?, ?, ?)", *row)
        return len(rows)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
        self._lock.release()

    @classmethod
    def _opened(cls, folder: Path) -> StudyFile:
        refuse_network(folder)
        lock = take_lock(folder / NAME)
        connection = sqlite3.connect(folder / NAME, isolation_level=None, check_same_thread=False)
        study = cls(folder, connection, lock)
        try:
            for pragma in (
                "locking_mode = EXCLUSIVE",
                "journal_mode = WAL",
                "synchronous = FULL",
                "fullfsync = 1",
                "secure_delete = ON",
            ):
                study._run(f"PRAGMA {pragma}")
        except BaseException:
            study.close()
            raise
        return study

    def _log(self, state: State, by: str, reason: str) -> None:
        rows = self._run(_STATES)
        content = (state, by, reason, datetime.now(UTC).isoformat(timespec="microseconds"))
        previous = rows[-1][5] if rows else GENESIS
        self._run(
            "INSERT INTO state (state, by_whom, reason, at, previous, hash) VALUES (?, ?, ?, ?, ?, ?)",
            *content, previous, _hash(previous, content),
        )  # fmt: skip

    def _run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise _told(error, self.folder / NAME) from error


def _take_out(run: Callable[..., Any], table: str, column: str, values: Iterable[str]) -> None:
    run(f"DROP TRIGGER {table}_no_delete")
    for value in values:
        run(f"DELETE FROM {table} WHERE {column} = ?", value)  # noqa: S608 - our names
    run(_trigger(table, "DELETE"))


def _told(error: sqlite3.Error, path: Path) -> SynthscopeError:
    """Give the sentence for what SQLite says of a study: unlike answers, it has no second copy."""
    found = translated(error, path)
    if isinstance(found, DamagedFile):
        return DocumentError(f"{path} is damaged ({error}); use a copy of the study's folder.")
    if isinstance(found, DiskFull):
        return DiskFull(f"The disk of {path} is full; free some room and try again: the study is as it was.")
    return found


def _triggers() -> list[str]:
    return [_trigger(table, action) for table in ("document", "state", "event") for action in ("UPDATE", "DELETE")]


def _trigger(table: str, action: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
    )


def _hash(previous: str, content: tuple[str, ...]) -> str:
    return hashlib.sha256(previous.encode() + canonical(list(content))).hexdigest()


def _check_states(rows: list[tuple[Any, ...]]) -> None:
    before = GENESIS
    for number, (*content, previous, found) in enumerate(rows):
        if previous != before or found != _hash(previous, tuple(content)):
            raise DocumentError(f"The log of the study's states was changed at step {number}; use a copy of the study.")
        before = found
    if not rows:
        raise DocumentError("The study has no state: it was not begun whole; begin it again in another folder.")
