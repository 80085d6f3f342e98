"""From an image, a mask and a person's choices to a recipe: what will be made, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from synthscope.errors import InputError, MaskError, ParameterError
from synthscope.generators.registry import find_spec
from synthscope.imaging.regions import (
    block_axes,
    context_margin,
    image_to_mask,
    mask_to_image,
    whole,
    widened,
)
from synthscope.records.documents import to_json
from synthscope.records.forms import problems
from synthscope.records.generator import Cost, GeneratorSpec, Workload
from synthscope.records.image import Image, PixelArray
from synthscope.records.request import Input, Prompts, Region, Request, Task
from synthscope.records.run import Recipe

MAX_CANDIDATES = 1000


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


@dataclass(frozen=True, eq=False)
class Plan:
    """What would be done: shown before the run, and turned into a recipe by it."""

    choice: Choice
    spec: GeneratorSpec
    region: Region | None
    mask: np.ndarray | None
    workload: Workload
    cost: Cost
    seeds: tuple[int, ...]
    remarks: tuple[str, ...] = ()


def plan(image: Image | None, box: Region | None, mask: PixelArray | None, choice: Choice) -> Plan:
    """Work out what a choice means.

    Parameters
    ----------
    image : Image, optional
        Source, or example for ``synthesize``.
    box : Region, optional
        Where `mask` is not empty, in the mask's axes (`imaging.masks` finds it).
    mask : PixelArray, optional
        Of the axes ``image.space.mask_axes``; only the region is read.

    Raises
    ------
    InputError
        If the generator does not do the task, an input is missing, or a parameter is out of range.
    """
    spec = find_spec(choice.generator)
    choice = _checked(choice, spec)
    _check_inputs(image, box, choice, spec)
    region = _region(image, box, choice)
    part = None
    if mask is not None and region is not None and image is not None:
        part = np.asarray(mask[image_to_mask(region, image.space).slices]) != 0
        if not part.any():
            raise MaskError("The mask is empty inside the chosen region; choose a region that holds it.")
    seeds = (choice.seed,) if spec.deterministic else tuple(choice.seed + i for i in range(choice.count))
    workload = _workload(image, region, part, choice, len(seeds))
    remarks = _remarks(spec, choice, part)
    return Plan(choice, spec, region, part, workload, spec.cost(workload, choice.parameters), seeds, remarks)


def make_recipe(planned: Plan, source: Input | None) -> Recipe:
    """Write a plan down as a recipe whose hashes the run will fill in."""
    mask = None
    if planned.mask is not None and source is not None:
        mask = Input("mask", planned.mask.shape, "bool", source.space.mask_space(), path="mask.json")
    choice = planned.choice
    request = Request(
        task=choice.task,
        source=source,
        mask=mask,
        region=planned.region,
        prompts=choice.prompts,
        size=choice.size,
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


def _checked(choice: Choice, spec: GeneratorSpec) -> Choice:
    if choice.task not in spec.tasks:
        raise InputError(
            f"Generator {spec.id!r} does not {choice.task}; it does {', '.join(spec.tasks)}."
        )
    if not 1 <= choice.count <= MAX_CANDIDATES:
        raise ParameterError(f"Number of candidates is {choice.count}; give 1 to {MAX_CANDIDATES}.")
    if not 0 <= choice.seed < 2**63 - MAX_CANDIDATES:
        raise ParameterError(f"Seed is {choice.seed}; give a whole number from 0 to 2^63.")
    parameters = spec.parameters() if choice.parameters is None else choice.parameters
    if not isinstance(parameters, spec.parameters):
        raise InputError(f"Parameters of {type(parameters).__name__} are not those of {spec.id!r}.")
    found = problems(parameters)
    if found:
        raise ParameterError(" ".join(found.values()), problems=found)
    return replace(choice, parameters=parameters)


def _check_inputs(image: Image | None, box: Region | None, choice: Choice, spec: GeneratorSpec) -> None:
    if choice.task == "inpaint" and image is None:
        raise InputError("Inpainting needs a source image; open one first.")
    if choice.task == "inpaint" and box is None:
        raise MaskError("The mask is empty; paint what is to be filled.")
    if choice.task == "vary" and image is None:
        raise InputError("Varying needs a source image; open one first.")
    if choice.task == "synthesize":
        if image is None and spec.needs_source:
            raise InputError(f"Generator {spec.id!r} needs an example image; open one first.")
        if len(choice.size) not in (2, 3) or any(n < 1 for n in choice.size):
            raise ParameterError(f"Size is {choice.size}; give rows and columns, or depth, rows and columns.")


def _region(image: Image | None, box: Region | None, choice: Choice) -> Region | None:
    if image is None:
        return None
    if choice.region is not None:
        if len(choice.region.stop) != len(image.shape) or any(
            b > n for b, n in zip(choice.region.stop, image.shape, strict=True)
        ):
            raise InputError(f"Region {choice.region} lies outside the image of {image.shape}; make it smaller.")
        return choice.region
    if box is None:
        return whole(image.shape)
    margin = context_margin(image.space, choice.context)
    return widened(mask_to_image(box, image.space, image.shape), margin, image.shape)


def _workload(
    image: Image | None, region: Region | None, mask: np.ndarray | None, choice: Choice, count: int
) -> Workload:
    box = (1, 1, 1, 1)
    if image is not None and region is not None:
        sizes = dict(zip(image.space.axes, region.shape, strict=True))
        depth, _, rest = block_axes(image.space).partition("yx")
        others = int(np.prod([sizes[a] for a in rest], dtype=np.int64))
        box = (sizes[depth] if depth else 1, sizes["y"], sizes["x"], others)
    made = int(np.prod(choice.size)) if choice.task == "synthesize" else int(np.prod(box[:3]))
    unknown = made if mask is None else int(np.count_nonzero(mask))
    itemsize = 2 if image is None else image.dtype.itemsize
    return Workload(choice.task, box, unknown, itemsize, count)


def _remarks(spec: GeneratorSpec, choice: Choice, mask: np.ndarray | None) -> tuple[str, ...]:
    remarks = []
    if spec.deterministic and choice.count > 1:
        remarks.append(f"{spec.title} gives the same image for every seed: one candidate, no uncertainty.")
    if mask is not None and mask.all():
        remarks.append("The mask leaves nothing known in the region; widen the context.")
    return tuple(remarks)
