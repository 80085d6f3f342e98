"""One candidate after another: a prepared task handed to its generator, its answer put into the source."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from synthscope.errors import InputError, Unavailable
from synthscope.generators.protocol import TellsApart
from synthscope.imaging.compositing import composite
from synthscope.imaging.feathering import feather_fill
from synthscope.imaging.regions import block_space, from_block, image_to_mask, moments, spread_mask, to_block, whole
from synthscope.jobs.retelling import retold
from synthscope.records.events import Event, Job, Noted
from synthscope.records.generator import Inputs
from synthscope.records.request import Region
from synthscope.services.assumptions import is_series
from synthscope.services.islands import made_by_islands
from synthscope.services.references import beside_block
from synthscope.services.restoring import finer_shape
from synthscope.services.tasks import Task, new_image_axes


def make_pixels(task: Task, generator: Any, seed: int) -> Job[np.ndarray]:
    """Make one candidate's pixels: the composited box, or a new image.

    Raises
    ------
    InputError
        If the seed is negative: no generator takes one.
    """
    if seed < 0:
        raise InputError(f"Seed is {seed}; give a whole number from 0.")
    if task.recipe.request.task == "synthesize":
        pixels: np.ndarray = yield from _make_new(task, generator, seed)
        return pixels
    assert task.real is not None
    assert task.region is not None
    known = task.known
    assert known is not None
    if task.recipe.request.restoration is not None:
        return (yield from _make_restored(task, generator, known, seed))
    result = task.real.copy()
    for moment in moments(Region((0,) * known.ndim, known.shape), task.space):
        here = moment.slices
        mask = None if task.mask is None else task.mask[image_to_mask(moment, task.space).slices]
        if mask is not None and not mask.any():
            continue
        inputs = inputs_of(task, known[here], mask, at=moment)
        made = yield from _with_found(_make_part(task, generator, inputs, seed), task, moment)
        part = from_block(made, task.space, known[here].shape)
        everywhere = np.ones(1, bool) if mask is None else spread_mask(mask, task.space)
        result[here] = composite(task.real[here], part, everywhere)
    return result


def _with_found(job: Job[np.ndarray], task: Task, moment: Region) -> Job[np.ndarray]:
    """Pass on the events of one moment; a mask that was found there becomes one of the region."""

    def change(event: Event) -> Event:
        if not isinstance(event, Noted) or event.mask is None or task.real is None:
            return event
        found = np.zeros(image_to_mask(whole(task.real.shape), task.space).shape, bool)
        here = image_to_mask(moment, task.space).slices
        found[here] = from_block(event.mask[..., None], task.space.mask_space(), found[here].shape)
        return replace(event, mask=found)

    return retold(job, change)


def make_differences(task: Task, generator: Any, seed: int) -> Job[np.ndarray]:
    """Find how differently each voxel of the region answers to both prompts.

    Returns
    -------
    ndarray of float32
        Of the region's mask axes.

    Raises
    ------
    Unavailable
        If the generator cannot do that, whatever its spec says.
    """
    if not isinstance(generator, TellsApart):
        raise Unavailable(f"Generator {task.spec.id!r} finds no mask by two prompts; choose another one.")
    assert task.real is not None, "an image is looked at"
    flat = task.space.mask_space()
    found = np.zeros(image_to_mask(whole(task.real.shape), task.space).shape, np.float32)
    for moment in moments(Region((0,) * task.real.ndim, task.real.shape), task.space):
        made = yield from generator.differences(
            inputs_of(task, task.real[moment.slices], None, at=moment), task.parameters, seed
        )
        here = image_to_mask(moment, task.space).slices
        found[here] = from_block(made[..., None], flat, found[here].shape)
    return found


def _make_restored(task: Task, generator: Any, known: np.ndarray, seed: int) -> Job[np.ndarray]:
    """Restore one moment after another, all of it, on its own grid."""
    wanted = task.recipe.request.restoration
    assert wanted is not None
    result = np.zeros(finer_shape(known.shape, task.space, wanted), known.dtype)
    for moment in moments(Region((0,) * known.ndim, known.shape), task.space):
        inputs = inputs_of(task, known[moment.slices], None, at=moment)
        made = yield from generator.generate(inputs, task.parameters, seed)
        finer = tuple(
            slice(a * f, b * f)
            for a, b, f in zip(
                moment.start, moment.stop, finer_shape((1,) * known.ndim, task.space, wanted), strict=True
            )
        )
        result[finer] = from_block(made, task.space, finer_shape(moment.shape, task.space, wanted))
    return result


def _make_part(task: Task, generator: Any, inputs: Inputs, seed: int) -> Job[np.ndarray]:
    """Make the masked voxels of one moment, and feather them where that is wanted."""
    made = yield from made_by_islands(task.spec, generator, inputs, task.parameters, seed)
    width = task.recipe.request.feather
    if width == 0 or inputs.mask is None or inputs.source is None:
        return made
    z, y, x, _ = inputs.space.voxel_size
    if task.space.index("z") is not None:
        return (yield from feather_fill(made, inputs.source, inputs.mask, width, (z, y, x), task.limits))
    pictures = []  # of a series, or one: time has no width
    for t in range(len(made)):
        one = slice(t, t + 1)
        job = feather_fill(made[one], inputs.source[one], inputs.mask[one], width, (z, y, x), task.limits)
        pictures.append((yield from job))
    return np.concatenate(pictures)


def _make_new(task: Task, generator: Any, seed: int) -> Job[np.ndarray]:
    size = task.recipe.request.size
    depth, rows, columns = size if len(size) == 3 else (1, *size)
    deep = (depth, rows, columns)
    made = yield from generator.generate(inputs_of(task, task.real, None, deep), task.parameters, seed)
    axes = new_image_axes(task)
    return np.ascontiguousarray(made.reshape([*size, made.shape[-1]] if axes[-1] in "cs" else size))


def inputs_of(
    task: Task, known: np.ndarray | None, mask: np.ndarray | None, size: tuple[int, int, int] | None = None,
    *, at: Region | None = None,
) -> Inputs:  # fmt: skip
    """Hand over one moment; `at` says where it lies in the region, None for all that leads a new image."""
    block_mask = None
    control = None
    if task.labels is not None:
        control = task.labels.reshape(*(size or (1,)), 1) if at is None else to_block(
            task.labels[image_to_mask(at, task.space).slices], task.space.mask_space()
        )  # fmt: skip
    reference = None
    if task.reference is not None:
        kept = task.recipe.request.reference
        here, other = at or whole(task.reference.shape), kept.space if kept else task.space
        reference = beside_block(task.reference, here, task.space, other)
    if mask is not None:
        block_mask = to_block(mask, task.space.mask_space())[..., 0]
    return Inputs(
        task=task.recipe.request.task,
        space=block_space(task.space),
        source=None if known is None else to_block(known, task.space),
        mask=block_mask,
        control=control,
        reference=reference,
        prompts=task.recipe.request.prompts,
        label=task.recipe.request.label,
        size=size,
        limits=task.limits,
        model=str(task.model or ""),
        normalisation=task.recipe.normalisation,
        device=task.recipe.device,
        is_series=is_series(task.space),
        adapters=task.adapters,
        restoration=task.recipe.request.restoration,
    )
