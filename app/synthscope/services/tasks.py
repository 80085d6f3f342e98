"""A recipe with its pixels in memory, and what one candidate is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.errors import FileError
from synthscope.generators.registry import find_spec
from synthscope.imaging.hashing import pixel_hash
from synthscope.imaging.known_limits import known_limits
from synthscope.imaging.regions import spread_mask
from synthscope.imaging.rounding import Limits
from synthscope.io.models import read_card
from synthscope.records.documents import from_json
from synthscope.records.forms import check
from synthscope.records.generator import Adapter, GeneratorSpec
from synthscope.records.image import Image
from synthscope.records.model import ModelCard
from synthscope.records.request import Region, Request
from synthscope.records.run import Recipe
from synthscope.records.space import Space
from synthscope.services.adapters import locate_adapters
from synthscope.services.assumptions import assumptions
from synthscope.services.label_maps import checked_for
from synthscope.services.model_fit import card_space, check_channels, check_generator, locate_model, scale_for
from synthscope.services.recipe_fit import check_fit, check_mask
from synthscope.services.references import beside, check_part, limits_of_both, reference_part
from synthscope.services.restoring import with_noise
from synthscope.services.sidedness import sides_of_planes
from synthscope.services.sources import hashed, open_input

NEW_IMAGE_AXES = {2: "yx", 3: "zyx"}


@dataclass(frozen=True, eq=False)
class Task:
    """A recipe with its pixels in memory: what one candidate after another is made from.

    `known` is the region of context as a generator sees it; `real` is the same as the source has it,
    used for nothing but the composite and the figures. `model` is the folder of the trained model, where there is
    one; `labels` the label map of the region, or of the new image, of the mask's axes; `reference` the region of the
    second image; `adapters` the parts that are joined to the model.
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
    adapters: tuple[Adapter, ...] = ()

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
    source = open_input(request.source, project, request.region) if request.source else None
    model = locate_model(recipe, project) if find_spec(recipe.generator).needs_model else None
    second = _second(request, source, project)
    part = reference_part(request.reference, request.region, second, source.space if source else None)
    task = task_of(recipe, mask, source, model, labels, part)
    if source is not None and request.source is not None and task.real is not None:
        read = pixel_hash(task.real)
        if request.source.region_sha256 not in ("", read):
            raise FileError(
                f"{request.source.name} does not hold the voxels of the recipe; give the file that was used."
            )
        request = replace(request, source=replace(hashed(request.source, source), region_sha256=read))
        if request.restoration is not None:
            request = replace(request, restoration=with_noise(request.restoration, task.real, task.space))
    if request.reference is not None and second is not None and part is not None:
        known = hashed(request.reference, second)
        request = replace(request, reference=replace(known, region_sha256=pixel_hash(part)))
    if mask is not None and request.mask is not None:
        request = replace(request, mask=replace(request.mask, sha256=pixel_hash(mask)))
    uses, adapters = locate_adapters(recipe, project)
    return scaled(replace(task, recipe=replace(recipe, request=request, adapters=uses), adapters=adapters))


def _second(request: Request, source: Image | None, project: Path | None) -> Image | None:
    """Open the second image of a request; its own box is what a hash of a part of it is of."""
    wanted = request.reference
    if wanted is None:
        return None
    if source is None or request.region is None:
        return open_input(wanted, project)
    return open_input(wanted, project, beside(request.region, source.space, wanted.space, wanted.shape))


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
        limits = known_limits(real, mask, space)
    if spec.second == "reference":
        limits = limits_of_both(limits, reference, space)
    check_part(reference, real, recipe.request, spec)
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


def taken_for_granted(task: Task) -> tuple[str, ...]:
    """Give the sentences on what was assumed of the material, put to the test where its source allows it."""
    request = task.recipe.request
    card = read_card(task.model) if task.model else None
    shape = request.size or (task.real.shape if task.real is not None else ())
    space = task.source.space if task.source else None
    said = assumptions(
        task.spec, task.parameters, request.task, card, space=space, shape=shape, mask=task.mask,
        has_reference=task.reference is not None, label=request.label,
        scale=(lambda: task.recipe.normalisation) if task.recipe.normalisation else None,
    )  # fmt: skip
    return sides_of_planes(said, request.task, task.real, task.mask, task.space)


def new_image_axes(task: Task) -> str:
    """Name the axes of a new image: rows and columns, depth if asked for, the example's channels."""
    last = next((a for a in task.space.axes if a in "cs"), "")
    return NEW_IMAGE_AXES[len(task.recipe.request.size)] + last
