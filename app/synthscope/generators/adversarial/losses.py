"""What either rival goes down: losses of a discriminator, of a generator, and gradient penalties."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it


def saturation_free(real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
    """Give the losses (B,) of discriminator and generator for logits (B,): Goodfellow et al. 2014, Section 3.

    The generator's is the one that does not saturate: -log D(G(z)).
    """
    return F.softplus(-real) + F.softplus(made), F.softplus(-made)


def relativistic(real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
    """Give the losses (B,) of the relativistic pairing game: Huang et al. 2024 (arXiv:2501.05441), Eq. 2.

    Each made image is judged beside one real one: no generator wins by sitting where the discriminator is undecided.
    """
    return F.softplus(made - real), F.softplus(real - made)


def gradient_penalty(logits: Tensor, images: Tensor) -> Tensor:
    """Give the squared norm of the gradient by each image (B,): Mescheder et al. 2018, Eq. 9.

    Parameters
    ----------
    images : Tensor (B, C, H, W)
        From which the logits were computed; it must require a gradient.
    """
    (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return gradient.float().square().flatten(1).sum(dim=1)
