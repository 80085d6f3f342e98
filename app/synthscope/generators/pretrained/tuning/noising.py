"""What a denoiser is asked while it learns: noise of chosen strengths, from a seed and a step alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from synthscope.errors import InputError
from synthscope.generators.pretrained.tuning.low_rank import LowRank


@dataclass(frozen=True, eq=False)
class Question:
    """Noise (B, C, H, W) and times (B,), int64, of one batch."""

    noise: Tensor
    times: Tensor


def question(shape: tuple[int, ...], times: int, seed: int, step: int) -> Question:
    """Draw a question that depends on nothing but shape, seed and step."""
    generator = torch.Generator().manual_seed((seed * 1_000_003 + step) % 2**63)
    noise = torch.randn(shape, generator=generator)
    return Question(noise, torch.randint(times, shape[:1], generator=generator))


def denoising_loss(
    adapter: LowRank, denoiser: nn.Module, scheduler: Any, latents: Tensor, words: Tensor, asked: Question
) -> Tensor:
    """Give the model's own loss of each item (B,): the squared error of the noise, or of the velocity.

    Ho et al. 2020 (https://arxiv.org/abs/2006.11239) for noise, Salimans & Ho 2022
    (https://arxiv.org/abs/2202.00512) for velocity.

    Raises
    ------
    InputError
        If the model predicts neither.
    """
    noise, times = asked.noise.to(latents), asked.times.to(latents.device)
    kind = scheduler.config.prediction_type
    if kind not in ("epsilon", "v_prediction"):
        raise InputError(f"This model predicts {kind!r}; only models of noise or velocity can be tuned.")
    wanted = noise if kind == "epsilon" else scheduler.get_velocity(latents, noise, times)
    found = adapter(denoiser, scheduler.add_noise(latents, noise, times), times, words)
    return (found.float() - wanted.float()).square().flatten(1).mean(dim=1)
