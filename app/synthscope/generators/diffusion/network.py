"""The network: a lean, fully convolutional U-Net on pixel-unshuffled input."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.generators.diffusion.configuration import FREQUENCIES, NetworkConfiguration
from synthscope.generators.pixel_norm import PixelNorm


class Block(nn.Module):
    """Two convolutions with a residual path; the embedding scales and shifts between them."""

    def __init__(self, before: int, after: int, embedding: int) -> None:
        super().__init__()
        self.norm_in = PixelNorm(before)
        self.conv_in = nn.Conv2d(before, after, 3, padding=1)
        self.modulation = nn.Linear(embedding, 2 * after)
        self.norm_out = PixelNorm(after)
        self.conv_out = nn.Conv2d(after, after, 3, padding=1)
        self.skip = nn.Conv2d(before, after, 1) if before != after else nn.Identity()
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)

    def forward(self, x: Tensor, embedding: Tensor) -> Tensor:
        """Map (B, before, H, W) to (B, after, H, W)."""
        h = self.conv_in(F.silu(self.norm_in(x)))
        scale, shift = self.modulation(embedding)[:, :, None, None].chunk(2, dim=1)
        h = torch.addcmul(shift, self.norm_out(h), 1 + scale)
        out: Tensor = self.skip(x) + self.conv_out(F.silu(h))
        return out


class Embedding(nn.Module):
    """Noise level and the droppable conditions as one vector."""

    def __init__(self, width: int, planes: bool, classes: int) -> None:
        super().__init__()
        self.register_buffer("frequencies", 2 ** torch.linspace(-2, 5, FREQUENCIES), persistent=False)
        self.noise = nn.Linear(2 * FREQUENCIES, width)
        self.descriptors = nn.Linear(4, width)
        self.plane = nn.Embedding(4, width) if planes else None
        self.label = nn.Embedding(classes + 1, width) if classes else None
        self.mix = nn.Linear(width, width)

    def forward(self, c_noise: Tensor, descriptors: Tensor, plane: Tensor, label: Tensor) -> Tensor:
        """Embed.

        Parameters
        ----------
        c_noise : Tensor (B,)
        descriptors : Tensor (B, 4)
            Mean, phase fraction, and for each whether it is told (1) or dropped (0).
        plane, label : Tensor of int (B,)
            0 where dropped.
        """
        phases = c_noise[:, None] * self.frequencies
        h = self.noise(torch.cat([phases.cos(), phases.sin()], dim=1)) + self.descriptors(descriptors)
        if self.plane is not None:
            h = h + self.plane(plane)
        if self.label is not None:
            h = h + self.label(label)
        out: Tensor = F.silu(self.mix(F.silu(h)))
        return out


class PriorNetwork(nn.Module):
    """F of Karras et al. 2022, Eq. 7, over slices, known pixels and mask.

    Works at half resolution and below: the input is unshuffled by two (Shi et al. 2016), each further level
    halves again. Sides must be multiples of `NetworkConfiguration.stride`.
    """

    def __init__(self, configuration: NetworkConfiguration) -> None:
        super().__init__()
        self.configuration = configuration
        widths, blocks = configuration.widths, configuration.blocks
        width = 4 * widths[0]
        self.embedding = Embedding(width, configuration.planes, configuration.classes)
        self.stem = nn.Conv2d(4 * configuration.inputs, widths[0], 3, padding=1)
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        self.shrink, self.grow = nn.ModuleList(), nn.ModuleList()
        before, kept = widths[0], [widths[0]]
        for level, after in enumerate(widths):
            stage = nn.ModuleList()
            for _ in range(blocks):
                stage.append(Block(before, after, width))
                before = after
                kept.append(after)
            self.down.append(stage)
            if level < len(widths) - 1:
                self.shrink.append(nn.Conv2d(after, after, 3, stride=2, padding=1))
                kept.append(after)
        self.middle = Block(before, before, width)
        for level, after in reversed(list(enumerate(widths))):
            stage = nn.ModuleList()
            for _ in range(blocks + 1):
                stage.append(Block(before + kept.pop(), after, width))
                before = after
            self.up.append(stage)
            if level > 0:
                self.grow.append(nn.Conv2d(after, after, 3, padding=1))
        self.norm = PixelNorm(before)
        self.head = nn.Conv2d(before, 4 * configuration.channels, 3, padding=1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x: Tensor, c_noise: Tensor, descriptors: Tensor, plane: Tensor, label: Tensor) -> Tensor:
        """Map (B, inputs, H, W) to (B, channels, H, W)."""
        embedding = self.embedding(c_noise, descriptors, plane, label)
        h = self.stem(F.pixel_unshuffle(x, 2).contiguous(memory_format=torch.channels_last))
        kept = [h]
        for level, stage in enumerate(self.down):
            for block in stage:
                h = block(h, embedding)
                kept.append(h)
            if level < len(self.shrink):
                h = self.shrink[level](h)
                kept.append(h)
        h = self.middle(h, embedding)
        for level, stage in enumerate(self.up):
            for block in stage:
                h = block(torch.cat([h, kept.pop()], dim=1), embedding)
            if level < len(self.grow):
                h = self.grow[level](F.interpolate(h, scale_factor=2.0, mode="nearest"))
        return F.pixel_shuffle(self.head(F.silu(self.norm(h))), 2)


def count_parameters(network: nn.Module) -> int:
    """Count the trainable numbers."""
    return sum(p.numel() for p in network.parameters() if p.requires_grad)
