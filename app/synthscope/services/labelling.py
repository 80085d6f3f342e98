"""What a result is called: its space, its synthetic voxels, its source type, its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from synthscope.imaging.regions import image_to_mask
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.records.run import SourceType
from synthscope.records.space import Space
from synthscope.services.restoring import finer_space
from synthscope.services.tasks import Task, new_image_axes


def as_image(task: Task, pixels: np.ndarray) -> Image:
    """Give a candidate's pixels their space and their synthetic-voxel mask."""
    if task.recipe.request.task == "synthesize":
        axes = new_image_axes(task)
        steps = {a: task.space.voxel_size[i] for i, a in enumerate(task.space.axes)}
        if "z" in axes:
            steps.setdefault("z", steps["y"])
        space = Space(axes, tuple(steps[a] for a in axes), task.space.unit, (), task.space.channel_names)
        shape = tuple(n for n, a in zip(pixels.shape, axes, strict=True) if a not in "cs")
        return Image(pixels, space, "new", synthetic=np.ones(shape, bool))
    assert task.region is not None
    space = task.space.cropped(task.region.start)
    wanted = task.recipe.request.restoration
    if wanted is not None and wanted.factors:
        finer = Image(pixels, finer_space(space, wanted), task.source.name if task.source else "")
        return finer.with_(synthetic=np.ones(finer.mask_shape, bool))
    box = image_to_mask(task.region, task.space)
    synthetic = np.ones(box.shape, bool) if task.mask is None else task.mask.copy()
    if task.source is not None and task.source.synthetic is not None:
        synthetic |= np.asarray(task.source.synthetic[box.slices], bool)
    return Image(pixels, space, task.source.name if task.source else "", synthetic=synthetic)


def place_of(task: Task) -> Region | None:
    """Say where a result lies in its source; None for one on a grid of its own."""
    request = task.recipe.request
    own_grid = request.restoration is not None and bool(request.restoration.factors)
    return None if request.task == "synthesize" or own_grid else task.region


def source_type(task: Task) -> SourceType:
    """Name the IPTC digital source type of a result."""
    whole = task.recipe.request.task == "synthesize" or (task.mask is None)
    if task.spec.is_network:
        return "trainedAlgorithmicMedia" if whole else "compositeWithTrainedAlgorithmicMedia"
    return "algorithmicMedia" if whole else "compositeSynthetic"


def history_of(source: Image | None) -> tuple[dict[str, Any], ...]:
    """Give the provenance of a source that was synthetic itself, oldest first."""
    if source is None or not source.provenance:
        return ()
    last = dict(source.provenance)
    earlier = last.pop("history", ())
    steps = earlier if isinstance(earlier, list | tuple) else ()  # a foreign or damaged record may hold anything
    return (*(dict(step) for step in steps if isinstance(step, Mapping)), last)
