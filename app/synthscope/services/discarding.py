"""Runs that a person deleted: put aside at once, brought back while the project is open, then removed."""

from __future__ import annotations

import shutil

from synthscope.errors import FileError
from synthscope.io.faults import writing_faults
from synthscope.services.naming import unused
from synthscope.services.project import Project
from synthscope.services.run_folder import RunFolder

ASIDE = ".deleted"
"""Folder beside the runs, on the same disk: putting a run aside moves no bytes."""


def discard_run(project: Project, run_id: str) -> str:
    """Put a run aside: the project lists it no more. Gives the ticket that `restore_run` takes.

    Raises
    ------
    FileError
        If there is no such run, or a file of it is held by another program.
    """
    path = project.run(run_id).path
    with writing_faults(path):
        (path.parent / ASIDE).mkdir(exist_ok=True)
        aside = unused(path.parent / ASIDE / path.name, "")
        path.rename(aside)
    return aside.name


def restore_run(project: Project, ticket: str, run_id: str) -> RunFolder:
    """Bring back a run that was put aside, where it was.

    Raises
    ------
    FileError
        If it has been removed since, or another run has taken its place.
    """
    runs = project.folder / "runs"
    aside, path = runs / ASIDE / ticket, runs / run_id
    if not aside.is_dir():
        raise FileError(f"Run {run_id} has been removed from the disk; it cannot be brought back.")
    if path.exists():
        raise FileError(f"Another run {run_id} is in its place; delete that one first.")
    with writing_faults(path):
        aside.rename(path)
    return RunFolder(path)


def remove_discarded(project: Project) -> None:
    """Remove from the disk what was put aside.

    Raises
    ------
    FileError
        If a file is held by another program; what is left goes the next time.
    """
    aside = project.folder / "runs" / ASIDE
    if aside.is_dir():
        with writing_faults(aside):
            shutil.rmtree(aside)
