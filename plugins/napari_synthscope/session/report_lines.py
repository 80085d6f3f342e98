"""The reports of a project as a list shows them: what was judged against what, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from napari_synthscope.session.comparison_desk import ComparisonLine
from synthscope.errors import SynthscopeError
from synthscope.io.documents import read_document
from synthscope.records.evaluation import EVALUATION_FORMAT, VERSION, EvaluationRecipe

RECIPE, REPORT = "evaluation.json", "report.json"


def list_reports(folder: Path) -> tuple[ComparisonLine, ...]:
    """List the reports in a folder, newest first; the reports themselves are not read."""
    found = sorted(folder.glob(f"*/{RECIPE}"), reverse=True)
    return tuple(_line(path.parent) for path in found)


def recipe_title(recipe: EvaluationRecipe) -> str:
    """Say what is judged against what: ``Quilting, Prior against rock``."""
    return f"{', '.join(one.name for one in recipe.generated)} against {recipe.real.name}"


def _line(folder: Path) -> ComparisonLine:
    try:
        recipe = read_document(folder / RECIPE, EvaluationRecipe, format=EVALUATION_FORMAT, version=VERSION)
    except SynthscopeError as error:
        return ComparisonLine(folder, folder.name, time_of(folder.name), problem=error.sentence)
    whole = (folder / REPORT).is_file()
    return ComparisonLine(folder, recipe_title(recipe), time_of(folder.name), has_table=whole, complete=whole)


def time_of(name: str) -> str:
    """Give the local time that is in a folder's name; empty where there is none."""
    try:
        moment = datetime.strptime(name[:15], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return ""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
