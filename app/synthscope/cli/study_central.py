"""The commands of a study whose raters sit at several computers: install, free."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.options import Json
from synthscope.cli.output import say
from synthscope.cli.study_design import Study, opened
from synthscope.records.study_pack import PackManifest
from synthscope.services.studies.serving import free_place, install_study

ADDRESS = "postgresql://LOGIN@HOST/DATABASE, without a password."
Renewed = Annotated[list[str], typer.Option(help="A rater whose password is lost; may be given again.")]


def install(
    folder: Study,
    to: Annotated[str, typer.Option("--to", help=ADDRESS)],
    passwords: Annotated[Path, typer.Option(help="New file for the passwords of the raters, outside of the study.")],
    renew: Renewed = [],  # noqa: B006
    as_json: Json = False,
) -> None:
    """Set a frozen study up on a PostgreSQL server, with a login for each rater."""
    with opened(folder) as study:
        logins = install_study(study, to, passwords, renew)
        name = study.get("manifest", PackManifest).study
    told = any(one.line for one in logins)
    words = [f"{one.slot}: {one.login}{', new password' if one.line else ''}" for one in logins]
    words += [f"Hand each rater the own line of {passwords}, then delete that file."] if told else []
    document = {
        "format": "synthscope/study-install/1", "study": name, "passwords": str(passwords) if told else None,
        "raters": [{"slot": one.slot, "login": one.login, "new": bool(one.line)} for one in logins],
    }  # fmt: skip
    say(document, "\n".join(words), as_json=as_json)


def free(
    folder: Study,
    rater: Annotated[str, typer.Argument(help="The rater's place, such as rater-001.")],
    at: Annotated[str, typer.Option("--at", help=ADDRESS)],
    as_json: Json = False,
) -> None:
    """Let a rater go on at another computer at once: end the hold of the one that is lost on the rater's place."""
    with opened(folder) as study:
        free_place(study, at, rater)
    words = f"{rater} may go on at another computer now. Answers that wait at the first one still count when they come."
    say({"format": "synthscope/study-free/1", "rater": rater}, words, as_json=as_json)
