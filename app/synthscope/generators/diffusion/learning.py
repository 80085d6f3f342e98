"""One step of learning: the weighted denoising loss, the running average of the weights, the pace."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from synthscope.generators.diffusion.configuration import SIGMA_DATA
from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.lessons import Lesson

KNOWN_WEIGHT = 0.1
"""Weight of known pixels in the loss: they are given, and only keep the border honest."""
WARM_UP = 100
AVERAGE = 0.999


def denoising_loss(denoiser: SlabDenoiser, lesson: Lesson) -> Tensor:
    """Give lambda(sigma) |D(x + sigma n; sigma) - x|^2 of each item (B,): Karras et al. 2022, Eq. 2."""
    formulation, middle = denoiser.formulation, denoiser.configuration.context
    sigma = formulation.draw_sigma(lesson.uniform).to(lesson.clean.dtype)
    noisy = lesson.clean + sigma[:, None, None, None, None] * lesson.noise
    denoised = denoiser(noisy, sigma, lesson.conditions)
    weight = KNOWN_WEIGHT + (1 - KNOWN_WEIGHT) * lesson.conditions.mask[:, middle, None]
    error = (weight * (denoised - lesson.clean[:, middle]) ** 2).flatten(1).sum(dim=1)
    area = weight.flatten(1).sum(dim=1) * denoised.shape[1]
    return formulation.weight(sigma, SIGMA_DATA) * error / area


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
