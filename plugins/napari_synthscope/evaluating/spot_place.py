"""Where a judged field was cut from: which image, which slice, which rows and columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.regions import block_axes
from synthscope.records.evaluation import EvaluationRecipe, ImageSet, Spot
from synthscope.records.image import Image
from synthscope.records.request import Input
from synthscope.records.space import Space
from synthscope.services.evaluation.evaluating import read_evaluation


def source_of(recipe: EvaluationRecipe, spot: Spot) -> Input:
    """Find the image that a field was cut from.

    Raises
    ------
    InputError
        If it was made for the evaluation alone.
    """
    sets: list[ImageSet] = [recipe.real, *recipe.generated, *([recipe.training] if recipe.training else [])]
    found = next((one for one in sets if one.name == spot.subject), None)
    if found is None or not 0 <= spot.image < len(found.images):
        raise InputError(f"A field of {spot.subject!r} was made for this report alone; there is no image to open.")
    return found.images[spot.image]


def start_of(axes: str, spot: Spot) -> tuple[int, ...]:
    """Give where a field begins in an image of those axes."""
    place = {"y": spot.start[1], "x": spot.start[2]} | _steps(axes, spot)
    return tuple(place.get(axis, 0) for axis in axes)


def middle_of(image: Image, spot: Spot) -> np.ndarray:
    """Read the middle slice of a field: (Y, X, channels)."""
    steps = _steps(image.space.axes, spot)
    bounds = {"y": slice(spot.start[1], spot.stop[1]), "x": slice(spot.start[2], spot.stop[2])}
    index = tuple(
        bounds[a] if a in bounds else steps[a] if a in steps else slice(None) if a in "cs" else 0
        for a in image.space.axes
    )
    left = [a for a in image.space.axes if a in "cysx"]
    plane = np.asarray(image.pixels[index])
    order = [left.index("y"), left.index("x"), *(i for i, a in enumerate(left) if a in "cs")]
    plane = plane.transpose(order)
    return plane if plane.ndim > 2 else plane[..., None]


def place_words(spot: Spot) -> str:
    """Say where a field lies in its image: ``time point 3, slice 12, row 0, column 256``, as far as there is more."""
    place = f"row {spot.start[1]}, column {spot.start[2]}"
    place = f"slice {middle_slice(spot)}, {place}" if spot.stop[0] > 1 else place
    return f"time point {spot.moment}, {place}" if spot.moment else place


def _steps(axes: str, spot: Spot) -> dict[str, int]:
    """Give the slice and, of a series of stacks, the time point."""
    depth = depth_axis(axes)
    return ({"t": spot.moment} if "t" in axes else {}) | ({depth: middle_slice(spot)} if depth else {})


def recipe_of(folder: Path) -> EvaluationRecipe:
    """Read the recipe of a report as it lies in the project: the report's own names no file."""
    return read_evaluation(folder)


def depth_axis(axes: str) -> str:
    """Give the axis that is the depth of a block: z, or else t; empty for none."""
    return block_axes(Space(axes)).partition("y")[0]


def middle_slice(spot: Spot) -> int:
    """Give the middle slice of a field."""
    return (spot.start[0] + spot.stop[0] - 1) // 2
