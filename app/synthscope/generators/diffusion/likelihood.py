"""Log-likelihood through the probability-flow ODE (Song et al. 2021, Section 4.3 and Appendix D.2)."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import torch
from torch import Tensor

from synthscope.generators.diffusion.samplers import Denoiser
from synthscope.generators.diffusion.schedules import Schedule

Trace = Callable[[Denoiser, Tensor, Tensor], tuple[Tensor, Tensor]]
"""Gives D(x; sigma) and the trace of its Jacobian in x, shape (B,)."""


def log_likelihood(denoiser: Denoiser, x: Tensor, schedule: Schedule, sigma_data: float, trace: Trace) -> Tensor:
    """Give log p(x), in nats, of data that carry the noise of the schedule's lowest level.

    In l = ln sigma the flow is dx/dl = x - D and d(log p)/dl = tr J - d, J the Jacobian of D and d the dimension;
    Heun's method from the lowest level up, where p is taken as N(0, sigma^2 + sigma_data^2).

    Parameters
    ----------
    denoiser : Denoiser
    x : Tensor, (B, C, ...)
    schedule : Schedule
        Its levels are walked upwards; the 0 at the end is left out. Even steps in ln sigma (`ve`) suit best.
        Its top must dwarf the data: their mean, left out there, costs about |mean| / sigma_max per standard deviation.
    sigma_data : float
        Standard deviation of the data.
    trace : Trace
        `exact_trace` in few dimensions, else `hutchinson(probe)`.

    Returns
    -------
    Tensor (B,)
    """
    levels = schedule.sigmas[-2::-1]
    dimension = x[0].numel()
    gained = x.new_zeros(len(x))
    for low, high in pairwise(levels):
        h = math.log(high / low)
        slope, growth = _flow(denoiser, x, low, trace)
        slope_ahead, growth_ahead = _flow(denoiser, x + h * slope, high, trace)
        x = x + h * (slope + slope_ahead) / 2
        gained = gained + h * (growth + growth_ahead) / 2
    variance = levels[-1] ** 2 + sigma_data**2
    squares = x.flatten(1).square().sum(1)
    return gained - squares / (2 * variance) - dimension / 2 * math.log(2 * math.pi * variance)


def bits_per_dimension(log_p: Tensor, dimension: int) -> Tensor:
    """Give -log2 p / d."""
    return -log_p / (dimension * math.log(2))


def exact_trace(denoiser: Denoiser, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
    """Give D and the trace of its Jacobian by one backward pass per dimension."""
    with torch.enable_grad():
        x = x.detach().requires_grad_(True)
        denoised = denoiser(x, sigma)
        flat = denoised.flatten(1)
        trace = x.new_zeros(len(x))
        for i in range(flat.shape[1]):
            (row,) = torch.autograd.grad(flat[:, i].sum(), x, retain_graph=True)
            trace = trace + row.flatten(1)[:, i]
    return denoised.detach(), trace.detach()


def hutchinson(probe: Tensor) -> Trace:
    """Estimate the trace as e^T J e with E[e e^T] = I (Hutchinson 1990): unbiased, one backward pass.

    Parameters
    ----------
    probe : Tensor, (B, C, ...)
        Signs (+1, -1) or standard-normal numbers; the same along the whole flow.
    """

    def trace(denoiser: Denoiser, x: Tensor, sigma: Tensor) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            x = x.detach().requires_grad_(True)
            denoised = denoiser(x, sigma)
            (pulled,) = torch.autograd.grad(denoised, x, probe)
        return denoised.detach(), (pulled * probe).flatten(1).sum(1)

    return trace


def _flow(denoiser: Denoiser, x: Tensor, sigma: float, trace: Trace) -> tuple[Tensor, Tensor]:
    # slopes in ln sigma of x, and of the change of log p from the lowest level: d - tr J
    denoised, jacobian = trace(denoiser, x, x.new_tensor(sigma))
    return x - denoised, x[0].numel() - jacobian
