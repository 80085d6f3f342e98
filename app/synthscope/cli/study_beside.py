"""The command that sets metrics beside the ratings of a study."""

from __future__ import annotations

from typing import Annotated

import typer

from synthscope.cli.options import Device, Json
from synthscope.cli.output import run_with_bar, say
from synthscope.cli.study_design import Study, opened
from synthscope.records.documents import to_json
from synthscope.records.study_beside import BesideMetrics
from synthscope.services.studies.beside_study import BesideAsked, beside_study_job, told_rows
from synthscope.worker import implement


def beside(
    folder: Study,
    metric: Annotated[list[str] | None, typer.Option(help="Only these metrics, such as intensity:noise.")] = None,
    encoder: Annotated[list[str] | None, typer.Option(help="Encoders that sets of pictures are compared by.")] = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Set metrics of the very pictures beside the ratings of an unblinded study; the report then shows both."""
    asked = BesideAsked(tuple(metric or ()), tuple(encoder or BesideAsked.encoders), device)
    with opened(folder) as study:
        found = run_with_bar(beside_study_job(study, implement, asked))
    say({"format": "synthscope/study-beside/1", "beside": to_json(found)}, in_words(found), as_json=as_json)


def in_words(found: BesideMetrics) -> str:
    """Give what matters most of a comparison as lines, then everything that must be minded."""
    lines = [
        f"{row.title}{f' ({row.subject})' if row.subject else ''}: {row.value:.3f}  {row.low:.3f} to {row.high:.3f}"
        for _, row in told_rows(found)
    ]
    return "\n".join([*lines, *found.warnings])
