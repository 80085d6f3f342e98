"""An autoencoder from its model folder, kept warm for the next run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch

from synthscope.generators.autoencoding.configuration import VaeConfiguration
from synthscope.generators.autoencoding.network import Autoencoder
from synthscope.generators.cards import card_of
from synthscope.generators.devices import choose_device
from synthscope.generators.weights import fill
from synthscope.io.models import read_card, read_weights
from synthscope.records.documents import from_json
from synthscope.records.model import ModelCard


@dataclass(frozen=True, eq=False)
class Vae:
    """A trained autoencoder: its card, and its network on a device."""

    card: ModelCard
    network: Autoencoder
    device: torch.device


def load_vae(folder: str, device: str) -> Vae:
    """Load a model, or give it again where it was used last.

    Raises
    ------
    Unavailable
        If no model is named, or it is one of another generator.
    DocumentError, FileError
        If the model is damaged.
    """
    card = card_of(folder, "vae")
    return _loaded(folder, card.weights_sha256, str(choose_device(device)))


@lru_cache(maxsize=2)
def _loaded(folder: str, _sha256: str, device: str) -> Vae:
    card = read_card(Path(folder))
    configuration: VaeConfiguration = from_json(VaeConfiguration, dict(card.architecture))
    network = fill(Autoencoder(configuration), read_weights(Path(folder), card))
    network.to(device)
    return Vae(card, network, torch.device(device))
