"""A recipe with its pixels in memory, and what one candidate is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.errors import FileError, InputError
from synthscope.generators.registry import find_spec
from synthscope.imaging.compositing import composite
from synthscope.imaging.feathering import feather_fill
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.known_limits import known_limits
from synthscope.imaging.regions import block_space, from_block, image_to_mask, moments, spread_mask, to_block
from synthscope.imaging.rounding import Limits
from synthscope.io.models import read_card
from synthscope.records.documents import from_json
from synthscope.records.events import Job
from synthscope.records.forms import check
from synthscope.records.generator import GeneratorSpec, Inputs
from synthscope.records.image import Image
from synthscope.records.model import ModelCard
from synthscope.records.request import Region
from synthscope.records.run import Recipe
from synthscope.records.space import Space
from synthscope.services.assumptions import assumptions, is_series
from synthscope.services.label_maps import checked_for
from synthscope.services.model_fit import card_space, check_channels, check_generator, locate_model, scale_for
from synthscope.services.recipe_fit import check_fit, check_mask
from synthscope.services.references import check_part, limits_of_both, reference_part
from synthscope.services.restoring import finer_shape, with_noise
from synthscope.services.sources import hashed, open_input

NEW_IMAGE_AXES = {2: "yx", 3: "zyx"}


@dataclass(frozen=True, eq=False)
class Task:
    """A recipe with its pixels in memory: what one candidate after another is made from.

    `known` is the region of context as a generator sees it; `real` is the same as the source has it,
    used for nothing but the composite and the figures. `model` is the folder of the trained model, where there is
    one; `labels` the label map of the region, or of the new image, of the mask's axes; `reference` the region of the
    second image.
    """

    recipe: Recipe
    spec: GeneratorSpec
    parameters: Any
    space: Space
    region: Region | None
    real: np.ndarray | None
    mask: np.ndarray | None
    limits: Limits | None
    source: Image | None
    model: Path | None = None
    labels: np.ndarray | None = None
    reference: np.ndarray | None = None

    @property
    def known(self) -> np.ndarray | None:
        """The region as a generator sees it: masked voxels at zero, but for a variation, which starts from them."""
        if self.real is None or self.mask is None or self.recipe.request.task == "vary":
            return self.real
        hidden = spread_mask(self.mask, self.space)
        return np.where(hidden, self.real.dtype.type(0), self.real)


def prepare(recipe: Recipe, mask: np.ndarray | None, project: Path | None, labels: np.ndarray | None = None) -> Task:
    """Read what a recipe names, check it against recorded hashes, and record those not there yet.

    Raises
    ------
    FileError
        If the source or the second image is gone, or is not the one that the recipe was made with.
    MaskError
        If the mask is gone, or is not the one that the recipe was made with.
    """
    request = recipe.request
    check_mask(request, mask)
    source = open_input(request.source, project) if request.source else None
    model = locate_model(recipe, project) if find_spec(recipe.generator).needs_model else None
    second = open_input(request.reference, project) if request.reference else None
    beside = reference_part(request.reference, request.region, second)
    task = task_of(recipe, mask, source, model, labels, beside)
    if source is not None and request.source is not None and task.real is not None:
        read = pixel_hash(task.real)
        if request.source.region_sha256 not in ("", read):
            raise FileError(
                f"{request.source.name} does not hold the voxels of the recipe; give the file that was used."
            )
        request = replace(request, source=replace(hashed(request.source, source), region_sha256=read))
        if request.restoration is not None:
            request = replace(request, restoration=with_noise(request.restoration, task.real, task.space))
    if request.reference is not None and second is not None and beside is not None:
        known = hashed(request.reference, second)
        request = replace(request, reference=replace(known, region_sha256=pixel_hash(beside)))
    if mask is not None and request.mask is not None:
        request = replace(request, mask=replace(request.mask, sha256=pixel_hash(mask)))
    return scaled(replace(task, recipe=replace(recipe, request=request)))


def scaled(task: Task) -> Task:
    """Record which weights are used, and the scale that they see the source on."""
    if task.model is None:
        return task
    card, recipe = read_card(task.model), task.recipe
    scale = recipe.normalisation
    if not scale:
        source, region = task.source, task.region
        whole = recipe.request.source.sha256 if recipe.request.source else ""
        scale = card.normalisation
        if source is not None and region is not None:
            scale = scale_for(card, source, whole, task.mask, region)
    sealed = replace(
        recipe, model_sha256=card.weights_sha256, training_sha256=card.training_sha256, normalisation=scale
    )
    return replace(task, recipe=sealed)


def task_of(
    recipe: Recipe, mask: np.ndarray | None, source: Image | None, model: Path | None = None,
    labels: np.ndarray | None = None, reference: np.ndarray | None = None,
) -> Task:  # fmt: skip
    """Load the region of a recipe from an open source, for the model in the folder `model` where one is needed.

    `labels` and `reference` are of that region already.
    """
    spec = find_spec(recipe.generator)
    card = _fitting_card(recipe, model, source)
    parameters: Any = from_json(spec.parameters, dict(recipe.parameters))
    check(parameters)
    region = recipe.request.region
    check_fit(region, mask, source)
    real = None
    if source is not None and region is not None:
        real = np.ascontiguousarray(source.pixels[region.slices])
    space = source.space if source else _new_space(recipe, card)
    limits = card.limits if card else None
    if real is not None:
        limits = limits_of_both(known_limits(real, mask, space), reference, space)
    check_part(reference, real)
    labels = checked_for(recipe.request.control, labels)
    return Task(recipe, spec, parameters, space, region, real, mask, limits, source, model, labels, reference)


def _fitting_card(recipe: Recipe, model: Path | None, source: Image | None) -> ModelCard | None:
    """Read the card of a model, and refuse one that cannot serve."""
    if model is None:
        return None
    card = read_card(model)
    check_generator(card, recipe.generator)
    if source is not None:
        check_channels(card, source)
    return card


def _new_space(recipe: Recipe, card: ModelCard | None) -> Space:
    size = recipe.request.size
    return card_space(card, size) if card else Space(NEW_IMAGE_AXES[len(size)])


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
        inputs = _inputs(task, known[here], mask, at=moment)
        made = yield from _make_part(task, generator, inputs, seed)
        part = from_block(made, task.space, known[here].shape)
        everywhere = np.ones(1, bool) if mask is None else spread_mask(mask, task.space)
        result[here] = composite(task.real[here], part, everywhere)
    return result


def taken_for_granted(task: Task) -> tuple[str, ...]:
    """Give the sentences on what was assumed of the material, which a result carries."""
    request = task.recipe.request
    card = read_card(task.model) if task.model else None
    shape = request.size or (task.real.shape if task.real is not None else ())
    space = task.source.space if task.source else None
    return assumptions(
        task.spec, task.parameters, request.task, card, space=space, shape=shape, mask=task.mask,
        has_reference=task.reference is not None,
    )  # fmt: skip


def _make_restored(task: Task, generator: Any, known: np.ndarray, seed: int) -> Job[np.ndarray]:
    """Restore one moment after another, all of it, on its own grid."""
    wanted = task.recipe.request.restoration
    assert wanted is not None
    result = np.zeros(finer_shape(known.shape, task.space, wanted), known.dtype)
    for moment in moments(Region((0,) * known.ndim, known.shape), task.space):
        inputs = _inputs(task, known[moment.slices], None, at=moment)
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
    made: np.ndarray = yield from generator.generate(inputs, task.parameters, seed)
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
    made = yield from generator.generate(_inputs(task, task.real, None, deep), task.parameters, seed)
    axes = new_image_axes(task)
    return np.ascontiguousarray(made.reshape([*size, made.shape[-1]] if axes[-1] in "cs" else size))


def new_image_axes(task: Task) -> str:
    """Name the axes of a new image: rows and columns, depth if asked for, the example's channels."""
    last = next((a for a in task.space.axes if a in "cs"), "")
    return NEW_IMAGE_AXES[len(task.recipe.request.size)] + last


def _inputs(
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
        reference = to_block(task.reference if at is None else task.reference[at.slices], task.space)
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
        restoration=task.recipe.request.restoration,
    )
