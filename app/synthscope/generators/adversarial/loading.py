"""Adversarial generators from their model folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import torch
from torch import nn

from synthscope.generators.adversarial.configuration import DcganConfiguration
from synthscope.generators.adversarial.dcgan import DcganGenerator
from synthscope.generators.adversarial.rivals import GENERATOR
from synthscope.generators.adversarial.style.configuration import StyleConfiguration
from synthscope.generators.adversarial.style.network import StyleGenerator
from synthscope.generators.cards import check_classes
from synthscope.generators.loading import Weights, load, part_of
from synthscope.generators.weights import fill
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
    """Load a model: see `synthscope.generators.loading.load`."""
    return load(folder, "dcgan", device, _dcgan)


def load_style(folder: str, device: str) -> Trained[StyleGenerator]:
    """Load a model: see `synthscope.generators.loading.load`."""
    return load(folder, "stylegan", device, _style)


def _dcgan(card: ModelCard, weights: Weights, device: torch.device) -> Trained[DcganGenerator]:
    configuration: DcganConfiguration = from_json(DcganConfiguration, dict(card.architecture))
    check_classes(card, configuration.classes)
    return _filled(DcganGenerator(configuration), card, weights, device)


def _style(card: ModelCard, weights: Weights, device: torch.device) -> Trained[StyleGenerator]:
    configuration: StyleConfiguration = from_json(StyleConfiguration, dict(card.architecture))
    check_classes(card, configuration.classes)
    return _filled(StyleGenerator(configuration), card, weights, device)


def _filled(network: Network, card: ModelCard, weights: Weights, device: torch.device) -> Trained[Network]:
    fill(network, part_of(weights, GENERATOR)).to(device)
    return Trained(card, network, device)
