"""The file of a rater's answers: SQLite that only grows, opened by one window at a time."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from synthscope.errors import DiskFull, DocumentError, FileError, InputError, SynthscopeError, Unavailable
from synthscope.io.atomic import flush_folder
from synthscope.io.faults import writing_faults
from synthscope.io.file_systems import NETWORK_FILE_SYSTEMS, file_system_of
from synthscope.records.documents import canonical
from synthscope.records.study_events import Event
from synthscope.studies.store.lines import event_of

APPLICATION_ID = 0x53595352  # "SYSR"
VERSION = 1
BUSY_SECONDS = 1.0
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_PRAGMAS = (
    "locking_mode = EXCLUSIVE",
    "journal_mode = WAL",
    "synchronous = FULL",
    "fullfsync = 1",
    "checkpoint_fullfsync = 1",
    "foreign_keys = ON",
    "trusted_schema = OFF",
)
_TABLES = (
    "CREATE TABLE about (study TEXT NOT NULL, slot TEXT NOT NULL) STRICT",
    """CREATE TABLE event (
        session TEXT NOT NULL, seq INTEGER NOT NULL CHECK (seq >= 0), id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
        trial TEXT NOT NULL, at TEXT NOT NULL, clock INTEGER NOT NULL, payload TEXT NOT NULL,
        previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, PRIMARY KEY (session, seq)
    ) STRICT""",
)
_COLUMNS = ("session", "seq", "id", "kind", "trial", "at", "clock", "payload", "previous", "hash")


class DamagedFile(DocumentError):  # noqa: N818 - a state of the file
    """The database itself is damaged; what the mirror holds can be had back."""


def refuse_network(folder: Path) -> None:
    """Refuse a folder on a network share.

    Raises
    ------
    InputError
        Its locks and flushes cannot be trusted, so that answers could be lost.
    """
    kind = file_system_of(folder)
    if kind in NETWORK_FILE_SYSTEMS:
        raise InputError(f"{folder} lies on a network share ({kind}), where answers may be lost; use a local folder.")


def open_database(path: Path, study: str, slot: str) -> sqlite3.Connection:
    """Open the file of one slot, or begin it; it is held alone until it is closed.

    Raises
    ------
    Unavailable
        If another window has it open.
    DocumentError
        If it is damaged, of another kind, slot or study, or from a newer version.
    FileError, DiskFull
        If it cannot be written.
    """
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        _prepare(connection, path, study, slot)
    except BaseException as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.Error):
            raise translated(error, path) from error
        raise
    return connection


def translated(error: sqlite3.Error, path: Path) -> SynthscopeError:
    """Give the sentence for what SQLite says."""
    whole = getattr(error, "sqlite_errorcode", None)
    code = None if whole is None else whole & 0xFF
    if code in _BUSY:
        return Unavailable(f"{path.name} is open in another window; close it there, and go on here.")
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(f"The disk of {path} is full: this answer is not yet saved; free some room and answer again.")
    if code in _DAMAGED:
        return DamagedFile(f"{path.name} is damaged ({error}); keep it, and recover the answers from its mirror.")
    if code == sqlite3.SQLITE_READONLY:
        return FileError(f"{path.name} is read-only: nothing can be saved; change its permissions and try again.")
    return FileError(f"{path.name} cannot be used ({error}); check its folder and its permissions.")


def insert(connection: sqlite3.Connection, event: Event) -> None:
    """Add an event within the transaction that is open."""
    values = [getattr(event, name) for name in _COLUMNS]
    values[_COLUMNS.index("payload")] = canonical(event.payload).decode()
    marks = ", ".join("?" * len(_COLUMNS))
    connection.execute(f"INSERT INTO event ({', '.join(_COLUMNS)}) VALUES ({marks})", values)  # noqa: S608 - our names


def read_events(connection: sqlite3.Connection, path: Path) -> tuple[Event, ...]:
    """Read all events in the order in which they were written.

    Raises
    ------
    DocumentError, FileError
        If the file is damaged.
    """
    try:
        rows = connection.execute("SELECT * FROM event ORDER BY rowid").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        known = error if isinstance(error, sqlite3.Error) else sqlite3.DatabaseError(str(error))
        raise translated(known, path) from error
    return tuple(event_of(dict(row), f"{path.name}, row {number}") for number, row in enumerate(rows))


def triggers_of(table: str) -> dict[str, str]:
    """Give what refuses every change of a table, by what it refuses."""
    return {
        action: f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'append-only'); END"
        for action in ("UPDATE", "DELETE")
    }


def _prepare(connection: sqlite3.Connection, path: Path, study: str, slot: str) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != APPLICATION_ID:
        raise DocumentError(f"{path.name} holds no answers of a study; choose another file.")
    if version > VERSION:
        raise DocumentError(
            f"{path.name} has version {version}, written by a newer Synthscope (this one reads up to {VERSION}); "
            "update Synthscope to open it."
        )
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN IMMEDIATE")  # a file that is read-only, or open elsewhere, is noticed here
    if not tables:
        _create(connection, study, slot)
    connection.execute("COMMIT")
    if not tables:
        with writing_faults(path):
            flush_folder(path.parent)
    _check(connection, path, study, slot)


def _create(connection: sqlite3.Connection, study: str, slot: str) -> None:
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("INSERT INTO about VALUES (?, ?)", (study, slot))
    for table in ("about", "event"):
        for statement in triggers_of(table).values():
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")


def _check(connection: sqlite3.Connection, path: Path, study: str, slot: str) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise DamagedFile(f"{path.name} is damaged ({verdict}); keep it, and recover the answers from its mirror.")
    about = connection.execute("SELECT study, slot FROM about").fetchone()
    if about is None or (about["study"], about["slot"]) != (study, slot):
        found = f"study {about['study']}, slot {about['slot']}" if about else "no study"
        raise DocumentError(f"{path.name} belongs to {found}, not to study {study}, slot {slot}; choose another file.")
