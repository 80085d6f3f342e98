"""What a generator takes for granted of an image: asked before a run, and said in every result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from synthscope.generators.asked import class_index
from synthscope.imaging.regions import block_space
from synthscope.records.generator import GeneratorSpec, Setting
from synthscope.records.model import ModelCard
from synthscope.records.request import Task
from synthscope.records.space import Space
from synthscope.services.model_fit import card_space


def is_series(space: Space) -> bool:
    """Say whether the slices of an image are moments in time."""
    return "t" in space.axes and "z" not in space.axes


def assumptions(
    spec: GeneratorSpec, parameters: Any, task: Task, card: ModelCard | None, *,
    space: Space | None, shape: tuple[int, ...], mask: np.ndarray | None = None, has_reference: bool = False,
    label: str = "", scale: Callable[[], tuple[float, ...]] | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """Give the sentences that a result is to carry.

    Parameters
    ----------
    space : Space, optional
        Of the source; None where a model alone says what is made.
    shape : tuple of int
        Of the region of the source, or the size of a new image.
    mask : ndarray of bool, optional
        What is to be made of the region.
    has_reference : bool
        A second image was chosen.
    label : str
        Class that is wanted.
    scale : callable, optional
        As in `Setting`, where it is not that of the model.

    Raises
    ------
    InputError
        If what is taken for granted cannot be so.
    """
    here = space or (card_space(card, shape) if card else Space("zyx"[-len(shape) :]))
    z, y, x, _ = block_space(here).voxel_size
    setting = Setting(
        task,
        _slices(task, here, shape, mask),
        (z, y, x),
        here.unit,
        is_series(here),
        card.architecture if card else {},
        has_reference,
        sides=(shape[-2], shape[-1]) if task == "synthesize" else (0, 0),
        label=class_index(label, card.labels) if card else 0,
        scale=scale or (lambda: card.normalisation if card else ()),
    )
    return spec.assumes(setting, parameters)


def _slices(task: Task, space: Space, shape: tuple[int, ...], mask: np.ndarray | None) -> int:
    """Count the slices that are made, all or in part; of a series of stacks those of one moment."""
    if task == "synthesize":
        return shape[0] if len(shape) == 3 else 1
    depth = "z" if "z" in space.axes else "t"
    if mask is None:
        return shape[space.axes.index(depth)] if depth in space.axes else 1
    axes = space.mask_axes
    if depth not in axes:
        return 1
    across = tuple(i for i, letter in enumerate(axes) if letter != depth)
    return int(np.count_nonzero(mask.any(axis=across)))
