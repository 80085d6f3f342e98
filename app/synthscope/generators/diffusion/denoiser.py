"""The prior as a denoiser: D(x; sigma, c) of Karras et al. 2022, Eq. 7, over slabs of slices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from synthscope.errors import DocumentError
from synthscope.generators.diffusion.conditions import Conditions, assemble
from synthscope.generators.diffusion.configuration import SIGMA_DATA, NetworkConfiguration
from synthscope.generators.diffusion.formulations import FORMULATIONS
from synthscope.generators.diffusion.network import PriorNetwork


class SlabDenoiser:
    """D(x; sigma, c): from slabs of noisy slices the expectation of the clean middle one."""

    def __init__(self, network: nn.Module, configuration: NetworkConfiguration) -> None:
        self.network = network
        self.configuration = configuration
        self.formulation = FORMULATIONS[configuration.formulation]

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
        scaled = assemble(noisy * parts.c_in.view(*wide, 1), conditions)
        middle = noisy[:, self.configuration.context]
        residual = self.network(scaled, parts.c_noise, conditions.descriptors, conditions.plane, conditions.label)
        return parts.c_skip.view(wide) * middle + parts.c_out.view(wide) * residual.to(noisy.dtype)


def build(configuration: NetworkConfiguration, weights: Mapping[str, np.ndarray]) -> SlabDenoiser:
    """Build the network of a model and fill it with its weights.

    Raises
    ------
    DocumentError
        As `fill` says.
    """
    return SlabDenoiser(fill(PriorNetwork(configuration), weights), configuration)


Net = TypeVar("Net", bound=nn.Module)


def fill(network: Net, weights: Mapping[str, np.ndarray]) -> Net:
    """Fill a network with the weights of a model, for use.

    Raises
    ------
    DocumentError
        If they do not fit: a weight is missing, of another shape, or not a number.
    """
    wanted = network.state_dict()
    if set(wanted) != set(weights) or any(tuple(wanted[name].shape) != weights[name].shape for name in wanted):
        raise DocumentError(
            "The weights are not those of the network on the model's card; give an unchanged copy of the model."
        )
    found = {name: torch.from_numpy(np.array(value, dtype=np.float32)) for name, value in weights.items()}
    if not all(bool(torch.isfinite(value).all()) for value in found.values()):
        raise DocumentError("The model's weights are not all numbers; train it again or give an unchanged copy.")
    network.load_state_dict(found)
    network.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    return network
