"""The convolutions of AlexNet, VGG-16 and SqueezeNet 1.1, by the key names of torchvision's files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn
from torch.nn import functional

Backbone = Literal["alex", "vgg", "squeeze"]


class Fire(nn.Module):
    """The block of SqueezeNet (Iandola et al. 2016, section 3.2): squeezed, then widened by 1 x 1 and by 3 x 3."""

    def __init__(self, before: int, squeezed: int, widened: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(before, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, widened, 1)
        self.expand3x3 = nn.Conv2d(squeezed, widened, 3, padding=1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Give (N, 2 * widened, Y, X)."""
        squeezed = functional.relu(self.squeeze(pictures))
        wide = (functional.relu(self.expand1x1(squeezed)), functional.relu(self.expand3x3(squeezed)))
        return torch.cat(wide, dim=1)


@dataclass(frozen=True)
class Plan:
    """How a backbone is built, and where it is listened to.

    Parameters
    ----------
    layers : callable
        Gives the layers by their number in torchvision's ``features``.
    taps : tuple of int
        The layers whose responses are compared.
    channels : tuple of int
        Of those responses.
    """

    layers: Callable[[], list[nn.Module]]
    taps: tuple[int, ...]
    channels: tuple[int, ...]


def _alexnet() -> list[nn.Module]:
    """Give the layers of Krizhevsky 2014, as torchvision numbers them."""
    return [
        nn.Conv2d(3, 64, 11, stride=4, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(),
        nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(),
    ]  # fmt: skip


def _vgg16() -> list[nn.Module]:
    """Give the layers of configuration D (Simonyan & Zisserman 2015)."""
    layers: list[nn.Module] = []
    before = 3
    for block, (count, width) in enumerate(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))):
        if block:
            layers.append(nn.MaxPool2d(2, 2))
        for _ in range(count):
            layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU()]
            before = width
    return layers


def _squeezenet() -> list[nn.Module]:
    """Give the layers of SqueezeNet 1.1: poolings come earlier than in the paper, which saves most of the work."""

    def pool() -> nn.Module:
        return nn.MaxPool2d(3, 2, ceil_mode=True)

    return [
        nn.Conv2d(3, 64, 3, stride=2), nn.ReLU(), pool(),
        Fire(64, 16, 64), Fire(128, 16, 64), pool(),
        Fire(128, 32, 128), Fire(256, 32, 128), pool(),
        Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), Fire(512, 64, 256),
    ]  # fmt: skip


PLANS: Mapping[Backbone, Plan] = {
    "alex": Plan(_alexnet, (1, 4, 7, 9, 11), (64, 192, 384, 256, 256)),
    "vgg": Plan(_vgg16, (3, 8, 15, 22, 29), (64, 128, 256, 512, 512)),
    "squeeze": Plan(_squeezenet, (1, 4, 7, 9, 10, 11, 12), (64, 128, 256, 384, 384, 512, 512)),
}


class Features(nn.Module):
    """A backbone that gives the responses at its taps."""

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        plan = PLANS[backbone]
        self.taps = plan.taps
        self.features = nn.ModuleList(plan.layers())

    def forward(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """Give the responses to pictures (N, 3, Y, X), finest first."""
        found = []
        for index, layer in enumerate(self.features):
            pictures = layer(pictures)
            if index in self.taps:
                found.append(pictures)
        return found
