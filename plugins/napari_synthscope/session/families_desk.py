"""The comparisons of families of a session: begun from a recipe, and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from napari_synthscope.session.comparison_desk import ComparisonDesk, ComparisonKind, ComparisonLine
from napari_synthscope.session.report_lines import time_of
from napari_synthscope.session.run_desk import as_seen
from synthscope.errors import SynthscopeError
from synthscope.imaging.regions import whole
from synthscope.records.families import FamiliesRecipe, FamiliesResult
from synthscope.records.image import Image

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

KIND = "families"
FAMILIES = "families"
RECIPE, RESULT = "comparison.json", "families.json"


class FamiliesDesk(ComparisonDesk):
    """Begins comparisons of families."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, ComparisonKind(KIND, FAMILIES, list_comparisons, _result))

    def begin(self, recipe: FamiliesRecipe, images: Sequence[Image]) -> None:
        """Write a comparison down and have it done; `began` follows, or `failed`.

        Voxels that no file holds as they are seen are kept in the project, on another thread.
        """
        session = self._session
        project = session.project
        self.listen()

        def write() -> Path:
            from synthscope.services.families.beginning import begin_families

            seen = [as_seen(image, whole(image.shape)) for image in images]
            inputs = tuple(project.add_source(image) for image in seen)
            whole_recipe = replace(recipe, images=inputs)
            return self._begun(project.folder, recipe, lambda folder: begin_families(folder, whole_recipe, seen))

        session.errands.run(write, lambda folder: self._add(folder, title_of(recipe)), self.failed.emit)


def list_comparisons(folder: Path) -> tuple[ComparisonLine, ...]:
    """List the comparisons in a folder, newest first."""
    return tuple(_line(path.parent) for path in sorted(folder.glob(f"*/{RECIPE}"), reverse=True))


def title_of(recipe: FamiliesRecipe) -> str:
    """Say what is compared: ``Compare prior, quilt``."""
    return f"Compare {', '.join(one.generator for one in recipe.contenders)}"


def _result(folder: Path) -> FamiliesResult:
    from synthscope.services.families.beginning import read_result

    return read_result(folder)


def _line(folder: Path) -> ComparisonLine:
    from synthscope.services.families.beginning import read_families, read_result

    made = time_of(folder.name)
    has_table = (folder / RESULT).is_file()
    try:
        recipe = read_families(folder)
        complete = has_table and read_result(folder).complete
    except SynthscopeError as error:
        return ComparisonLine(folder, folder.name, made, problem=error.sentence)
    images = ", ".join(image.name for image in recipe.images)
    return ComparisonLine(folder, f"{title_of(recipe)} on {images}", made, has_table, complete)
