"""Small sets of images in files, and an evaluation of them run in place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tests.metrics.grainy import grains

from synthscope.generators.registry import resolve
from synthscope.io.opening import open_image
from synthscope.io.writing import write_image
from synthscope.jobs.drain import drain
from synthscope.metrics.registry import resolve as implement
from synthscope.records.evaluation import EvaluationRecipe, ImageSet, Report
from synthscope.records.image import Image
from synthscope.records.space import Space
from synthscope.services.evaluation.evaluating import Means, begin_evaluation, evaluate_job
from synthscope.services.evaluation.gathering import gather
from synthscope.services.reporting.document import read_report


def written(folder: Path, name: str, pixels: Sequence[np.ndarray], axes: str = "yx") -> ImageSet:
    """Write images of a set and open them as one."""
    place = folder / name
    place.mkdir()
    for i, one in enumerate(pixels):
        image = Image(np.ascontiguousarray(one), Space(axes, (2.0,) * len(axes), "µm"), f"{name}{i}")
        write_image(place / f"{name}-{chr(97 + i)}.tif", image)
    return gather([place], name, open_image)


def pictures(count: int, side: int = 96, seed: int = 0, **more: Any) -> list[np.ndarray]:
    """Give pictures (Y, X) of grains."""
    return list(grains(count, (1, side, side), seed, **more)[:, 0, :, :, 0])


def judged(folder: Path, recipe: EvaluationRecipe, **more: Any) -> Report:
    """Run an evaluation and read its card."""
    begin_evaluation(folder, recipe)
    means = Means(more.pop("resolve", resolve), more.pop("implement", implement), **more)
    drain(evaluate_job(folder, means))
    return read_report(folder)
