"""LoRA and embeddings joined to a pipeline for one run, and taken off again: its networks stay warm for the next."""

from __future__ import annotations

import copy
import math
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

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

    Several LoRA work together, each with its weight (Hu et al. 2022), in the denoiser and in one or two text encoders.
    An embedding (Gal et al. 2023) gives a meaning to a word: the name of its model in angle brackets, which is then
    used in prompts; where a pipeline has two text encoders (Podell et al. 2024) it holds one for each.

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
            stack.enter_context(_own_injection(pipeline))
            stack.callback(pipeline.unload_lora_weights)
            _join_loras(pipeline, loras)
        if words:
            stack.callback(_own_words(pipeline))
        remarks = [said for one in loras if (said := stranger_words(read_card(Path(one.folder)), model))]
        for one in words:
            token = f"<{read_card(Path(one.folder)).name}>"
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


@contextmanager
def _own_injection(pipeline: Any) -> Iterator[None]:
    """Let text encoders take a LoRA by peft itself, as the denoiser does.

    The `load_adapter` of transformers does the same and refuses any peft before 0.22, which need not be had for it.
    """
    encoders = [getattr(pipeline, encoder) for _, encoder, _ in _readers(pipeline) if hasattr(pipeline, encoder)]
    for network in encoders:
        network.load_adapter = partial(_inject, network)
    try:
        yield
    finally:
        for network in encoders:
            del network.load_adapter


def _inject(
    network: Any, *, adapter_name: str, adapter_state_dict: Any, peft_config: Any, low_cpu_mem_usage: bool = False
) -> None:
    from peft import inject_adapter_in_model, set_peft_model_state_dict

    inject_adapter_in_model(peft_config, network, adapter_name, low_cpu_mem_usage=low_cpu_mem_usage)
    told = set_peft_model_state_dict(network, adapter_state_dict, adapter_name, low_cpu_mem_usage=low_cpu_mem_usage)
    if told.unexpected_keys:
        raise ValueError(f"{len(told.unexpected_keys)} of its tensors are of no layer of {type(network).__name__}")


def _own_words(pipeline: Any) -> Callable[[], None]:
    """Give a pipeline tokenizers of its own, and what puts the tables of its text encoders back as they were.

    What diffusers has for taking a word off again leaves the further vectors of a word of several.
    """
    before = []
    for _, encoder, tokenizer in _readers(pipeline):
        setattr(pipeline, tokenizer, copy.deepcopy(getattr(pipeline, tokenizer)))
        network = getattr(pipeline, encoder)
        table = network.get_input_embeddings()
        before.append((network, table, table.weight, table.weight.data))

    def put_back() -> None:
        for network, table, weight, values in before:  # a table that grows keeps its weight and exchanges its values
            weight.data, table.weight = values, weight
            network.set_input_embeddings(table)
            table.num_embeddings = network.config.vocab_size = len(values)

    return put_back


def _readers(pipeline: Any) -> tuple[tuple[str, str, str], ...]:
    """Give each text encoder and its tokenizer, with the name that an embedding has for it where there are two."""
    two = (("clip_l", "text_encoder", "tokenizer"), ("clip_g", "text_encoder_2", "tokenizer_2"))
    return two if getattr(pipeline, "text_encoder_2", None) is not None else two[:1]


def _join_embedding(pipeline: Any, one: Adapter, token: str) -> None:
    readers, vectors = _readers(pipeline), load_file(_file_of(one))
    if len(vectors) != len(readers):
        words = f"it holds {len(vectors)} of them, and the model has {len(readers)} text encoders"
        raise _misfit(one, "embedding", ValueError(words))
    try:
        for name, encoder, tokenizer in readers:
            vector = vectors[name] if len(readers) > 1 else next(iter(vectors.values()))
            pipeline.load_textual_inversion(
                vector, token=token, text_encoder=getattr(pipeline, encoder), tokenizer=getattr(pipeline, tokenizer)
            )
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
