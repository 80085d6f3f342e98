"""The networks of Radford et al. 2016 (arXiv:1511.06434): Figure 1 and the guidelines of Section 3."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from synthscope.generators.adversarial.configuration import FACTORS, LATENT, DcganConfiguration

SPREAD = 0.02
"""Standard deviation of the first weights (Section 4)."""
SLOPE = 0.2


class DcganGenerator(nn.Sequential):
    """From latents (B, 100, 1, 1) to images (B, C, 64, 64) between -1 and 1."""

    def __init__(self, configuration: DcganConfiguration) -> None:
        width = configuration.width
        layers: list[nn.Module] = []
        before = LATENT
        for factor in FACTORS:
            stride, padding = (1, 0) if before == LATENT and not layers else (2, 1)
            layers += [
                nn.ConvTranspose2d(before, factor * width, 4, stride, padding, bias=False),
                nn.BatchNorm2d(factor * width),
                nn.ReLU(inplace=True),
            ]
            before = factor * width
        super().__init__(*layers, nn.ConvTranspose2d(before, configuration.channels, 4, 2, 1), nn.Tanh())
        self.configuration = configuration
        self.apply(_begin)


class DcganDiscriminator(nn.Sequential):
    """From images (B, C, 64, 64) to logits (B,)."""

    def __init__(self, configuration: DcganConfiguration) -> None:
        width = configuration.width
        layers: list[nn.Module] = [
            nn.Conv2d(configuration.channels, width, 4, 2, 1),
            nn.LeakyReLU(SLOPE, inplace=True),
        ]
        for factor in (2, 4, 8):
            layers += [
                nn.Conv2d(factor * width // 2, factor * width, 4, 2, 1, bias=False),
                nn.BatchNorm2d(factor * width),
                nn.LeakyReLU(SLOPE, inplace=True),
            ]
        super().__init__(*layers, nn.Conv2d(8 * width, 1, 4, 1, 0), nn.Flatten(0))
        self.apply(_begin)


def _begin(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
        nn.init.normal_(module.weight, std=SPREAD)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1.0, SPREAD)


def latents(count: int, normal: Tensor) -> Tensor:
    """Give latents (B, 100, 1, 1) of numbers (B, 100): uniform from -1 to 1 in the paper, normal here as since."""
    return torch.as_tensor(normal).reshape(count, LATENT, 1, 1)
