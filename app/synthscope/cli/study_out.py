"""What leaves a study: report, publish, verify, export; and power, before there is anything to leave."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from synthscope.cli.options import Json
from synthscope.cli.output import run_with_bar, say
from synthscope.cli.study_design import ArmSpread, By, CaseSpread, Study, opened
from synthscope.errors import InputError
from synthscope.io.faults import writing_faults
from synthscope.records.documents import to_json
from synthscope.records.study_ratings import Curve
from synthscope.records.study_simulation import ARM_SPREAD, CASE_SPREAD
from synthscope.services.studies.collecting import answers_of
from synthscope.services.studies.exporting import write_exports
from synthscope.services.studies.powering import PowerAsked, asked_power_job
from synthscope.services.studies.publication import analysis_digest, read_publication
from synthscope.services.studies.publishing import CHECKSUMS, publish_study
from synthscope.services.studies.reporting.writing import report_of_publication, report_study, write_study_report
from synthscope.services.studies.verifying import reanalyse, verify_pack
from synthscope.studies.simulation.power import PowerPlan
from synthscope.worker import implement


def report(
    folder: Annotated[Path, typer.Argument(help="Folder of the study, or of a publication pack.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File for the report: .html, .pdf, .md or .csv.")],
    as_json: Json = False,
) -> None:
    """Write the report of a study that was analysed, blind or unblinded."""
    if (folder / CHECKSUMS).is_file():
        path, state = write_study_report(report_of_publication(read_publication(folder)), out), "published"
    else:
        with opened(folder) as study:
            path, state = report_study(study, out, implement), str(study.state)
    document = {"format": "synthscope/study-report/1", "report": str(path), "state": state}
    say(document, f"The report: {path}", as_json=as_json)


def publish(
    folder: Study,
    out: Annotated[Path, typer.Option("--out", "-o", help="New folder for the publication pack.")],
    by: By,
    as_json: Json = False,
) -> None:
    """Write the publication pack: tables, events, schedule, hashes, analysis; blinded before unblinding."""
    with opened(folder) as study:
        path = publish_study(study, out, by)
        state = study.state
    words = f"The publication pack: {path}\nAnybody can check it with: synthscope study verify {path}"
    say({"format": "synthscope/study-publication/1", "folder": str(path), "state": state}, words, as_json=as_json)


def verify(
    folder: Annotated[Path, typer.Argument(help="Folder of a publication pack.")],
    ratepack: Annotated[Path | None, typer.Option(help="A rater pack, or the folder of all of them.")] = None,
    as_json: Json = False,
) -> None:
    """Check a publication pack, and analyse it again from its events alone: the same numbers must come out."""
    found = verify_pack(folder, ratepack)
    if not found.holds:
        raise InputError(f"{folder} is not as it was published. {' '.join(found.problems)}")
    reanalyse(folder)
    again = analysis_digest(read_publication(folder).analysis)
    words = [f"Everything holds; analysed again, the same numbers: {again}", *found.notes]
    say({"format": "synthscope/study-verification/1", "analysis_sha256": again}, "\n".join(words), as_json=as_json)


def export(
    folder: Study,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables.")],
    as_json: Json = False,
) -> None:
    """Write the answers as other programs read them: iMRMC, choix, arena, SUREAL, whichever fit the paradigm."""
    with writing_faults(out):
        out.mkdir(parents=True, exist_ok=True)
    with opened(folder) as study:
        paths = write_exports(answers_of(study), out)
    names = [path.name for path in paths]
    say({"format": "synthscope/study-export/1", "files": names}, "\n".join(map(str, paths)), as_json=as_json)


def power(
    folder: Study,
    sensitivity: Annotated[float, typer.Option(help="d' that you want to find; 1 is right in 76 % of pairs.")] = 1.0,
    spread: Annotated[float, typer.Option(help="Standard deviation of d' among raters.")] = 0.3,
    arm_spread: ArmSpread = ARM_SPREAD,
    case_spread: CaseSpread = CASE_SPREAD,
    raters: Annotated[str, typer.Option(help="Numbers of raters, by commas.")] = "3,5,8,12",
    per_arm: Annotated[str, typer.Option(help="Numbers of images of an arm, by commas.")] = "10,20,40",
    runs: Annotated[int, typer.Option(help="Simulated studies of each size.")] = 100,
    seed: Annotated[int, typer.Option(help="Of the simulated raters.")] = 0,
    as_json: Json = False,
) -> None:
    """Say how often the study would find a difference, by its own schedule and analysis and simulated raters."""
    with opened(folder) as study:
        design = study.design
    plan = PowerPlan(_counts(raters, "--raters"), _counts(per_arm, "--per-arm"), runs, seed)
    asked = PowerAsked(sensitivity, spread, plan, arm_spread, case_spread)
    curves = run_with_bar(asked_power_job(design, asked))
    document = {
        "format": "synthscope/study-power/1", "asked": to_json(asked), "curves": [to_json(one) for one in curves],
    }  # fmt: skip
    say(document, power_words(curves), as_json=as_json)


def power_words(curves: Sequence[Curve]) -> str:
    """Give power as a table: raters across, images of an arm down."""
    raters = curves[0].x
    lines = ["".join(["images of an arm".ljust(24), *(f"{f'{count:.0f} raters':>18}" for count in raters)])]
    for curve in curves:
        cells = (
            f"{value:.0%} ({low:.0%}-{high:.0%})" if value == value else "-"
            for value, low, high in zip(curve.y, curve.low, curve.high, strict=True)
        )
        lines.append("".join([curve.subject.ljust(24), *(f"{cell:>18}" for cell in cells)]))
    return "\n".join(lines)


def _counts(text: str, option: str) -> tuple[int, ...]:
    words = text.split(",")
    if not all(word.strip().isdigit() for word in words):
        raise InputError(f"{option} is {text!r}; give whole numbers by commas, such as 3,5,8.")
    return tuple(int(word) for word in words)
