"""How far a rebuilt patch is from the real one: values, edges, spectrum; and how far latents are from normal."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

EDGES, SPECTRUM, NORMAL = 0.5, 0.05, 1e-4
"""Weights of steps between neighbours, of the spectrum, and of the divergence from the normal distribution."""
SCALES = (1, 2, 4)
TILE = 16
"""Side of the pieces whose spectra are compared."""
FINE = 0.25
"""Cycles per pixel from which on a detail is called fine: half of the highest frequency."""
TINY = 1e-6


def reconstruction_loss(rebuilt: Tensor, real: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """Give the loss of each item (B,).

    Absolute error of values and, at three scales, of steps between neighbours, which keep edges; squared difference
    of the logarithms of power at each frequency, which keeps the texture that no pixel can predict; and, lightly,
    the divergence of the latents from N(0, 1) (Kingma & Welling 2014, Appendix B; Rombach et al. 2022, Section 3.1).
    """
    rebuilt = rebuilt.to(real.dtype)
    values = _each((rebuilt - real).abs())
    edges = torch.stack([_steps(rebuilt, real, scale) for scale in SCALES]).mean(dim=0)
    spectrum = _each((_power(rebuilt).log() - _power(real).log()).square())
    normal = _each(0.5 * (mean.square() + log_variance.exp() - 1 - log_variance))
    return values + EDGES * edges + SPECTRUM * spectrum + NORMAL * normal


def fine_power_ratio(rebuilt: Tensor, real: Tensor) -> float:
    """Give the power of fine detail, rebuilt over real: 1 keeps all of it."""
    rows, columns = torch.fft.fftfreq(TILE), torch.fft.rfftfreq(TILE)
    fine = torch.maximum(rows.abs()[:, None], columns[None]).to(real.device) > FINE
    made, there = (_power(part)[..., fine].mean() for part in (rebuilt.to(real.dtype), real))
    return float(made / there)


def _each(values: Tensor) -> Tensor:
    return values.flatten(1).mean(dim=1)


def _steps(rebuilt: Tensor, real: Tensor, scale: int) -> Tensor:
    error = F.avg_pool2d(rebuilt - real, scale)
    return (_each(error.diff(dim=2).abs()) + _each(error.diff(dim=3).abs())) / 2


def _power(images: Tensor) -> Tensor:
    """Give the mean power over the tiles of each image, tapered and without their means: (B, C, f, f)."""
    taper = torch.hann_window(TILE + 1, periodic=False, device=images.device)[1:].outer(
        torch.hann_window(TILE + 1, periodic=False, device=images.device)[1:]
    )
    tiles = images.unfold(2, TILE, TILE // 2).unfold(3, TILE, TILE // 2)
    centred = (tiles - tiles.mean(dim=(-2, -1), keepdim=True)) * taper
    return torch.fft.rfft2(centred.float()).abs().square().mean(dim=(2, 3)) + TINY
