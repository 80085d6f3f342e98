"""Networks with random weights everywhere, so that every path is felt; and a texture whose cells go together."""

from __future__ import annotations

import numpy as np
import torch
from scipy import ndimage

from synthscope.generators.autoencoding.quantised.configuration import CODERS, LEVELS, WIDTHS, QuantisedConfiguration
from synthscope.generators.autoencoding.quantised.network import QuantisedAutoencoder
from synthscope.generators.coding.configuration import CoderConfiguration


def untaught(classes: int = 0, channels: int = 1, patch: int = 32, seed: int = 0) -> QuantisedAutoencoder:
    """Give a small network that has learned nothing."""
    torch.manual_seed(seed)
    levels, (encoder, decoder, blocks) = LEVELS["240"], CODERS["XS"]
    configuration = QuantisedConfiguration(
        CoderConfiguration(channels, len(levels), encoder, decoder, blocks), levels, WIDTHS["XS"],
        (0.0,) * channels, (1.0,) * channels, classes, patch,
    )  # fmt: skip
    network = QuantisedAutoencoder(configuration)
    torch.nn.init.normal_(network.prior.head.weight, std=0.3)
    for name, parameter in network.named_parameters():
        if name.endswith("conv_out.weight"):
            torch.nn.init.normal_(parameter, std=0.2)
    return network.eval().requires_grad_(False)


def blobs(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Two phases with soft borders, 16-bit, wide enough that a cell tells of the next."""
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), (0, 5, 5, 0))
    return (20000 + 15000 * np.tanh(noise / noise.std())).astype(np.uint16)
