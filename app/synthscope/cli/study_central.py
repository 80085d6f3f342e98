"""The commands of a study whose raters sit at several computers: install."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.options import Json
from synthscope.cli.output import say
from synthscope.cli.study_design import Study, opened
from synthscope.errors import FileError, InputError
from synthscope.io.faults import writing_faults
from synthscope.records.study_pack import PackManifest
from synthscope.services.studies.collecting import Imported, add_answers
from synthscope.services.studies.study_file import StudyFile

Renewed = Annotated[list[str], typer.Option(help="A rater whose password is lost; may be given again.")]


def install(
    folder: Study,
    to: Annotated[str, typer.Option("--to", help="postgresql://LOGIN@HOST/DATABASE, without a password.")],
    passwords: Annotated[Path, typer.Option(help="New file for the passwords of the raters, outside of the study.")],
    renew: Renewed = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Set a frozen study up on a PostgreSQL server, with a login for each rater."""
    from synthscope.studies.central.installing import install as set_up

    _check_place(passwords, folder)
    with opened(folder) as study:
        if not study.holds("manifest"):
            raise InputError(f"The study is {study.state}; freeze it before it is set up on a server.")
        manifest = study.get("manifest", PackManifest)
    logins = set_up(to, manifest, tuple(renew))
    told = [one for one in logins if one.line]
    _write(passwords, [one.line for one in told])
    words = [f"{one.slot}: {one.login}{', new password' if one.line else ''}" for one in logins]
    words += [f"Hand each rater the own line of {passwords}, then delete that file."] if told else []
    document = {
        "format": "synthscope/study-install/1", "study": manifest.study, "passwords": str(passwords) if told else None,
        "raters": [{"slot": one.slot, "login": one.login, "new": bool(one.line)} for one in logins],
    }  # fmt: skip
    say(document, "\n".join(words), as_json=as_json)


def import_from(study: StudyFile, url: str, by: str) -> Imported:
    """Take in all events that a server has of a study."""
    from synthscope.studies.central.fetching import fetch_events, slots_at

    name = study.get("manifest", PackManifest).study
    events = fetch_events(url, name)
    if not events:
        return Imported(0, (), ("Nothing has come to the server yet.",))
    found = add_answers(study, events, by)
    flags = tuple(slot.flag for slot in slots_at(url, name) if slot.flag)
    return Imported(**{**asdict(found), "notes": (*found.notes, *flags)})


def _check_place(passwords: Path, folder: Path) -> None:
    if passwords.exists():
        raise FileError(f"{passwords} is there already; name a new file.")
    if folder.resolve() in passwords.resolve().parents:
        raise InputError(f"{passwords} lies within the study, which is handed on; keep passwords elsewhere.")


def _write(path: Path, lines: Sequence[str]) -> None:
    if lines:
        with writing_faults(path):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write("".join(line + "\n" for line in lines))
