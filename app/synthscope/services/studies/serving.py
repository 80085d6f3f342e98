"""A frozen study at a PostgreSQL server: set up for its raters, their answers taken in, a place freed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from synthscope.errors import FileError, InputError
from synthscope.io.documents import read_document, write_document
from synthscope.io.faults import writing_faults
from synthscope.records.study_pack import PackManifest
from synthscope.services.studies.collecting import Imported, add_answers
from synthscope.services.studies.study_file import StudyFile

if TYPE_CHECKING:
    from synthscope.studies.central.address import Address
    from synthscope.studies.central.fetching import SlotAtServer
    from synthscope.studies.central.installing import RaterLogin

DOCUMENT = "server.json"
"""Name in the folder of a study."""


@dataclass(frozen=True)
class KnownServer:
    """Where a study was set up; never a password.

    Parameters
    ----------
    url : str
        Address with the login of the designer.
    logins : mapping
        From a slot to the login that its rater sends by.
    """

    url: str
    logins: dict[str, str]
    format: str = "synthscope/study-server"
    version: int = 1


def install_study(
    study: StudyFile, where: Address | str, passwords: Path, renew: Sequence[str] = ()
) -> tuple[RaterLogin, ...]:
    """Set a frozen study up on a server, with a login for each rater.

    Parameters
    ----------
    where : Address or str
        ``postgresql://LOGIN@HOST/DATABASE``; the login may create roles there.
    passwords : Path
        New file for the passwords of the raters that are new, one line each; nobody but its owner may read it.
    renew : sequence of str
        Raters whose login shall have a new password.

    Returns
    -------
    tuple of RaterLogin
        One for each rater; those that were there already have an empty `line`.

    Raises
    ------
    InputError
        If the study is not frozen, or `passwords` lies within it.
    FileError
        If `passwords` is there already.
    Unavailable
        If the server cannot be reached.
    """
    from synthscope.studies.central.installing import install

    check_place(passwords, study.folder)
    if not study.holds("manifest"):
        raise InputError(f"The study is {study.state}; freeze it before it is set up on a server.")
    manifest = study.get("manifest", PackManifest)
    _touch(passwords)  # before the server draws passwords that could not be kept
    try:
        logins = install(where, manifest, tuple(renew))
        _fill(passwords, [one.line for one in logins if one.line])
    except BaseException:
        passwords.unlink(missing_ok=True)
        raise
    write_document(study.folder / DOCUMENT, KnownServer(_bare(where), {one.slot: one.login for one in logins}))
    return logins


def import_from(study: StudyFile, where: Address | str, by: str) -> Imported:
    """Take in all events that a server has of a study."""
    from synthscope.studies.central.fetching import fetch_events, slots_at

    name = study.get("manifest", PackManifest).study
    events = fetch_events(where, name)
    if not events:
        return Imported(0, (), ("Nothing has come to the server yet.",))
    found = add_answers(study, events, by)
    flags = tuple(slot.flag for slot in slots_at(where, name) if slot.flag)
    return Imported(**{**asdict(found), "notes": (*found.notes, *flags)})


def look_at_server(study: StudyFile, where: Address | str) -> tuple[SlotAtServer, ...]:
    """Tell what came to the server of each rater who has begun."""
    from synthscope.studies.central.fetching import slots_at

    return slots_at(where, study.get("manifest", PackManifest).study)


def free_place(study: StudyFile, where: Address | str, slot: str) -> None:
    """End the hold of a device on a rater's place, so that another device may take it over at once.

    Raises
    ------
    InputError
        If the study has no such rater.
    """
    from synthscope.studies.central.fetching import free_slot

    manifest = study.get("manifest", PackManifest)
    if manifest.slot(slot) is None:
        known = ", ".join(one.id for one in manifest.slots)
        raise InputError(f"The study has no rater {slot!r}; it has {known}.")
    free_slot(where, manifest.study, slot)


def read_server(folder: Path) -> KnownServer | None:
    """Read where a study was set up; None for nowhere."""
    return read_document(folder / DOCUMENT, KnownServer) if (folder / DOCUMENT).is_file() else None


def check_place(passwords: Path, folder: Path) -> None:
    """Refuse a file of passwords that is there already, or that would be handed on with the study.

    Raises
    ------
    FileError, InputError
    """
    if passwords.exists():
        raise FileError(f"{passwords} is there already; name a new file.")
    if folder.resolve() in passwords.resolve().parents:
        raise InputError(f"{passwords} lies within the study, which is handed on; keep passwords elsewhere.")


def _touch(passwords: Path) -> None:
    with writing_faults(passwords):
        os.close(os.open(passwords, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _fill(passwords: Path, lines: Sequence[str]) -> None:
    if not lines:
        passwords.unlink()
        return
    with writing_faults(passwords), passwords.open("w", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))


def _bare(where: Address | str) -> str:
    from synthscope.studies.central.address import address_of

    return (address_of(where) if isinstance(where, str) else where).url
