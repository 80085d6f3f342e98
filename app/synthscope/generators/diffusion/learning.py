"""What a prior learns by: the weighted denoising loss."""

from __future__ import annotations

from torch import Tensor

from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.lessons import Lesson
from synthscope.generators.scale import SIGMA_DATA

KNOWN_WEIGHT = 0.1
"""Weight of known pixels in the loss: they are given, and only keep the border honest."""


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
