"""The pace of learning, and the running average of the weights."""

from __future__ import annotations

import math

import torch
from torch import nn

WARM_UP = 100
AVERAGE = 0.999


def pace(step: int, steps: int, learning_rate: float) -> float:
    """Give the learning rate of a step: a short rise, then a cosine to zero."""
    rise = min((step + 1) / max(min(WARM_UP, steps / 10), 1), 1.0)
    return learning_rate * rise * 0.5 * (1 + math.cos(math.pi * min(step / max(steps, 1), 1.0)))


def follow(average: nn.Module, network: nn.Module, step: int) -> None:
    """Let the running average follow the weights: quickly at first, then over a thousand steps."""
    keep = min(AVERAGE, (1 + step) / (10 + step))
    with torch.no_grad():
        for mean, new in zip(average.parameters(), network.parameters(), strict=True):
            mean.lerp_(new, 1 - keep)
