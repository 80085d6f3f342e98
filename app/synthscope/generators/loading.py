"""A model from its folder, built once and kept warm for the next run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
import torch

from synthscope.generators.cards import card_of
from synthscope.generators.devices import choose_device
from synthscope.io.models import read_card, read_weights
from synthscope.records.model import ModelCard

Weights: TypeAlias = Mapping[str, np.ndarray]
Model = TypeVar("Model")
WARM = 4
"""Models that are kept, whatever their generators."""


def load(
    folder: str, generator: str, device: str, build: Callable[[ModelCard, Weights, torch.device], Model]
) -> Model:
    """Build the model of a folder, or give it again where it was used not long ago.

    Parameters
    ----------
    build : callable
        From card, weights and device to what the generator works with; a function of a module, which is what a
        model is known by besides its folder, weights and device.

    Raises
    ------
    Unavailable
        If no model is named, it is one of another generator, or the device is not here.
    DocumentError, FileError
        If the model is damaged.
    """
    card = card_of(folder, generator)
    return cast("Model", _warm(build, folder, card.weights_sha256, str(choose_device(device))))


@lru_cache(maxsize=WARM)
def _warm(build: Callable[[ModelCard, Weights, torch.device], Any], folder: str, _sha256: str, device: str) -> Any:
    card = read_card(Path(folder))
    return build(card, read_weights(Path(folder), card), torch.device(device))


def part_of(weights: Weights, prefix: str) -> dict[str, np.ndarray]:
    """Give the weights whose names begin with a prefix, without it."""
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
