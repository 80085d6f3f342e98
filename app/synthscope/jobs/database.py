"""The queue's file: opened safely, migrated, and moved aside where it is damaged."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from synthscope.errors import DiskFull, DocumentError, FileError, SynthscopeError, Unavailable
from synthscope.jobs.rows import from_row

FORMAT = "synthscope/queue"
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE jobs (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            title TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN
                ('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
            payload TEXT NOT NULL,
            position INTEGER NOT NULL,
            created TEXT NOT NULL,
            started TEXT NOT NULL DEFAULT '',
            ended TEXT NOT NULL DEFAULT '',
            error TEXT NOT NULL DEFAULT '',
            details TEXT NOT NULL DEFAULT '',
            result TEXT NOT NULL DEFAULT 'null',
            attempts INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID""",
    ),
)
"""Entry i brings version i to version i + 1; version 0 is an empty file."""
VERSION = len(MIGRATIONS)

BUSY_SECONDS = 1.0
_SIDE_FILES = ("", "-wal", "-shm", "-journal")
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {None, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class _Damaged(Exception):  # noqa: N818 - never leaves this module
    """The file opens but is not a queue."""


def open_database(path: Path) -> tuple[sqlite3.Connection, str]:
    """Open the queue's file; begin a new one where there is none or it is damaged.

    Returns
    -------
    connection
        In autocommit; it holds the file alone until it is closed.
    remark : str
        A sentence where a damaged file was moved aside, else empty.

    Raises
    ------
    Unavailable
        If another program has it open.
    DocumentError
        If a newer version wrote it.
    FileError, DiskFull
        If the folder cannot be written.
    """
    try:
        return _open(path), ""
    except _Damaged:
        aside = _move_aside(path)
    except sqlite3.Error as error:
        if _code(error) not in _DAMAGED:
            raise translated(error, path) from error
        aside = _move_aside(path)
    try:
        fresh = _open(path)
    except sqlite3.Error as error:
        raise translated(error, path) from error
    return fresh, f"The job list was damaged; it was kept as {aside.name} and a new one was begun."


def translated(error: sqlite3.Error, path: Path) -> SynthscopeError:
    """Give the sentence for what SQLite says."""
    code = _code(error)
    if code in _BUSY:
        return Unavailable("The job list of this project is open in another program; close the project there.")
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(f"The disk is full: {path.name} cannot be written; free some room and retry.")
    return FileError(f"The job list {path.name} cannot be used ({error}); check its folder and its rights.")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        # Held by one process: needs no shared memory, so that it works on network shares too.
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        _check(connection)
        _migrate(connection, path)
        _check_tables(connection)
        _read_all(connection)
    except BaseException as error:
        connection.close()  # else Windows would not let it be moved aside
        if isinstance(error, UnicodeDecodeError):  # damaged text: SQLite's, or its error message's
            raise _Damaged from error
        raise
    return connection


def _check(connection: sqlite3.Connection) -> None:
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise _Damaged


def _check_tables(connection: sqlite3.Connection) -> None:
    # What SQLite itself does not notice: a damaged name in the definition of a table.
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        _apply(model, 0)
        if _definitions(model) != _definitions(connection):
            raise _Damaged


def _definitions(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    return {(name, sql) for name, sql in found}


def _read_all(connection: sqlite3.Connection) -> None:
    try:
        for row in connection.execute("SELECT * FROM jobs"):
            from_row(row)
    except DocumentError as error:
        raise _Damaged from error


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    if version > VERSION:
        raise DocumentError(
            f"The job list {path.name} has version {version} and this program knows {VERSION}; "
            "update the program to open it."
        )
    if version == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    _apply(connection, version)
    connection.execute("COMMIT")


def _apply(connection: sqlite3.Connection, version: int) -> None:
    if version == 0:
        connection.execute("CREATE TABLE about (format TEXT NOT NULL, version INTEGER NOT NULL)")
        connection.execute("INSERT INTO about VALUES (?, 0)", (FORMAT,))
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute("UPDATE about SET version = ?", (VERSION,))


def _version(connection: sqlite3.Connection) -> int:
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables == 0:
        return 0
    about = connection.execute("SELECT format, version FROM about").fetchone()
    if about is None or about["format"] != FORMAT or not isinstance(about["version"], int):
        raise _Damaged
    version: int = about["version"]
    return version


def _move_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}-damaged-{number}{path.suffix}")).exists():
        number += 1
    for end in _SIDE_FILES:
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return aside


def _code(error: sqlite3.Error) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF  # the low byte is the family
