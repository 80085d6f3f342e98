"""Opening answers of which one copy is damaged: the other brings them back, and the damaged one is set aside."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from synthscope.errors import DocumentError
from synthscope.studies.store.database import DamagedFile, open_database, read_events
from synthscope.studies.store.erasing import DAMAGED
from synthscope.studies.store.mirror import Mirror
from synthscope.studies.store.recovery import check_whole


def opened_mirror(path: Path | None, database: Path, study: str, slot: str) -> tuple[Mirror | None, str]:
    """Open the second copy; a damaged one is set aside where the database is whole, and written anew from it.

    Returns
    -------
    mirror : Mirror, optional
        None where none is wanted.
    notice : str
        What was done, as sentences; empty for nothing.

    Raises
    ------
    DocumentError
        If both copies are damaged.
    """
    if path is None:
        return None, ""
    try:
        return Mirror(path), ""
    except DocumentError as error:
        if not database.exists():
            raise _nothing_whole(path, f"{database.name} is not there") from error
        try:
            with closing(open_database(database, study, slot)) as connection:
                check_whole(read_events(connection, database))
        except DamagedFile as other:
            raise _nothing_whole(path, f"{database.name} is damaged too") from other
    aside = _move_aside(path)
    return Mirror(path), (
        "The second copy of your answers was damaged. All answers were had from the first; the damaged file is kept "
        f"as {aside.name}. Tell the coordinator of the study."
    )


def opened_database(path: Path, study: str, slot: str, mirror: Mirror | None) -> tuple[sqlite3.Connection, str]:
    """Open the database, or begin it; a damaged one is set aside where the mirror holds answers.

    Returns
    -------
    connection
    notice : str
        What was done, as sentences; empty for nothing.

    Raises
    ------
    DocumentError
        If it is damaged and nothing can bring the answers back, or is another's.
    """
    try:
        return open_database(path, study, slot), ""
    except DamagedFile as error:
        if mirror is None or not mirror.events:
            where = f"there are no answers in {mirror.path}" if mirror else "no second copy was named"
            raise _nothing_whole(path, where) from error
    check_whole(mirror.events)  # before anything is moved
    aside = _move_aside(path)
    return open_database(path, study, slot), (
        f"{path.name} was damaged. All answers were had from their second copy; the damaged file is kept as "
        f"{aside.name}. Tell the coordinator of the study."
    )


def _nothing_whole(path: Path, but: str) -> DamagedFile:
    return DamagedFile(
        f"{path.name} is damaged, and {but}. Delete nothing. If you have the other copy elsewhere, put it back, or "
        "name its folder with --mirror, and open the pack again. If not, send what there is to the coordinator of the "
        "study: what is whole in it can be saved."
    )


def _move_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.stem}{DAMAGED}{number}{path.suffix}")).exists():
        number += 1
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(aside.with_name(aside.name + end))
    return aside
