"""The command that says what a study would find: power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from synthscope.cli.options import Json
from synthscope.cli.output import run_with_bar, say
from synthscope.cli.study_design import Study, opened
from synthscope.errors import InputError
from synthscope.records.documents import to_json
from synthscope.records.study_ratings import Curve
from synthscope.records.study_simulation import SimulatedPanel, SimulatedRater
from synthscope.studies.analysis.primary import primary_test
from synthscope.studies.simulation.power import PowerPlan, power_job


def power(
    folder: Study,
    sensitivity: Annotated[float, typer.Option(help="d' that you want to find.")] = 1.0,
    spread: Annotated[float, typer.Option(help="Standard deviation of d' among raters.")] = 0.3,
    raters: Annotated[str, typer.Option(help="Numbers of raters, by commas.")] = "3,5,8,12",
    per_arm: Annotated[str, typer.Option(help="Numbers of images of an arm, by commas.")] = "10,20,40",
    runs: Annotated[int, typer.Option(help="Simulated studies of each size.")] = 100,
    seed: Annotated[int, typer.Option(help="Of the simulated raters.")] = 0,
    as_json: Json = False,
) -> None:
    """Say how often the study would find a difference, by its own schedule and analysis and simulated raters."""
    with opened(folder) as study:
        design = study.design
    panel = SimulatedPanel(replace(SimulatedRater(), sensitivity=sensitivity), spread)
    plan = PowerPlan(_counts(raters, "--raters"), _counts(per_arm, "--per-arm"), runs, seed)
    curves = run_with_bar(power_job(design, panel, plan, primary_test(design)))
    document = {"format": "synthscope/study-power/1", "curves": [to_json(one) for one in curves]}
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
