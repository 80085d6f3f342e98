"""Runs and models that a person deleted: put aside at once, brought back while the project is open, then removed."""

from __future__ import annotations

import shutil
from pathlib import Path

from synthscope.errors import FileError
from synthscope.io.faults import writing_faults
from synthscope.services.models import MODELS, list_models
from synthscope.services.naming import unused
from synthscope.services.project import Project
from synthscope.services.run_folder import RunFolder

ASIDE = ".deleted"
"""Folder beside the runs, and beside the models, on the same disk: putting one aside moves no bytes."""


def discard_run(project: Project, run_id: str) -> str:
    """Put a run aside: the project lists it no more. Gives the ticket that `restore_run` takes.

    Raises
    ------
    FileError
        If there is no such run, or a file of it is held by another program.
    """
    return _put_aside(project.run(run_id).path)


def restore_run(project: Project, ticket: str, run_id: str) -> RunFolder:
    """Bring back a run that was put aside, where it was.

    Raises
    ------
    FileError
        If it has been removed since, or another run has taken its place.
    """
    return RunFolder(_bring_back(project.folder / "runs", ticket, run_id, "Run"))


def discard_model(project: Project, name: str) -> str:
    """Put a model of a project aside: it is listed no more. Gives the ticket that `restore_model` takes.

    Raises
    ------
    FileError
        If there is no such model, or a file of it is held by another program.
    """
    rows = list_models(project.folder)
    folder = next((row.folder for row in rows if row.place == "project" and row.name == name), None)
    if folder is None:
        raise FileError(f"The project has no model {name!r}; it may have been deleted.")
    return _put_aside(folder)


def restore_model(project: Project, ticket: str, name: str) -> Path:
    """Bring back a model that was put aside, where it was.

    Raises
    ------
    FileError
        If it has been removed since, or another model has taken its place.
    """
    return _bring_back(project.folder / MODELS, ticket, name, "Model")


def remove_discarded(project: Project) -> None:
    """Remove from the disk what was put aside.

    Raises
    ------
    FileError
        If a file is held by another program; what is left goes the next time.
    """
    for part in ("runs", MODELS):
        aside = project.folder / part / ASIDE
        if aside.is_dir():
            with writing_faults(aside):
                shutil.rmtree(aside)


def _put_aside(path: Path) -> str:
    with writing_faults(path):
        (path.parent / ASIDE).mkdir(exist_ok=True)
        aside = unused(path.parent / ASIDE / path.name, "")
        path.rename(aside)
    return aside.name


def _bring_back(parent: Path, ticket: str, name: str, what: str) -> Path:
    aside, path = parent / ASIDE / ticket, parent / name
    if not aside.is_dir():
        raise FileError(f"{what} {name} has been removed from the disk; it cannot be brought back.")
    if path.exists():
        raise FileError(f"Another {what.lower()} {name} is in its place; delete that one first.")
    with writing_faults(path):
        aside.rename(path)
    return path
