"""Filling holes: what is missing and its latents are drawn from each other in turn (pseudo-Gibbs)."""

from __future__ import annotations

from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from synthscope.generators.autoencoding.fields import decode, encode, latent_shape
from synthscope.generators.autoencoding.network import Autoencoder
from synthscope.generators.autoencoding.usage import Prior


def fill_holes(
    network: Autoencoder, prior: Prior, known: Tensor, hole: Tensor, label: Tensor, rounds: int,
    rng: np.random.Generator,
) -> Generator[Tensor | None, None, Tensor]:  # fmt: skip
    """Fill the holes of one image.

    First the hole holds an image of latents that are drawn from their prior. In each round latents are drawn from the
    posterior of the image as it stands, and the hole from what they are decoded to, with the decoder's own noise; the
    last round leaves that noise away (Rezende, Mohamed & Wierstra 2014, Section 5.3 and Appendix F). Where the
    posterior is exact this is a Gibbs sampler of the holes given what is known; here it is nearly one.

    Parameters
    ----------
    known : Tensor (C, Y, X)
        In the network's units; not looked at in the hole.
    hole : Tensor of bool (Y, X)
    label : Tensor of int64 (1,)

    Yields
    ------
    None or Tensor (C, Y, X)
        After each piece of a round nothing, after each round the image as it then stands.

    Returns
    -------
    Tensor (C, Y, X)
    """
    size = (int(known.shape[1]), int(known.shape[2]))

    def draw(shape: tuple[int, ...]) -> Tensor:
        return torch.from_numpy(rng.standard_normal(shape, dtype=np.float32)).to(known.device)

    latents = prior.at(draw(latent_shape(network.configuration, *size)))
    deviation = network.variance.sqrt()[:, None, None]
    for _ in range(rounds):
        made = yield from decode(network, latents, label, *size)
        yield torch.where(hole, made, known)
        image = torch.where(hole, made + deviation * draw(tuple(known.shape)), known)
        mean, log_variance = yield from encode(network, image, label)
        latents = mean + (log_variance / 2).exp() * draw(tuple(mean.shape))
    made = yield from decode(network, latents, label, *size)
    return torch.where(hole, made, known)
