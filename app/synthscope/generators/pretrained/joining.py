"""LoRA and embeddings joined to a pipeline for one run, and taken off again: its networks stay warm for the next."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from synthscope.errors import InputError
from synthscope.generators.pretrained.loading import file_stamps, first_line, quiet
from synthscope.io.models import WEIGHTS, check_weights, read_card
from synthscope.io.pretrained_files import FILES
from synthscope.records.generator import Adapter
from synthscope.records.model import ModelCard, stranger_words

FAULTS = (ValueError, RuntimeError, KeyError, TypeError, AttributeError, OSError)
"""What diffusers and peft raise where a file does not fit; the sentence is ours."""


@contextmanager
def joined(pipeline: Any, adapters: tuple[Adapter, ...], model: ModelCard) -> Iterator[tuple[str, ...]]:
    """Join LoRA and embeddings to a pipeline while the block lasts, and give the sentences that a result carries.

    Several LoRA work together, each with its weight (Hu et al. 2022). An embedding (Gal et al. 2023) gives a meaning
    to a word: the name of its model in angle brackets, which is then used in prompts.

    Raises
    ------
    InputError
        If one does not fit the model.
    FileError, DocumentError
        If a file is missing, damaged, or not the one of its card.
    """
    loras = [one for one in adapters if one.part == "lora"]
    words = [one for one in adapters if one.part == "embedding"]
    with ExitStack() as stack, quiet():
        if loras:
            stack.callback(pipeline.unload_lora_weights)
            _join_loras(pipeline, loras)
        remarks = [said for one in loras if (said := stranger_words(read_card(Path(one.folder)), model))]
        for one in words:
            token = f"<{read_card(Path(one.folder)).name}>"
            stack.callback(pipeline.unload_textual_inversion, token)
            _join_embedding(pipeline, one, token)
            remarks.append(f"The prompt knows the word {token}, by an embedding that was joined.")
        yield tuple(remarks)


def _join_loras(pipeline: Any, loras: list[Adapter]) -> None:
    names = [f"lora{number}" for number in range(len(loras))]
    for name, one in zip(names, loras, strict=True):
        path = _file_of(one)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that there is one already is what is wanted
                pipeline.load_lora_weights(path.parent, weight_name=path.name, adapter_name=name, local_files_only=True)
        except FAULTS as error:
            raise _misfit(one, "LoRA", error) from error
        if name not in {known for found in pipeline.get_list_adapters().values() for known in found}:
            raise _misfit(one, "LoRA", ValueError("none of its layers is one of the model's"))
    pipeline.set_adapters(names, [one.weight for one in loras])


def _join_embedding(pipeline: Any, one: Adapter, token: str) -> None:
    path = _file_of(one)
    try:
        pipeline.load_textual_inversion(path.parent, weight_name=path.name, token=token, local_files_only=True)
    except FAULTS as error:
        raise _misfit(one, "embedding", error) from error


def _file_of(one: Adapter) -> Path:
    """Give the one file of an adapter, whose hash was found to be that of its card."""
    if not math.isfinite(one.weight):
        raise InputError(f"The weight of an adapter is {one.weight}; give a number.")
    return Path(one.folder) / _checked(one.folder, file_stamps(Path(one.folder)))


@lru_cache(maxsize=16)
def _checked(folder: str, _stamps: tuple[object, ...]) -> str:
    card = read_card(Path(folder))
    check_weights(Path(folder), card)
    if not card.is_pretrained:  # trained here
        return WEIGHTS
    return f"{FILES}/{next(file.name for file in card.files if file.name.endswith('.safetensors'))}"


def _misfit(one: Adapter, kind: str, error: Exception) -> InputError:
    name = read_card(Path(one.folder)).name
    return InputError(
        f"The {kind} {name!r} does not fit the model ({first_line(error)}): it was made for another one; choose one "
        "that fits, or leave it out."
    )
