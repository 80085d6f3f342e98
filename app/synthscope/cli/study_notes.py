"""The command that sums up what was noted with open eyes: blinding grade 0, apart from every study."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.options import Json
from synthscope.cli.output import say
from synthscope.errors import InputError
from synthscope.records.documents import to_json
from synthscope.services.notes import read_notes
from synthscope.services.run_folder import RunFolder
from synthscope.services.studies.open_label import HEADING, WARNING, open_label_estimates


def notes(
    project: Annotated[Path, typer.Argument(help="Folder of a project whose candidates were noted in Compare.")],
    as_json: Json = False,
) -> None:
    """Sum up the notes of the Compare panel by generator: open label, never among blinded ratings."""
    found = read_notes(project)
    if not found:
        raise InputError(f"{project} holds no notes; write some in the Compare panel, or choose another project.")
    runs = [RunFolder(path.parent) for path in sorted((project / "runs").glob("*/recipe.json"))]
    arms = {one.id: run.recipe().generator for run in runs for one in run.candidates()}
    rows = open_label_estimates(found, arms)
    lines = [
        f"{row.title}{f' ({row.subject})' if row.subject else ''}: {row.value:.2f}, {row.n} candidates"
        for row in rows
        if not math.isnan(row.value)
    ]
    document = {"format": "synthscope/study-notes/1", "grade": "0", "estimates": [to_json(row) for row in rows]}
    say(document, "\n".join([HEADING, *lines, WARNING]), as_json=as_json)
