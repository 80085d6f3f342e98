"""What a person chose for a run, checked by itself: numbers, parameters, device."""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from synthscope.errors import InputError, ParameterError
from synthscope.generators.registry import find_spec
from synthscope.records.documents import from_json, to_json
from synthscope.records.forms import check, form_fields, used_by
from synthscope.records.generator import GeneratorSpec
from synthscope.records.image import Image, PixelArray
from synthscope.records.mask_origin import MaskOrigin
from synthscope.records.request import Prompts, Region, Restoration, Task
from synthscope.records.run import AdapterUse
from synthscope.services.prompting import check_prompts

MAX_CANDIDATES = 1000
MAX_SEED = 2**63 - MAX_CANDIDATES
MAX_CONTEXT = 1_000_000
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
    prompts : Prompts
        Words, for generators that read some.
    adapters : tuple of AdapterUse
        Parts of others' models that are joined to the model, each by its folder or name.
    restoration : Restoration, optional
        For ``restore``.
    mask_origins : tuple of MaskOrigin
        What found parts of the mask, where it was not painted.
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
    adapters: tuple[AdapterUse, ...] = ()
    restoration: Restoration | None = None
    mask_origins: tuple[MaskOrigin, ...] = ()
    labels: PixelArray | None = field(default=None, compare=False)
    reference: Image | None = field(default=None, compare=False)


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


def checked(choice: Choice, spec: GeneratorSpec) -> Choice:
    """Give a choice with plain numbers, and defaults for what its task does not use.

    Raises
    ------
    InputError, ParameterError
        If the generator does not do the task, or a number, a word or a parameter cannot be.
    """
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
    check_prompts(choice.prompts, spec)
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
