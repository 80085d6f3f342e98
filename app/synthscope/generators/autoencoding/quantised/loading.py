"""A VQ-VAE from its model folder."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from synthscope.generators.autoencoding.quantised.configuration import QuantisedConfiguration
from synthscope.generators.autoencoding.quantised.network import QuantisedAutoencoder
from synthscope.generators.cards import check_classes
from synthscope.generators.loading import Weights, load
from synthscope.generators.weights import fill
from synthscope.records.documents import from_json
from synthscope.records.model import ModelCard


@dataclass(frozen=True, eq=False)
class VqVae:
    """A trained VQ-VAE: its card, and its networks on a device."""

    card: ModelCard
    network: QuantisedAutoencoder
    device: torch.device


def load_vqvae(folder: str, device: str) -> VqVae:
    """Load a model: see `synthscope.generators.loading.load`."""
    return load(folder, "vqvae", device, _built)


def _built(card: ModelCard, weights: Weights, device: torch.device) -> VqVae:
    configuration: QuantisedConfiguration = from_json(QuantisedConfiguration, dict(card.architecture))
    check_classes(card, configuration.classes)
    network = fill(QuantisedAutoencoder(configuration), weights)
    network.to(device)
    return VqVae(card, network, device)
