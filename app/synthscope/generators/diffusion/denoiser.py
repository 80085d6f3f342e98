"""The prior as a denoiser: D(x; sigma, c) of Karras et al. 2022, Eq. 7, over slabs of slices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from torch import Tensor, nn

from synthscope.generators.diffusion.conditions import Conditions, assemble
from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.formulations import FORMULATIONS
from synthscope.generators.diffusion.network import PriorNetwork
from synthscope.generators.scale import SIGMA_DATA
from synthscope.generators.weights import fill


class Slabs(Protocol):
    """Any D(x; sigma, c) over slabs."""

    @property
    def configuration(self) -> NetworkConfiguration:
        """What it takes: channels, slices, stride."""
        ...

    def __call__(self, noisy: Tensor, sigma: Tensor, conditions: Conditions, /) -> Tensor:
        """Denoise slabs (B, slices, C, H, W) to middle slices (B, C, H, W), each at its noise level (B,)."""
        ...


class SlabDenoiser:
    """D(x; sigma, c): from slabs of noisy slices the expectation of the clean middle one."""

    def __init__(self, network: nn.Module, configuration: NetworkConfiguration) -> None:
        self.network = network
        self._configuration = configuration
        self.formulation = FORMULATIONS[configuration.formulation]

    @property
    def configuration(self) -> NetworkConfiguration:
        """All but the weights."""
        return self._configuration

    def __call__(self, noisy: Tensor, sigma: Tensor, conditions: Conditions) -> Tensor:
        """Denoise.

        Parameters
        ----------
        noisy : Tensor (B, slices, C, H, W)
            Clean pixels plus `sigma` times standard normal noise, in the network's units.
        sigma : Tensor (B,)

        Returns
        -------
        Tensor (B, C, H, W)
        """
        parts = self.formulation.preconditioning(sigma, SIGMA_DATA)
        wide = sigma.shape + (1,) * 3
        scaled = assemble(noisy * parts.c_in.view(*wide, 1), conditions, self.configuration.map_channels)
        middle = noisy[:, self.configuration.context]
        residual = self.network(scaled, parts.c_noise, conditions.descriptors, conditions.plane, conditions.label)
        return parts.c_skip.view(wide) * middle + parts.c_out.view(wide) * residual.to(noisy.dtype)


@dataclass(frozen=True, eq=False)
class ConditionGuided:
    """Classifier-free guidance (Ho & Salimans 2022, Eq. 6): what is told counts `scale` times.

    ``D_u + w (D_c - D_u)``, with D_u told neither descriptors nor class nor label map. Since
    ``D = x + sigma^2 grad log p`` (Tweedie), this is the denoiser of ``p(x) p(c | x)^w``: w = 0 is told nothing,
    w = 1 is D_c itself, more exaggerates what is told. (Their w is one less than this one.)
    """

    denoiser: Slabs
    scale: float

    @property
    def configuration(self) -> NetworkConfiguration:
        """That of the denoiser."""
        return self.denoiser.configuration

    def __call__(self, noisy: Tensor, sigma: Tensor, conditions: Conditions, /) -> Tensor:
        """Denoise by two looks; by one where nothing is told."""
        untold = self.denoiser(noisy, sigma, conditions.without_wishes())
        if not conditions.wished:
            return untold
        return untold + self.scale * (self.denoiser(noisy, sigma, conditions) - untold)


def condition_guided(denoiser: Slabs, scale: float) -> Slabs:
    """Let what is told count `scale` times; at 1 the denoiser itself, bit for bit."""
    return denoiser if scale == 1 else ConditionGuided(denoiser, scale)


def build(configuration: NetworkConfiguration, weights: Mapping[str, np.ndarray]) -> SlabDenoiser:
    """Build the network of a model and fill it with its weights.

    Raises
    ------
    DocumentError
        As `fill` says.
    """
    return SlabDenoiser(fill(PriorNetwork(configuration), weights), configuration)
