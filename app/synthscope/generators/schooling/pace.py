"""The pace of learning, and the running average of the weights."""

from __future__ import annotations

import math

import torch
from torch import nn

WARM_UP = 100


def pace(step: int, steps: int, learning_rate: float, *, falls: bool = True) -> float:
    """Give the learning rate of a step: a short rise, then a cosine to zero, or a level."""
    rise = min((step + 1) / max(min(WARM_UP, steps / 10), 1), 1.0)
    fall = 0.5 * (1 + math.cos(math.pi * min(step / max(steps, 1), 1.0))) if falls else 1.0
    return learning_rate * rise * fall


def follow(average: nn.Module, network: nn.Module, step: int, most: float) -> None:
    """Let the running average follow the weights: quickly at first, then keeping `most` of itself at each step.

    What is counted and not learned, such as the statistics of a batch normalisation, is taken over as it is.
    """
    keep = min(most, (1 + step) / (10 + step))
    with torch.no_grad():
        for mean, new in zip(average.parameters(), network.parameters(), strict=True):
            mean.lerp_(new, 1 - keep)
        for kept, counted in zip(average.buffers(), network.buffers(), strict=True):
            kept.copy_(counted)
