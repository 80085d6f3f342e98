"""What is done to a study at its server, off the window's thread; a password goes no further than the connection."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from napari_synthscope.studying.acts import Verb, import_words
from napari_synthscope.studying.server_step import Login

if TYPE_CHECKING:
    from synthscope.services.studies.study_file import StudyFile
    from synthscope.studies.central.address import Address


def install(login: Login, passwords: Path) -> Verb:
    """Set the study up; gives what came of it, in words."""

    def verb(study: StudyFile) -> str:
        from synthscope.services.studies.serving import install_study

        logins = install_study(study, _address(login), passwords)
        new = sum(bool(one.line) for one in logins)
        there = len(logins) - new
        words = [f"{new} logins are new; their passwords are in {passwords}." if new else "No login is new."]
        words += [f"{there} were there already." if new and there else ""]
        return " ".join(word for word in words if word)

    return verb


def look(login: Login) -> Verb:
    """Ask what came; gives it in words."""

    def verb(study: StudyFile) -> str:
        from synthscope.services.studies.serving import look_at_server

        found = look_at_server(study, _address(login))
        lines = [one.sentence for one in found] + [one.flag for one in found if one.flag]
        return "\n".join(lines) or "Nothing has come to the server yet."

    return verb


def take(login: Login, by: str) -> Verb:
    """Take in what came; gives what is new, in words."""

    def verb(study: StudyFile) -> str:
        from synthscope.services.studies.serving import import_from

        return import_words(import_from(study, _address(login), by))

    return verb


def free(login: Login, slot: str) -> Verb:
    """Free the place of a rater; says so."""

    def verb(study: StudyFile) -> str:
        from synthscope.services.studies.serving import free_place

        free_place(study, _address(login), slot)
        return f"{slot} may go on at another computer now."

    return verb


def erase(login: Login | None, rater: str, by: str, reason: str, demanded: bool) -> Verb:
    """Erase a rater in the study, and at its server where it has one; says what came of it."""

    def verb(study: StudyFile) -> str:
        from synthscope.services.studies.erasing import erase_rater, erasure_words, packs_beside

        where = None if login is None else _address(login)
        found = erase_rater(study, rater, by, reason, demanded=demanded, where=where)
        return erasure_words(found, packs_beside(study, found))

    return verb


def _address(login: Login) -> Address:
    from synthscope.studies.central.address import address_of

    return address_of(login.url, login.password)
