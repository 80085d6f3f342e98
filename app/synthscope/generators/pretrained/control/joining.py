"""The ControlNet of a run: the model's own, or one that was chosen beside it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

from synthscope.errors import DocumentError, InputError
from synthscope.generators.pretrained.loading import Loaded, file_stamps, first_line, quiet
from synthscope.io.models import check_weights, read_card
from synthscope.io.pretrained_files import FILES
from synthscope.records.generator import Inputs


def controlnet_of(loaded: Loaded, inputs: Inputs) -> Any:
    """Give the control network of a run.

    Raises
    ------
    InputError
        If there is none, or it was made for another model.
    DocumentError, FileError
        If a file of it is missing, or damaged.
    """
    chosen = [one for one in inputs.adapters if one.part == "controlnet"]
    if not chosen and "controlnet" not in loaded.components:
        raise InputError(f"Model {loaded.card.name!r} has no ControlNet; choose one beside it.")
    if not chosen:
        return loaded.components["controlnet"]
    folder = Path(chosen[0].folder)
    network = _read(chosen[0].folder, file_stamps(folder), str(loaded.device), loaded.dtype)
    own, its = (one.config.cross_attention_dim for one in (loaded.denoiser, network))
    if own != its:
        raise InputError(
            f"ControlNet {folder.name!r} reads words of {its} numbers, model {loaded.card.name!r} of {own}: it was "
            "made for another model; choose one that fits."
        )
    return network


@lru_cache(maxsize=1)
def _read(folder: str, _stamps: tuple[object, ...], device: str, dtype: torch.dtype) -> Any:
    from diffusers import ControlNetModel

    path = Path(folder)
    card = read_card(path)
    check_weights(path, card)
    try:
        with quiet():
            network = ControlNetModel.from_pretrained(
                path / FILES, local_files_only=True, use_safetensors=True, dtype=dtype
            )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise DocumentError(
            f"ControlNet {card.name!r} cannot be put together: {first_line(error)}", details=repr(error)
        ) from error
    return network.to(device).eval().requires_grad_(False)
