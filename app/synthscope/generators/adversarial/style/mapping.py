"""From latents to styles."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.adversarial.style.configuration import StyleConfiguration

SLOPE = 0.2


class Mapping(nn.Module):
    """From a latent z, and a class, to a style w (Karras et al. 2019, arXiv:1812.04948, Section 2)."""

    def __init__(self, configuration: StyleConfiguration) -> None:
        super().__init__()
        latent = configuration.latent
        self.label = nn.Embedding(configuration.classes + 1, latent) if configuration.classes else None
        inputs = 2 * latent if configuration.classes else latent
        sizes = [inputs, *[latent] * configuration.mapping]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(sizes))

    def forward(self, z: Tensor, label: Tensor) -> Tensor:
        """Map latents (B, latent), and classes (B,) one more than their index, to styles (B, latent)."""
        x = _even(z)
        if self.label is not None:
            x = torch.cat([x, _even(self.label(label))], dim=1)
        for layer in self.layers:
            x = F.leaky_relu(layer(x), SLOPE)
        return x


def _even(z: Tensor) -> Tensor:
    """Scale each latent to a mean square of one."""
    return z * (z.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
