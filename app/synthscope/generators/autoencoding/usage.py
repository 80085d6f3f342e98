"""How the latents of a network are used: which channels, how widely, and as which normal distribution together."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from synthscope.generators.autoencoding.bound import active, mean_divergence
from synthscope.generators.autoencoding.configuration import VaeConfiguration
from synthscope.generators.autoencoding.lessons import Lesson
from synthscope.generators.autoencoding.network import Autoencoder

TOGETHER = 32
"""Patches that are encoded at once."""


@dataclass(frozen=True, eq=False)
class Prior:
    """A normal distribution of the latents of a cell: ``mean + factor e`` with e standard normal.

    The standard one is what the bound is measured against. The fitted one has the mean and the covariance of the
    latents of the training images: of all normal distributions it makes the bound largest, and latents drawn from it
    are such as the decoder has met (ex-post density estimation: Ghosh et al. 2020, Section 4).

    Parameters
    ----------
    mean : Tensor (latents,)
    factor : Tensor (latents, latents)
        Lower triangular.
    """

    mean: Tensor
    factor: Tensor

    def at(self, noise: Tensor, temperature: float = 1.0) -> Tensor:
        """Turn standard normal noise (..., latents, H, W) into latents."""
        mixed = torch.einsum("ij,...jhw->...ihw", self.factor, noise)
        return self.mean[:, None, None] + temperature * mixed


@dataclass(frozen=True, eq=False)
class Usage:
    """How the latent channels are used: divergence in nats a cell, spread, which are in use; each (latents,)."""

    divergence: Tensor
    spread: Tensor
    active: Tensor
    prior: Prior


def standard(latents: int, device: torch.device) -> Prior:
    """Give N(0, I)."""
    return Prior(torch.zeros(latents, device=device), torch.eye(latents, device=device))


def fitted(network: Autoencoder) -> Prior:
    """Give the prior that was fitted when the network was kept; the standard one before that."""
    return Prior(network.prior_mean, network.prior_factor)


def usage_of(network: Autoencoder, lesson: Lesson) -> Usage:
    """Measure how the latent channels are used over patches.

    The covariance of the latents is that of the posterior means and the mean of the posterior variances.
    """
    device = next(network.parameters()).device
    found = []
    for first in range(0, len(lesson.pixels), TOGETHER):
        part = lesson.part(slice(first, first + TOGETHER)).to(device)
        with torch.no_grad():
            both = network.posterior(part.pixels, part.label)
        found.append([within(one, network.configuration) for one in both])
    mean, log_variance = (torch.cat(parts) for parts in zip(*found, strict=True))
    values, noise = mean.movedim(1, 0).flatten(1), log_variance.exp().mean(dim=(0, 2, 3))
    centre = values.mean(dim=1)
    offset = (values - centre[:, None]).double()
    covariance = offset @ offset.T / values.shape[1] + torch.diag(noise.double())
    factor = torch.linalg.cholesky(covariance).to(mean.dtype)
    spread = covariance.diagonal().sqrt().to(mean.dtype)
    return Usage(mean_divergence(mean, log_variance), spread, active(mean), Prior(centre, factor))


def within(latents: Tensor, configuration: VaeConfiguration) -> Tensor:
    """Leave out the margins of a map of latents (..., H, W): these see next to nothing of the image."""
    inner = slice(configuration.margin, -configuration.margin)
    return latents[..., inner, inner]
