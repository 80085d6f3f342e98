"""Diffusion formulations by name: how noise levels are drawn, weighted and preconditioned over one network.

All of them are a denoiser D(x; sigma) = c_skip x + c_out F(c_in x; c_noise) of ``x = x0 + sigma n``
(Karras et al. 2022, Eq. 7 and Table 1): what is known as a scale s(t) elsewhere is part of c_in here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

SIGMA_MIN, SIGMA_MAX = 0.002, 80.0
BETA_MIN, BETA_D = 0.1, 19.9
"""Of the variance-preserving SDE (Song et al. 2021, Eq. 32; beta_max = 20)."""
VE_MIN, VE_MAX = 0.02, 100.0
VP_FIRST = 1e-3
COSINE_OFFSET = 0.008
DDPM_STEPS = 1000


@dataclass(frozen=True, eq=False)
class Preconditioning:
    """The four factors at given noise levels, each of the shape of sigma."""

    c_skip: Tensor
    c_out: Tensor
    c_in: Tensor
    c_noise: Tensor


@dataclass(frozen=True)
class Formulation:
    """One formulation.

    Parameters
    ----------
    factors : callable
        ``(sigma, sigma_data) -> (c_skip, c_out, c_in)``.
    draw_sigma : callable
        From uniform numbers in (0, 1) to noise levels as they are drawn in training.
    weight : callable
        ``(sigma, sigma_data) -> lambda(sigma)`` of the loss on D.
    """

    factors: Callable[[Tensor, float], tuple[Tensor, Tensor, Tensor]]
    draw_sigma: Callable[[Tensor], Tensor]
    weight: Callable[[Tensor, float], Tensor]

    def preconditioning(self, sigma: Tensor, sigma_data: float) -> Preconditioning:
        """Give the factors; the network is told ln(sigma) / 4 whatever the formulation."""
        return Preconditioning(*self.factors(sigma, sigma_data), sigma.log() / 4)


# EDM: Karras et al. 2022, Table 1, last column.
def _edm_factors(sigma: Tensor, sigma_data: float) -> tuple[Tensor, Tensor, Tensor]:
    total = sigma**2 + sigma_data**2
    return sigma_data**2 / total, sigma * sigma_data / total.sqrt(), 1 / total.sqrt()


def _edm_draw(uniform: Tensor, p_mean: float = -1.2, p_std: float = 1.2) -> Tensor:
    normal = math.sqrt(2) * torch.erfinv(2 * uniform - 1)
    return (p_mean + p_std * normal).exp().clamp(SIGMA_MIN, SIGMA_MAX)


def _edm_weight(sigma: Tensor, sigma_data: float) -> Tensor:
    return (sigma**2 + sigma_data**2) / (sigma * sigma_data) ** 2


# Predicting the noise: Ho et al. 2020, Eq. 14, as in Karras et al. 2022, Table 1, first column.
def _noise_factors(sigma: Tensor, sigma_data: float) -> tuple[Tensor, Tensor, Tensor]:
    del sigma_data
    return torch.ones_like(sigma), -sigma, 1 / (sigma**2 + 1).sqrt()


def _ve_factors(sigma: Tensor, sigma_data: float) -> tuple[Tensor, Tensor, Tensor]:
    del sigma_data
    return torch.ones_like(sigma), sigma, torch.ones_like(sigma)


def _noise_weight(sigma: Tensor, sigma_data: float) -> Tensor:
    del sigma_data
    return 1 / sigma**2


def vp_sigma(t: Tensor) -> Tensor:
    """Give sigma(t) of the variance-preserving SDE, t in (0, 1]: Karras et al. 2022, Table 1."""
    return torch.expm1(0.5 * BETA_D * t**2 + BETA_MIN * t).sqrt()


def cosine_sigma(t: Tensor) -> Tensor:
    """Give sigma(t) of the cosine schedule, t in [0, 1): Nichol & Dhariwal 2021, Eq. 17."""
    angle = (t + COSINE_OFFSET) / (1 + COSINE_OFFSET) * math.pi / 2
    start = math.cos(COSINE_OFFSET / (1 + COSINE_OFFSET) * math.pi / 2)
    survival = (angle.cos() / start) ** 2
    return ((1 - survival).clamp_min(0) / survival).sqrt().clamp(SIGMA_MIN, SIGMA_MAX)


def ddpm_sigmas() -> Tensor:
    """Give the thousand noise levels of DDPM, smallest first: Ho et al. 2020, Section 4."""
    beta = torch.linspace(1e-4, 0.02, DDPM_STEPS, dtype=torch.float64)
    survival = (1 - beta).cumprod(dim=0)
    return ((1 - survival) / survival).sqrt()


def _ddpm_draw(uniform: Tensor) -> Tensor:
    levels = ddpm_sigmas().to(uniform.device)
    return levels[(uniform * DDPM_STEPS).long().clamp(0, DDPM_STEPS - 1)].to(uniform.dtype)


def _vp_draw(uniform: Tensor) -> Tensor:
    return vp_sigma(VP_FIRST + (1 - VP_FIRST) * uniform)


def _ve_draw(uniform: Tensor) -> Tensor:
    return VE_MIN * (VE_MAX / VE_MIN) ** uniform


# Flow matching: x_t = (1 - t) x0 + t n, the network gives n - x0 (Lipman et al. 2023; Liu et al. 2023).
# With sigma = t / (1 - t): x_t = x / (1 + sigma) and D = x_t - t F.
def _flow_factors(sigma: Tensor, sigma_data: float) -> tuple[Tensor, Tensor, Tensor]:
    del sigma_data
    return 1 / (1 + sigma), -sigma / (1 + sigma), 1 / (1 + sigma)


def _flow_draw(uniform: Tensor) -> Tensor:
    return (uniform / (1 - uniform)).clamp(SIGMA_MIN, SIGMA_MAX)


def _flow_weight(sigma: Tensor, sigma_data: float) -> Tensor:
    del sigma_data
    return ((1 + sigma) / sigma) ** 2


FORMULATIONS: Mapping[str, Formulation] = {
    "edm": Formulation(_edm_factors, _edm_draw, _edm_weight),
    "ddpm": Formulation(_noise_factors, _ddpm_draw, _noise_weight),
    "cosine": Formulation(_noise_factors, cosine_sigma, _noise_weight),
    "vp": Formulation(_noise_factors, _vp_draw, _noise_weight),
    "ve": Formulation(_ve_factors, _ve_draw, _noise_weight),
    "flow": Formulation(_flow_factors, _flow_draw, _flow_weight),
}
"""By the names that files keep."""
