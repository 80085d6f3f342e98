"""Adversarial generators from their model folders, kept warm for the next run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

import torch
from torch import nn

from synthscope.errors import DocumentError
from synthscope.generators.adversarial.dcgan import DcganConfiguration, DcganGenerator
from synthscope.generators.adversarial.rivals import GENERATOR
from synthscope.generators.adversarial.style.configuration import StyleConfiguration
from synthscope.generators.adversarial.style.network import StyleGenerator
from synthscope.generators.cards import card_of
from synthscope.generators.devices import choose_device
from synthscope.io.models import read_card, read_weights
from synthscope.records.documents import from_json
from synthscope.records.model import ModelCard

Network = TypeVar("Network", bound=nn.Module)


@dataclass(frozen=True, eq=False)
class Trained(Generic[Network]):
    """A trained generator: its card, and its network on a device."""

    card: ModelCard
    network: Network
    device: torch.device


def load_dcgan(folder: str, device: str) -> Trained[DcganGenerator]:
    """Load a model, or give it again where it was used last: see `load_style`."""
    card = card_of(folder, "dcgan")
    return _dcgan(folder, card.weights_sha256, str(choose_device(device)))


def load_style(folder: str, device: str) -> Trained[StyleGenerator]:
    """Load a model, or give it again where it was used last.

    Raises
    ------
    Unavailable
        If no model is named.
    DocumentError, FileError
        If the model is damaged, or of another generator.
    """
    card = card_of(folder, "stylegan")
    return _style(folder, card.weights_sha256, str(choose_device(device)))


@lru_cache(maxsize=2)
def _dcgan(folder: str, _sha256: str, device: str) -> Trained[DcganGenerator]:
    card = read_card(Path(folder))
    return _filled(DcganGenerator(from_json(DcganConfiguration, dict(card.architecture))), card, folder, device)


@lru_cache(maxsize=2)
def _style(folder: str, _sha256: str, device: str) -> Trained[StyleGenerator]:
    card = read_card(Path(folder))
    return _filled(StyleGenerator(from_json(StyleConfiguration, dict(card.architecture))), card, folder, device)


def _filled(network: Network, card: ModelCard, folder: str, device: str) -> Trained[Network]:
    weights = read_weights(Path(folder), card)
    named = {name.removeprefix(GENERATOR): torch.from_numpy(value) for name, value in weights.items()}
    try:
        network.load_state_dict(named)
    except RuntimeError as error:
        raise DocumentError(
            f"The weights of model {card.name!r} do not fit its card; train it anew, or get it again.",
            details=str(error),
        ) from error
    network.to(device, memory_format=torch.channels_last).eval().requires_grad_(False)
    return Trained(card, network, torch.device(device))
