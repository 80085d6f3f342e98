"""From an image, a mask and a person's choices to a recipe: what will be made, and what it costs."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from synthscope.errors import InputError, MaskError, ParameterError
from synthscope.generators.registry import find_spec
from synthscope.imaging.regions import image_to_mask
from synthscope.io.tiff_writing import DTYPES
from synthscope.records.documents import from_json, to_json
from synthscope.records.forms import check, form_fields, used_by
from synthscope.records.generator import Cost, GeneratorSpec, Workload
from synthscope.records.image import Image, PixelArray
from synthscope.records.model import ModelCard
from synthscope.records.request import Input, Prompts, Region, Request, Restoration, Task
from synthscope.records.run import Recipe
from synthscope.services.assumptions import assumptions
from synthscope.services.context import region_of_context
from synthscope.services.label_maps import labels_input, labels_of_plan
from synthscope.services.masking import painted_part
from synthscope.services.memory import with_own_memory
from synthscope.services.model_fit import choose_model, remarks_of_fit
from synthscope.services.references import check_reference, remarks_on_reference
from synthscope.services.restoring import is_sure, remarks_on, resolved
from synthscope.services.workloads import workload_of

MAX_CANDIDATES = 1000
MAX_SEED = 2**63 - MAX_CANDIDATES
MAX_CONTEXT = 1_000_000
NAMES = {"inpaint": "Inpainting", "vary": "Varying", "restore": "Restoring"}
DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class Choice:
    """What a person chose.

    Parameters
    ----------
    context : float
        Width of the region of context around the mask, in voxels of the finest spatial axis.
    seed : int
        Seed of the first candidate; the others follow by one each.
    size : tuple of int
        (D, H, W) or (H, W) of a new image, for ``synthesize``.
    region : Region, optional
        What the generator may see, where the automatic region is not wanted.
    feather : float
        As in `Request`: in the unit of the voxel size; only with a mask.
    model : str
        Folder or name of a trained model, for generators that need one; a plan holds its folder.
    label : str
        Class wanted of a model that knows classes.
    labels : PixelArray, optional
        Label map that leads what is made, of the image's mask axes or of the new image's `size`.
    reference : Image, optional
        A second image, of the source's axes, shape and dtype.
    restoration : Restoration, optional
        For ``restore``.
    """

    task: Task
    generator: str
    parameters: Any = None
    count: int = 1
    seed: int = 0
    context: float = 64
    size: tuple[int, ...] = ()
    region: Region | None = None
    device: str = "auto"
    model: str = ""
    prompts: Prompts = field(default_factory=Prompts)
    feather: float = 0.0
    label: str = ""
    restoration: Restoration | None = None
    labels: PixelArray | None = field(default=None, compare=False)
    reference: Image | None = field(default=None, compare=False)


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
    choice = _checked(choice, spec)
    model, card = choose_model(spec, choice.model, choice.label, image, project)
    choice = replace(choice, model=model)
    _check_inputs(image, box, choice, spec)
    check_reference(choice.reference, image, spec, choice.task)
    _check_feather(mask, choice)
    region = region_of_context(image, box, choice.region, choice.context)
    if choice.restoration is not None and image is not None and region is not None:
        choice = replace(choice, restoration=resolved(choice.restoration, image, region))
    part = None
    if mask is not None and region is not None and image is not None:
        part = painted_part(mask, image_to_mask(region, image.space))
    sure = spec.deterministic or is_sure(choice.restoration)
    seeds = (choice.seed,) if sure else tuple(choice.seed + i for i in range(choice.count))
    workload = workload_of(image, region, part, choice.task, choice.size, choice.restoration, len(seeds))
    if card is not None and image is None:
        workload = replace(workload, box=(1, 1, 1, card.channels), itemsize=np.dtype(card.dtype).itemsize)
    remarks = _remarks(spec, choice, part, image) + (remarks_of_fit(card, image) if card else ())
    remarks += remarks_on_reference(choice.reference, image) + assumptions(
        spec, choice.parameters, choice.task, card, space=image.space if image else None,
        shape=choice.size or (region.shape if region else ()), mask=part, has_reference=choice.reference is not None,
    )  # fmt: skip
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
    )
    return Recipe(
        request=request,
        generator=planned.spec.id,
        generator_version=planned.spec.version,
        parameters=to_json(choice.parameters),
        seeds=planned.seeds,
        model=choice.model,
        device=choice.device,
    )


def parameters_of(generator: str, given: Mapping[str, Any]) -> Any:
    """Make a generator's parameter record of names and values; what is left out keeps its default.

    Raises
    ------
    ParameterError
        If a name is unknown, or a value of the wrong type or out of range.
    """
    spec = find_spec(generator)
    known = [field.name for field in form_fields(spec.parameters)]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ParameterError(f"{generator!r} has no parameter {unknown[0]!r}; it has {', '.join(known) or 'none'}.")
    record = spec.parameters(**{name: v.item() if isinstance(v, np.generic) else v for name, v in given.items()})
    check(record)
    return from_json(spec.parameters, to_json(record))  # 1 for 1.0 would give another hash


def check_device(device: str) -> None:
    """Refuse a device that there is none of.

    Raises
    ------
    ParameterError
    """
    if device not in DEVICES:
        raise ParameterError(f"Device is {device!r}; choose one of {', '.join(DEVICES)}.")


def _checked(choice: Choice, spec: GeneratorSpec) -> Choice:
    if choice.task not in spec.tasks:
        raise InputError(f"Generator {spec.id!r} does not {choice.task}; it does {', '.join(spec.tasks)}.")
    choice = _checked_numbers(choice)
    check_device(choice.device)
    if choice.model and not spec.needs_model:
        raise ParameterError(f"Generator {spec.id!r} works without a model; leave {choice.model!r} out.")
    parameters = spec.parameters() if choice.parameters is None else choice.parameters
    if not isinstance(parameters, spec.parameters):
        raise InputError(f"Parameters of {type(parameters).__name__} are not those of {spec.id!r}.")
    check(parameters)
    return replace(choice, parameters=used_by(choice.task, parameters))


def _checked_numbers(choice: Choice) -> Choice:
    """Refuse numbers that cannot be, and turn numpy's into plain ones, which documents hold."""
    count, seed = _whole_number(choice.count, "Number of candidates"), _whole_number(choice.seed, "Seed")
    if not 1 <= count <= MAX_CANDIDATES:
        raise ParameterError(f"Number of candidates is {count}; give 1 to {MAX_CANDIDATES}.")
    if not 0 <= seed < MAX_SEED:
        raise ParameterError(f"Seed is {seed}; give a whole number from 0 to {MAX_SEED - 1}.")
    if not 0 <= choice.context <= MAX_CONTEXT:
        raise ParameterError(f"Context is {choice.context:g}; give 0 to {MAX_CONTEXT} voxels.")
    if not 0 <= choice.feather < math.inf:
        raise ParameterError(f"Feather is {choice.feather:g}; give a width of at least 0.")
    size = tuple(_whole_number(n, "Size") for n in choice.size)
    context, feather = float(choice.context), float(choice.feather)
    return replace(choice, count=count, seed=seed, size=size, context=context, feather=feather)


def _whole_number(value: Any, title: str) -> int:
    try:
        return operator.index(value)
    except TypeError as error:
        raise ParameterError(f"{title} is {value!r}; give a whole number.") from error


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
