"""A prior from its model folder."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from synthscope.generators.cards import check_classes
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser, build
from synthscope.generators.loading import Weights, load
from synthscope.records.documents import from_json
from synthscope.records.model import ModelCard


@dataclass(frozen=True, eq=False)
class Prior:
    """A trained prior: its card, and its denoiser on a device."""

    card: ModelCard
    denoiser: SlabDenoiser
    device: torch.device


def load_prior(folder: str, device: str) -> Prior:
    """Load a model: see `synthscope.generators.loading.load`."""
    return load(folder, "prior", device, _built)


def _built(card: ModelCard, weights: Weights, device: torch.device) -> Prior:
    configuration: NetworkConfiguration = from_json(NetworkConfiguration, dict(card.architecture))
    check_classes(card, configuration.classes)
    denoiser = build(configuration, weights)
    denoiser.network.to(device)
    return Prior(card, denoiser, device)
