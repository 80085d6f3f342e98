"""Images of the class, made by the base itself before it is tuned: what it knew, kept (Ruiz et al. 2023, Sec. 3.3)."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from synthscope.generators.pretrained.tuning.base import Base
from synthscope.generators.pretrained.tuning.parameters import AdapterTraining
from synthscope.io.atomic import replacing
from synthscope.records.events import Progress

FILE, STEPS = "class.safetensors", 30


def class_latents(
    base: Base, parameters: AdapterTraining, shape: tuple[int, int, int], seed: int, state: Path
) -> Generator[Progress, None, Tensor | None]:
    """Make latents (N, C, h, w), float32 on the CPU, one by one from seeds of their own; None where none are wanted.

    They are drawn without guidance: from what the base takes the class to be, and not from what words exaggerate.
    Those that the state holds are taken again: a training goes on with the ones it began with.
    """
    if parameters.prior_weight == 0:
        return None
    count = parameters.class_images
    known = _known(state, (count, *shape))
    if known is not None:
        return known
    made = []
    for number in range(count):
        yield Progress(0, 1, f"Making class image {number + 1} of {count}")
        rng = np.random.default_rng([seed, 1, number])
        noise = torch.from_numpy(rng.standard_normal((1, *shape), dtype=np.float32))
        made.append(base.imagine(noise, parameters.class_prompt, STEPS).float().cpu())
    latents = torch.cat(made).contiguous()
    with replacing(state / FILE) as partial:
        save_file({"latents": latents}, str(partial))
    return latents


def _known(state: Path, shape: tuple[int, ...]) -> Tensor | None:
    try:
        found = load_file(str(state / FILE))["latents"]
    except (OSError, SafetensorError, KeyError):
        return None
    return found if tuple(found.shape) == shape else None
