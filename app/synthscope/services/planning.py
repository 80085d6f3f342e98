"""From an image, a mask and a person's choices to a recipe: what will be made, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from synthscope.errors import InputError, MaskError, ParameterError
from synthscope.generators.registry import find_spec
from synthscope.imaging.regions import image_to_mask
from synthscope.io.tiff_writing import DTYPES
from synthscope.records.documents import to_json
from synthscope.records.generator import Cost, GeneratorSpec, Workload
from synthscope.records.image import Image, PixelArray
from synthscope.records.model import ModelCard
from synthscope.records.request import Input, Region, Request
from synthscope.records.run import Recipe
from synthscope.services.adapters import choose_adapters, strangers
from synthscope.services.assumptions import assumptions
from synthscope.services.choosing import Choice, checked
from synthscope.services.context import region_of_context
from synthscope.services.label_maps import labels_input, labels_of_plan
from synthscope.services.mask_origins import as_used
from synthscope.services.masking import painted_part
from synthscope.services.memory import with_own_memory
from synthscope.services.model_fit import GLANCE_BYTES, choose_model, remarks_of_fit, scale_for
from synthscope.services.references import check_reference, remarks_on_reference
from synthscope.services.restoring import is_sure, remarks_on, resolved
from synthscope.services.workloads import workload_of

NAMES = {"inpaint": "Inpainting", "vary": "Varying", "restore": "Restoring"}


@dataclass(frozen=True, eq=False)
class Plan:
    """What would be done: shown before the run, and turned into a recipe by it.

    `card` is that of the model; `mask` and `labels` are of the region, or `labels` of the new image.
    """

    choice: Choice
    spec: GeneratorSpec
    region: Region | None
    mask: np.ndarray | None
    workload: Workload
    cost: Cost
    seeds: tuple[int, ...]
    remarks: tuple[str, ...] = ()
    card: ModelCard | None = None
    labels: np.ndarray | None = None


def plan(
    image: Image | None,
    box: Region | None,
    mask: PixelArray | None,
    choice: Choice,
    *,
    project: Path | None = None,
) -> Plan:
    """Work out what a choice means.

    Parameters
    ----------
    image : Image, optional
        Source, or example for ``synthesize``.
    box : Region, optional
        Where `mask` is not empty, in the mask's axes (`imaging.masks` finds it).
    mask : PixelArray, optional
        Of the axes ``image.space.mask_axes``; only the region is read.
    project : Path, optional
        The project's folder: its models are found by name, before those of all projects.

    Raises
    ------
    InputError
        If the generator does not do the task, an input is missing, or a parameter is out of range; if a model
        is needed and not chosen, does not exist, is damaged, or does not fit generator or image.
    """
    spec = find_spec(choice.generator)
    choice = checked(choice, spec)
    model, card = choose_model(spec, choice.model, choice.label, image, project)
    adapters = choose_adapters(spec, choice.adapters, card, project)
    choice = replace(choice, model=model, adapters=adapters, mask_origins=as_used(choice.mask_origins, mask))
    _check_inputs(image, box, choice, spec)
    check_reference(choice.reference, image, spec, choice.task, choice.parameters)
    _check_feather(mask, choice)
    region = region_of_context(image, box, choice.region, choice.context)
    if choice.restoration is not None and image is not None and region is not None:
        choice = replace(choice, restoration=resolved(choice.restoration, image, region))
    part = None
    if mask is not None and region is not None and image is not None:
        part = painted_part(mask, image_to_mask(region, image.space))
    sure = spec.deterministic or is_sure(choice.restoration)
    seeds = (choice.seed,) if sure else tuple(choice.seed + i for i in range(choice.count))
    reach = 0 if choice.reference is not None else spec.reach(choice.parameters)
    workload = workload_of(image, region, part, choice.task, choice.size, choice.restoration, len(seeds), reach)
    if card is not None:
        workload = replace(workload, weights=card.parameters)
    if card is not None and image is None:
        workload = replace(workload, box=(1, 1, 1, card.channels), itemsize=np.dtype(card.dtype).itemsize)
    remarks = _remarks(spec, choice, part, image) + (
        remarks_of_fit(card, image, region, part) + strangers(adapters, card, project) if card else ()
    )
    remarks += remarks_on_reference(choice.reference, image, spec) + _assumed(spec, choice, card, image, region, part)
    own, soft = spec.cost(workload, choice.parameters), choice.feather > 0
    cost = with_own_memory(own, workload, feathered=soft, has_reference=choice.reference is not None)
    labels = None
    if choice.labels is not None:
        labels = labels_of_plan(choice.labels, choice.task, choice.size, card, image, region)
    return Plan(choice, spec, region, part, workload, cost, seeds, remarks, card, labels)


def make_recipe(planned: Plan, source: Input | None, reference: Input | None = None) -> Recipe:
    """Write a plan down as a recipe whose hashes the run will fill in; `reference` is its second image."""
    mask = None
    if planned.mask is not None and source is not None:
        mask = Input("mask", planned.mask.shape, "bool", source.space.mask_space(), path="mask.json")
    choice = planned.choice
    request = Request(
        task=choice.task,
        source=source,
        mask=mask,
        region=planned.region,
        control=None if planned.labels is None else labels_input(planned.labels, choice.task, source),
        reference=reference,
        prompts=choice.prompts,
        label=choice.label,
        size=choice.size,
        feather=choice.feather,
        restoration=choice.restoration,
        mask_origins=choice.mask_origins,
    )
    return Recipe(
        request=request,
        generator=planned.spec.id,
        generator_version=planned.spec.version,
        parameters=to_json(choice.parameters),
        seeds=planned.seeds,
        model=choice.model,
        device=choice.device,
        adapters=choice.adapters,
    )


def _assumed(
    spec: GeneratorSpec, choice: Choice, card: ModelCard | None, image: Image | None, region: Region | None,
    part: np.ndarray | None,
) -> tuple[str, ...]:  # fmt: skip
    """Say what is taken for granted; the scale of an example is read at a glance, and only where it matters."""

    def scale() -> tuple[float, ...]:
        if card is None or image is None or region is None:
            return card.normalisation if card else ()
        return scale_for(card, image, "", part, region, most=GLANCE_BYTES)

    return assumptions(
        spec, choice.parameters, choice.task, card, space=image.space if image else None,
        shape=choice.size or (region.shape if region else ()), mask=part, has_reference=choice.reference is not None,
        label=choice.label, scale=scale,
    )  # fmt: skip


def _check_inputs(image: Image | None, box: Region | None, choice: Choice, spec: GeneratorSpec) -> None:
    if choice.task in NAMES and image is None:
        raise InputError(f"{NAMES[choice.task]} needs a source image; open one first.")
    if choice.task == "inpaint" and box is None:
        raise MaskError("The mask is empty; paint what is to be filled.")
    if choice.task == "restore":
        _check_restoration(box, choice, spec)
    if choice.task == "synthesize":
        if image is None and spec.needs_source:
            raise InputError(f"Generator {spec.id!r} needs an example image; open one first.")
        if len(choice.size) not in (2, 3) or any(n < 1 for n in choice.size):
            raise ParameterError(f"Size is {choice.size}; give rows and columns, or depth, rows and columns.")
    if image is not None and image.dtype.name not in DTYPES:
        raise InputError(
            f"{image.name} has values of type {image.dtype.name}, which no result could keep; "
            f"convert it to one of {', '.join(DTYPES)} first."
        )


def _check_restoration(box: Region | None, choice: Choice, spec: GeneratorSpec) -> None:
    if box is not None:
        raise MaskError("A restoration makes every voxel anew; leave the mask out, and choose a box instead.")
    if choice.restoration is None or choice.restoration.kind not in spec.restorations:
        raise InputError(f"Generator {spec.id!r} restores by {', '.join(spec.restorations)}; name one of them.")


def _check_feather(mask: PixelArray | None, choice: Choice) -> None:
    if choice.feather and (mask is None or choice.task == "synthesize"):
        raise ParameterError(f"Feather is {choice.feather:g}, but nothing here has a border to feather; leave it out.")


def _remarks(spec: GeneratorSpec, choice: Choice, mask: np.ndarray | None, image: Image | None) -> tuple[str, ...]:
    remarks = [] if image is None else [*remarks_on(choice.restoration, image.space)]
    if is_sure(choice.restoration) and choice.count > 1:
        remarks.append("The mean is the same for every seed: one candidate; ask for samples to see the uncertainty.")
    if spec.deterministic and choice.count > 1:
        remarks.append(f"{spec.title} gives the same image for every seed: one candidate, no uncertainty.")
    if mask is not None and mask.all():
        remarks.append("The mask leaves nothing known in the region; widen the context.")
    return tuple(remarks)
