"""Moves among latents: towards those of another image, along one channel, and away by fresh noise."""

from __future__ import annotations

import torch
from torch import Tensor

from synthscope.errors import InputError
from synthscope.generators.autoencoding.configuration import VaeConfiguration

NARROW = 1e-3
"""Sine of the angle below which two latents are joined by a straight line."""


def interpolated(first: Tensor, second: Tensor, share: float) -> Tensor:
    """Go from one map of latents to another along a great circle (Shoemake 1985, Eq. of slerp; White 2016).

    Many independent numbers lie nearly at right angles: a straight line between them would pass through images with
    less contrast than either. 0 gives the first and 1 the second, exactly.
    """
    lengths = first.norm() * second.norm()
    cosine = (first * second).sum() / lengths.clamp_min(torch.finfo(first.dtype).tiny)
    angle = torch.acos(cosine.clamp(-1.0, 1.0))
    if share in (0.0, 1.0) or float(angle.sin()) < NARROW:
        return (1 - share) * first + share * second
    before, after = torch.sin((1 - share) * angle), torch.sin(share * angle)
    return (before * first + after * second) / angle.sin()


def shifted(latents: Tensor, configuration: VaeConfiguration, dimension: int, shift: float) -> Tensor:
    """Shift one channel of latents (latents, H, W) everywhere, in its standard deviations over the training images.

    Raises
    ------
    InputError
        If there is no such channel, or none is named although there is a shift.
    """
    if dimension > configuration.latents:
        raise InputError(
            f"The model has {configuration.latents} latent dimensions; choose one from 1 to "
            f"{configuration.latents}, or 0 for none, not {dimension}."
        )
    if not dimension or not shift:
        if shift:
            raise InputError(f"A shift of {shift:g} needs a latent dimension; choose one from 1 on, or no shift.")
        return latents
    channel = configuration.order[dimension - 1] if configuration.order else dimension - 1
    spread = configuration.latent_spread[channel] if configuration.latent_spread else 1.0
    moved = latents.clone()
    moved[channel] += shift * spread
    return moved


def renewed(latents: Tensor, fresh: Tensor, strength: float, centre: Tensor) -> Tensor:
    """Mix latents with fresh ones so that their variance about `centre` (latents,) stays what it is.

    ``c + sqrt(1 - s^2) (z - c) + s (e - c)``: an autoregressive step, under which what is distributed as the prior
    stays so.
    """
    middle = centre[:, None, None]
    return middle + (1 - strength**2) ** 0.5 * (latents - middle) + strength * (fresh - middle)
