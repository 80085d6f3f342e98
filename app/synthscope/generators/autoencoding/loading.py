"""An autoencoder from its model folder."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from synthscope.generators.autoencoding.configuration import VaeConfiguration
from synthscope.generators.autoencoding.network import Autoencoder
from synthscope.generators.cards import check_classes
from synthscope.generators.loading import Weights, load
from synthscope.generators.weights import fill
from synthscope.records.documents import from_json
from synthscope.records.model import ModelCard


@dataclass(frozen=True, eq=False)
class Vae:
    """A trained autoencoder: its card, and its network on a device."""

    card: ModelCard
    network: Autoencoder
    device: torch.device


def load_vae(folder: str, device: str) -> Vae:
    """Load a model: see `synthscope.generators.loading.load`."""
    return load(folder, "vae", device, _built)


def _built(card: ModelCard, weights: Weights, device: torch.device) -> Vae:
    configuration: VaeConfiguration = from_json(VaeConfiguration, dict(card.architecture))
    check_classes(card, configuration.classes)
    network = fill(Autoencoder(configuration), weights)
    network.to(device)
    return Vae(card, network, device)
