"""A prior from its model folder, kept warm for the next run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch

from synthscope.generators.cards import card_of
from synthscope.generators.devices import choose_device
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser, build
from synthscope.io.models import read_card, read_weights
from synthscope.records.documents import from_json
from synthscope.records.model import ModelCard


@dataclass(frozen=True, eq=False)
class Prior:
    """A trained prior: its card, and its denoiser on a device."""

    card: ModelCard
    denoiser: SlabDenoiser
    device: torch.device


def load_prior(folder: str, device: str) -> Prior:
    """Load a model, or give it again where it was used last.

    Raises
    ------
    Unavailable
        If no model is named.
    DocumentError, FileError
        If the model is damaged, or of another generator.
    """
    card = card_of(folder, "prior")
    return _loaded(folder, card.weights_sha256, str(choose_device(device)))


@lru_cache(maxsize=2)
def _loaded(folder: str, _sha256: str, device: str) -> Prior:
    card = read_card(Path(folder))
    configuration: NetworkConfiguration = from_json(NetworkConfiguration, dict(card.architecture))
    denoiser = build(configuration, read_weights(Path(folder), card))
    denoiser.network.to(device)
    return Prior(card, denoiser, torch.device(device))
