"""A blinded study of a line-up: its windows as arms, with cases, named by nothing that a rater could read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from synthscope.errors import InputError
from synthscope.imaging.fields import MANY
from synthscope.records.evaluation import ImageSet
from synthscope.records.lineup import LineupResult, LineupRow
from synthscope.records.request import Input
from synthscope.records.study import Arm, StudyDesign
from synthscope.services.lineup.beginning import read_result
from synthscope.services.lineup.contenders import REAL
from synthscope.services.lineup.windows import INTACT, inputs_of, study_sets
from synthscope.services.sources import within

TITLE = "Real or synthetic?"
"""What raters read above all; it names neither image nor generator."""
ONE_PLACE = (
    "All candidates lie at one place of one image: a rater who has seen its surroundings twice knows them. Line up "
    "several images for a study that can be trusted."
)


def study_design(folder: Path, names: Collection[str], project: Path | None = None) -> StudyDesign:
    """Draft a study of some contenders and of real windows.

    Windows at one place are one case: a rater never sees two of them in a row, and they are resampled together. Real
    ones are cases of their own, or of their image where there are at least `synthscope.imaging.fields.MANY`. Where what
    the masks hid was intact, it stands among the real ones at the same places: surroundings that come again then tell
    nothing.

    Parameters
    ----------
    names : collection of str
        Of the contenders.
    project : Path, optional
        Files within it are named by their place there: it may be moved.

    Returns
    -------
    StudyDesign
        Real or synthetic, without a word in it that raters read and that names a generator.

    Raises
    ------
    InputError
        If a contender is unknown or has no candidate, none is named, or there is no real window.
    FileError, DocumentError
        If the folder holds no table of a line-up, or a window is gone.
    """
    result = read_result(folder)
    real, made = study_sets(folder)
    by_name = {one.name: one for one in made}
    lacking = next((name for name in names if name not in by_name), None)
    if lacking is not None or not names:
        known = ", ".join(by_name)
        wanted = "No generator is chosen" if lacking is None else f"The line-up has no candidate of {lacking!r}"
        raise InputError(f"{wanted}; choose some of {known}.")
    rows = [row for row in result.rows if row.contender.name in names]
    arms = (_real(folder, real, result), *(_made(by_name[row.contender.name], row) for row in rows))
    return StudyDesign(
        TITLE, "real-or-synthetic", tuple(_within(arm, project) for arm in arms), domain=result.recipe.domain
    )


def remark_on(design: StudyDesign) -> str:
    """Say what raters could tell candidates by, whatever a leak gate finds; empty where it is nothing."""
    places = {case for arm in design.arms if not arm.is_real for case in arm.cases}
    return ONE_PLACE if len(places) == 1 else ""


def _real(folder: Path, real: ImageSet, result: LineupResult) -> Arm:
    """Put real windows together: those clear of the masks, and those that the masks hid, where they were kept."""
    names = sorted(path.relative_to(folder).as_posix() for path in (folder / INTACT).glob("*.ome.tif"))
    cases = [*_cases(real.images, result), *(_place(number) for number in range(len(names)))]
    return Arm(REAL, True, (*real.images, *inputs_of(folder, names)), tuple(cases))


def _cases(windows: Sequence[Input], result: LineupResult) -> list[str]:
    images = result.real_of
    if len(result.recipe.subjects) < MANY or len(images) != len(windows):
        return [f"part {number + 1} of what is real" for number in range(len(windows))]
    return [_place(image) for image in images]


def _made(one: ImageSet, row: LineupRow) -> Arm:
    cases = tuple(_place(shot.image) for shot in row.shots for _ in shot.windows)
    return Arm(one.name, False, one.images, cases, one.generator)


def _place(image: int) -> str:
    return f"source {image + 1}"


def _within(arm: Arm, project: Path | None) -> Arm:
    return replace(arm, images=tuple(within(one, project) for one in arm.images))
