"""The evidence lower bound, term by term (Kingma & Welling 2014), in nats."""

from __future__ import annotations

import math

import torch
from torch import Tensor

ACTIVE = 0.01
"""Variance of its posterior mean above which a latent channel is in use (Burda et al. 2016, Section 5.2)."""


def log_likelihood(pixels: Tensor, rebuilt: Tensor, variance: Tensor) -> Tensor:
    """Give log p(x | z) of each item (B,): a Gaussian about the rebuilt pixels (Kingma & Welling 2014, Appendix C.2).

    Parameters
    ----------
    pixels, rebuilt : Tensor (B, C, H, W)
    variance : Tensor (C,)
    """
    wide = variance[:, None, None]
    density = -0.5 * (math.log(2 * math.pi) + wide.log() + (pixels - rebuilt).square() / wide)
    return density.flatten(1).sum(dim=1)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Give D(q(z | x) || N(0, I)) of every number, any shape: Kingma & Welling 2014, Eq. 10 and Appendix B."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


def freed(terms: Tensor, free_bits: float) -> Tensor:
    """Give the divergence that counts, the mean over items, where that of a channel below `free_bits` is free.

    Kingma et al. 2016, Eq. 15, with one group for each latent channel.

    Parameters
    ----------
    terms : Tensor (B, latents, H, W)
        As `divergence` gives them.
    free_bits : float
        In nats a cell and channel.
    """
    cells = terms.shape[2] * terms.shape[3]
    return terms.mean(dim=(0, 2, 3)).clamp_min(free_bits).sum() * cells


def weight(beta: float, warm_up: float, step: int, steps: int) -> float:
    """Give the weight of the divergence at a step: it rises evenly to `beta` over a share of all steps."""
    rise = warm_up * steps
    return beta * (min(step / rise, 1.0) if rise > 0 else 1.0)


def active(mean: Tensor) -> Tensor:
    """Say which latent channels (latents,) are in use, by their posterior means (B, latents, H, W)."""
    return mean.movedim(1, 0).flatten(1).var(dim=1, correction=0) > ACTIVE


def mean_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Give the divergence of each latent channel (latents,), the mean over items and cells: in nats a cell."""
    return torch.as_tensor(divergence(mean, log_variance).mean(dim=(0, 2, 3)))
