"""A prior of fixed random weights: small, and not trivial."""

from __future__ import annotations

import torch

from synthscope.generators.diffusion.configuration import NetworkConfiguration
from synthscope.generators.diffusion.denoiser import SlabDenoiser
from synthscope.generators.diffusion.network import PriorNetwork


def prior_of(context: int = 1) -> SlabDenoiser:
    """Make a denoiser that sees so many slices on either side."""
    configuration = NetworkConfiguration(context=context, widths=(8, 16), blocks=1)
    torch.manual_seed(0)
    network = PriorNetwork(configuration).eval().requires_grad_(False)
    for parameter in network.parameters():
        parameter.normal_(0, 0.08)
    return SlabDenoiser(network, configuration)
