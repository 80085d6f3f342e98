"""A latent prior from its model folder, kept warm for the next run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from synthscope.generators.cards import card_of
from synthscope.generators.devices import choose_device
from synthscope.generators.diffusion.denoiser import SlabDenoiser, build
from synthscope.generators.diffusion.latent.autoencoder import Autoencoder
from synthscope.generators.diffusion.latent.coder import Coder
from synthscope.generators.diffusion.latent.configuration import LatentConfiguration
from synthscope.generators.diffusion.latent.trainer import CODER, PRIOR
from synthscope.generators.weights import fill
from synthscope.io.models import read_card, read_weights
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
    """Load a model, or give it again where it was used last.

    Raises
    ------
    Unavailable
        If no model is named, or it is one of another generator.
    DocumentError, FileError
        If the model is damaged.
    """
    card = card_of(folder, "latent-prior")
    return _loaded(folder, card.weights_sha256, str(choose_device(device)))


@lru_cache(maxsize=2)
def _loaded(folder: str, _sha256: str, device: str) -> Latents:
    card = read_card(Path(folder))
    configuration: LatentConfiguration = from_json(LatentConfiguration, dict(card.architecture))
    weights = read_weights(Path(folder), card)
    network = fill(Autoencoder(configuration.coder), _part(weights, CODER)).to(device)
    denoiser = build(configuration.prior, _part(weights, PRIOR))
    denoiser.network.to(device)
    return Latents(card, configuration, Coder(network, configuration), denoiser, torch.device(device))


def _part(weights: Mapping[str, np.ndarray], prefix: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
