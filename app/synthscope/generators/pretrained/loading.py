"""A pretrained pipeline from its folder: its files verified, its components loaded, assembled for a task."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from torch import nn

from synthscope.errors import DocumentError, FileError, ParameterError, Unavailable
from synthscope.generators.devices import choose_device
from synthscope.generators.pretrained.parameters import Precision
from synthscope.io.models import WEIGHTS, check_weights, read_card
from synthscope.io.pretrained_files import FILES
from synthscope.records.generator import Adapter, Inputs
from synthscope.records.model import ModelCard

TYPES: Mapping[str, torch.dtype] = {
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}
UNUSED = ("safety_checker",)


@dataclass(frozen=True, eq=False)
class Loaded:
    """A model with its components in memory.

    Parameters
    ----------
    components : mapping
        By the names of ``model_index.json``; networks are of `dtype`, do not learn, and are put on `device`
        by a run (`placing`).
    """

    card: ModelCard
    components: Mapping[str, Any]
    device: torch.device
    dtype: torch.dtype

    @property
    def denoiser(self) -> nn.Module:
        """The network that is asked at each step."""
        found = self.components.get("unet", self.components.get("transformer"))
        assert isinstance(found, nn.Module), "a pipeline that serves a generator has one"
        return found


def load_pipeline(inputs: Inputs, generator: str, precision: Precision) -> Loaded:
    """Load the model that inputs name, or give it again where it was used last.

    Raises
    ------
    Unavailable
        If none is named, it does not serve the generator, or the device is not here.
    DocumentError, FileError
        If a file of it is missing, damaged, or not the one of its card.
    """
    if not inputs.model:
        raise Unavailable(f"Generator {generator!r} needs a pretrained model; import one, and choose it.")
    return load_model(Path(inputs.model), generator, inputs.device, precision)


def load_model(folder: Path, generator: str, wanted: str, precision: Precision) -> Loaded:
    """Load the model of a folder for a device, or give it again where it was used last.

    Raises
    ------
    Unavailable
        If it does not serve the generator, or the device is not here.
    DocumentError, FileError
        As `load_pipeline`.
    """
    card = read_card(folder)
    if not card.can_serve(generator):
        raise Unavailable(f"Model {card.name!r} does not serve {generator!r}; choose another one.")
    device = choose_device(wanted)
    return _loaded(str(folder), file_stamps(folder), card.weights_sha256, str(device), dtype_for(device, precision))


def load_part(adapter: Adapter, loaded: Loaded) -> Loaded:
    """Load a part that is a pipeline of its own, beside the model that it is joined to.

    Raises
    ------
    DocumentError, FileError
        As `load_pipeline`.
    """
    folder = Path(adapter.folder)
    return _loaded_part(
        adapter.folder, file_stamps(folder), read_card(folder).weights_sha256, str(loaded.device), loaded.dtype
    )


def dtype_for(device: torch.device, precision: Precision) -> torch.dtype:
    """Choose a number format: half precision where a graphics card computes, single on a processor.

    Raises
    ------
    ParameterError
        If the device does not compute in the one that was chosen.
    """
    if precision == "auto":
        return torch.float32 if device.type == "cpu" else torch.float16
    if device.type == "cpu" and precision == "float16":
        raise ParameterError(
            "The number format is 'float16', in which processors are slow and cannot do all that pipelines need; "
            "choose auto or float32, or bfloat16 for half the memory."
        )
    if device.type == "cuda" and precision == "bfloat16" and not torch.cuda.is_bf16_supported():
        raise ParameterError(f"Device {str(device)!r} does not compute in 'bfloat16'; choose float16 or auto.")
    return TYPES[precision]


def assemble(kind: type, loaded: Loaded, **more: Any) -> Any:
    """Put components together as another pipeline: those that it takes, those given beside, none for the rest.

    Raises
    ------
    DocumentError
        If a component is missing.
    """
    given = {**loaded.components, **more}
    taken: dict[str, Any] = {}
    for name, parameter in inspect.signature(kind).parameters.items():
        if name in given:
            taken[name] = given[name]
        elif name == "requires_safety_checker":
            taken[name] = False
        elif name in getattr(kind, "_optional_components", ()):
            taken[name] = None
        elif parameter.default is inspect.Parameter.empty:
            raise DocumentError(
                f"Model {loaded.card.name!r} has no {name}, which {kind.__name__} needs; choose another model."
            )
    with quiet():
        pipeline = kind(**taken)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what diffusers and transformers print to themselves: what a person must know stands in our sentences."""
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    loggers = [logging.getLogger(name) for name in ("diffusers", "transformers")]
    before = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.ERROR)
    for library in (diffusers_logging, transformers_logging):
        library.disable_progress_bar()
    try:
        yield
    finally:
        for one, level in zip(loggers, before, strict=True):
            one.setLevel(level)


@lru_cache(maxsize=1)
def _loaded(folder: str, _stamps: tuple[object, ...], _sha256: str, device: str, dtype: torch.dtype) -> Loaded:
    return _read(folder, device, dtype)


@lru_cache(maxsize=1)
def _loaded_part(folder: str, _stamps: tuple[object, ...], _sha256: str, device: str, dtype: torch.dtype) -> Loaded:
    return _read(folder, device, dtype)


def _read(folder: str, device: str, dtype: torch.dtype) -> Loaded:
    import diffusers

    path = Path(folder)
    card = read_card(path)
    check_weights(path, card)
    kind = getattr(diffusers, str(card.architecture["pipeline"]), None)
    if kind is None:
        raise Unavailable(
            f"Model {card.name!r} is a {card.architecture['pipeline']}, which this version of diffusers "
            f"({diffusers.__version__}) does not have; choose another model."
        )
    absent = {name: None for name in UNUSED if name in inspect.signature(kind).parameters}
    try:
        with quiet():
            pipeline = kind.from_pretrained(
                path / FILES, local_files_only=True, use_safetensors=True, dtype=dtype, low_cpu_mem_usage=True,
                **absent,
            )  # fmt: skip
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise DocumentError(
            f"Model {card.name!r} cannot be put together: {first_line(error)}", details=repr(error)
        ) from error
    components = {name: one for name, one in pipeline.components.items() if one is not None}
    for one in components.values():
        if isinstance(one, nn.Module):
            one.eval().requires_grad_(False)
    return Loaded(card, components, torch.device(device), dtype)


def file_stamps(folder: Path) -> tuple[object, ...]:
    """Give what changes when a file is exchanged: gigabytes are hashed once, not for every candidate."""
    inner = folder / FILES
    if (folder / WEIGHTS).is_file():
        inner = folder
    elif not inner.is_dir():
        raise FileError(f"Model {folder.name!r} has lost its files; remove it and take it in again.")
    found = sorted(inner.glob(WEIGHTS)) if inner == folder else sorted(p for p in inner.rglob("*") if p.is_file())
    return tuple((str(path.relative_to(inner)), path.stat().st_size, path.stat().st_mtime_ns) for path in found)


def first_line(error: Exception) -> str:
    """Give the kind of an error and the first line of its words."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200] if lines else 'no words'}"
