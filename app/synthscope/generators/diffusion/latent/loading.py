"""A latent prior from its model folder."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from synthscope.generators.cards import check_classes
from synthscope.generators.coding.autoencoder import Autoencoder
from synthscope.generators.diffusion.denoiser import SlabDenoiser, build
from synthscope.generators.diffusion.latent.coder import Coder
from synthscope.generators.diffusion.latent.configuration import LatentConfiguration
from synthscope.generators.diffusion.latent.trainer import CODER, PRIOR
from synthscope.generators.loading import Weights, load, part_of
from synthscope.generators.weights import fill
from synthscope.records.documents import from_json
from synthscope.records.model import ModelCard


@dataclass(frozen=True, eq=False)
class Latents:
    """A trained latent prior: its card, its coder, and its denoiser of latents on a device."""

    card: ModelCard
    configuration: LatentConfiguration
    coder: Coder
    denoiser: SlabDenoiser
    device: torch.device


def load_latents(folder: str, device: str) -> Latents:
    """Load a model: see `synthscope.generators.loading.load`."""
    return load(folder, "latent-prior", device, _built)


def _built(card: ModelCard, weights: Weights, device: torch.device) -> Latents:
    configuration: LatentConfiguration = from_json(LatentConfiguration, dict(card.architecture))
    check_classes(card, configuration.prior.classes)
    network = fill(Autoencoder(configuration.coder), part_of(weights, CODER)).to(device)
    denoiser = build(configuration.prior, part_of(weights, PRIOR))
    denoiser.network.to(device)
    return Latents(card, configuration, Coder(network, configuration), denoiser, device)
