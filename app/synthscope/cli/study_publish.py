"""The commands that bring a study to its readers: report, publish, export, check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.options import Json
from synthscope.cli.output import say
from synthscope.cli.study_design import By, Study, opened
from synthscope.errors import WorkError
from synthscope.services.studies.collecting import answers_of
from synthscope.services.studies.exporting import write_exports
from synthscope.services.studies.publication import analysis_digest, read_publication
from synthscope.services.studies.publishing import CHECKSUMS, publish_study
from synthscope.services.studies.reporting.writing import report_of_publication, report_study, write_study_report
from synthscope.services.studies.verifying import reanalyse, verify_pack

Pack = Annotated[Path, typer.Argument(help="Folder of the publication pack.")]


def report(
    folder: Annotated[Path, typer.Argument(help="Folder of the study, or of a publication pack.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File, ending in .html, .md or .csv.")],
    as_json: Json = False,
) -> None:
    """Write the report of an analysed study; blind before it is unblinded."""
    if (folder / CHECKSUMS).is_file():
        written = write_study_report(report_of_publication(read_publication(folder)), out)
    else:
        with opened(folder) as study:
            written = report_study(study, out)
    say({"format": "synthscope/study-report/1", "report": str(written)}, f"Written: {written}", as_json=as_json)


def publish(
    folder: Study,
    out: Annotated[Path, typer.Option("--out", "-o", help="New folder for the publication pack.")],
    by: By,
    as_json: Json = False,
) -> None:
    """Write the publication pack: blinded after the blind analysis, with the key once it is opened."""
    with opened(folder) as study:
        written = publish_study(study, out, by)
        state = study.state
    words = f"Written: {written}\nAnybody can check it: synthscope study check {written.name} --again"
    say({"format": "synthscope/study-publication/1", "pack": str(written), "state": state}, words, as_json=as_json)


def export(
    folder: Study,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the files.")],
    as_json: Json = False,
) -> None:
    """Write the answers for other programs: iMRMC, choix, arena and SUREAL tables, as far as they can hold them."""
    out.mkdir(parents=True, exist_ok=True)
    with opened(folder) as study:
        written = [path.name for path in write_exports(answers_of(study), out)]
    say({"format": "synthscope/study-export/1", "files": written}, f"Written: {', '.join(written)}", as_json=as_json)


def check(
    folder: Pack,
    again: Annotated[bool, typer.Option("--again", help="Analyse the answers again and compare.")] = False,
    ratepack: Annotated[Path | None, typer.Option(help="The rater pack, to check its pictures.")] = None,
    as_json: Json = False,
) -> None:
    """Check a publication pack: files, chains of events, tables, what was frozen, and the key."""
    found = verify_pack(folder, ratepack)
    digest = analysis_digest(reanalyse(folder)) if again and found.holds else ""
    document = {
        "format": "synthscope/study-check/1", "holds": found.holds, "problems": found.problems, "notes": found.notes,
        "analysis_sha256": digest,
    }  # fmt: skip
    lines = ["The pack is as it was written." if found.holds else "", *found.problems, *found.notes]
    lines += [f"Analysed again, with the hash that was published: {digest}"] if digest else []
    say(document, "\n".join(filter(None, lines)), as_json=as_json)
    if not found.holds:
        raise WorkError(f"{folder.name} is not as it was written: {len(found.problems)} problems were found.")
