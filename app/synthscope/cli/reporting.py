"""The command that shows a finished report card again, in another format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.options import IdleDevice, IdleSeed, Json
from synthscope.cli.output import say
from synthscope.services.reporting.document import read_report
from synthscope.services.reporting.writing import write_report


def report(
    folder: Annotated[Path, typer.Argument(help="Folder of a report card, or its report.json.")],
    out: Annotated[Path, typer.Option(help="File to write, ending in .html, .pdf, .csv, .json, .md or .tex.")],
    device: IdleDevice = "auto",  # noqa: ARG001 - every command takes it
    seed: IdleSeed = 0,  # noqa: ARG001 - every command takes it
    as_json: Json = False,
) -> None:
    """Write a finished report card as a page or a table; nothing is measured again."""
    found = read_report(folder.expanduser())
    beside = folder.expanduser() if folder.expanduser().is_dir() else folder.expanduser().parent
    path = write_report(found, beside, out.expanduser())
    document = {
        "format": "synthscope/report-written/1", "report": str(path), "scores": len(found.scores),
        "warnings": found.warnings,
    }  # fmt: skip
    say(document, "\n".join([str(path), *found.warnings]), as_json=as_json)
