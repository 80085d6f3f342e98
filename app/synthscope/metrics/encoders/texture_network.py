"""A small convolutional network whose features are means and deviations of its responses at every scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

_LEAST_SPREAD = 1e-4


@dataclass(frozen=True)
class TextureArchitecture:
    """What the network is built from.

    Parameters
    ----------
    widths : tuple of int
        Channels at each scale; from one scale to the next, pictures are halved.
    """

    widths: tuple[int, ...] = (16, 40, 96)

    @property
    def dimensions(self) -> int:
        """How many features there are: a mean and a deviation of each channel of each scale."""
        return 2 * sum(self.widths)


class TextureNetwork(nn.Module):
    """Two rectified convolutions of 3 x 3 at each scale, no normalisation: a picture is seen by itself.

    Means and deviations of responses over space say what a texture is made of, not where its parts lie
    (Portilla & Simoncelli 2000), and exist for pictures of any size.
    """

    def __init__(self, architecture: TextureArchitecture) -> None:
        super().__init__()
        self.stages = nn.ModuleList()
        before = 1
        for width in architecture.widths:
            self.stages.append(nn.ModuleList([nn.Conv2d(before, width, 3), nn.Conv2d(width, width, 3)]))
            before = width
        # Of the features of training pictures: what makes every column weigh alike in a kernel.
        self.register_buffer("mean", torch.zeros(architecture.dimensions))
        self.register_buffer("spread", torch.ones(architecture.dimensions))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Give the features (N, D) of pictures (N, 1, Y, X), 0 and 1 at the limits, in units of their spread."""
        return (self.raw(pictures) - self.mean) / self.spread

    def raw(self, pictures: torch.Tensor) -> torch.Tensor:
        """Give the features as they are."""
        response, found = 2 * pictures - 1, []
        for index, stage in enumerate(self.stages):
            if index:
                response = functional.avg_pool2d(response, 2)
            for convolution in stage:
                response = functional.silu(convolution(response))
            found += [response.mean(dim=(2, 3)), torch.sqrt(response.var(dim=(2, 3), correction=0) + _LEAST_SPREAD**2)]
        return torch.cat(found, dim=1)


def network_from(architecture: TextureArchitecture, weights: Mapping[str, np.ndarray]) -> TextureNetwork:
    """Build the network with its weights, ready to look."""
    network = TextureNetwork(architecture)
    network.load_state_dict({name: torch.from_numpy(np.array(values)) for name, values in weights.items()})
    network.eval()
    network.requires_grad_(False)
    return network
