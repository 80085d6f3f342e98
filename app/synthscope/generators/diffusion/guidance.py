"""A denoiser that knows a measurement: D(x; sigma) corrected at each noise level by what was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from synthscope.generators.diffusion.measurements import Level, Measurement
from synthscope.generators.diffusion.parameters import Guidance
from synthscope.generators.diffusion.samplers import Denoiser
from synthscope.generators.scale import SIGMA_DATA

EVEN = 0.01
"""Noise levels of channels that differ by less, relatively, count as one."""


class Differentiable(Denoiser, Protocol):
    """A denoiser through which a change of its output can be traced back to its input."""

    def pull_back(self, x: Tensor, sigma: Tensor, cotangent: Tensor, /) -> Tensor:
        """Give J^T v, with J = dD/dx at (x; sigma) and `cotangent` v like x."""
        ...


@dataclass(frozen=True, eq=False)
class Projected:
    """DDNM+ (Wang, Yu & Zhang 2023, Eq. 17): the denoised estimate is moved onto what was measured.

    ``x0 + A^T (A A^T + sigma_y^2 / r2 I)^-1 (y - A x0)`` with r2 of `doubt`. Exact for data N(m, sigma_data^2 I).
    """

    denoiser: Denoiser
    measurement: Measurement
    y: Tensor
    sigma_data: float = SIGMA_DATA

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise, then correct."""
        x0 = self.denoiser(x, sigma)
        residual = self.y - self.measurement.apply(x0)
        return x0 + self.measurement.correction(residual, doubt(float(sigma), self.sigma_data))


@dataclass(frozen=True, eq=False)
class PseudoinverseGuided:
    """PiGDM (Song, Vahdat, Mardani & Kautz 2023, Eq. 7): the correction is pulled back through the denoiser.

    ``x0 + sigma^2 / r2 J^T A^T (A A^T + sigma_y^2 / r2 I)^-1 (y - A x0)``. Since sigma^2 J is the covariance of
    x0 given x (Tweedie), a voxel that was not measured is told of those that were as far as the prior links them.
    Inside the inverse that covariance is r2 I, which is too little for means over linked voxels: there it oversteps.
    """

    denoiser: Differentiable
    measurement: Measurement
    y: Tensor
    sigma_data: float = SIGMA_DATA

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise, then add what the residual means for every voxel."""
        r2 = doubt(float(sigma), self.sigma_data)
        x0 = self.denoiser(x, sigma)
        correction = self.measurement.correction(self.y - self.measurement.apply(x0), r2)
        return x0 + float(sigma) ** 2 / r2 * self.denoiser.pull_back(x, sigma, correction)


@dataclass(frozen=True, eq=False)
class MomentMatched:
    """MMPS (Rozet, Andry, Lanusse & Louppe 2024, Eq. 17): the covariance of the denoiser inside the inverse too.

    ``x0 + C A^T (A C A^T + sigma_y^2 I)^-1 (y - A x0)`` with C = sigma^2 J, solved by `iterations` of conjugate
    gradients, each of which goes back through the denoiser once. Exact for every Gaussian when carried on.
    """

    denoiser: Differentiable
    measurement: Measurement
    y: Tensor
    iterations: int = 2

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise, then add what the residual means for every voxel, direction by direction."""
        x0 = self.denoiser(x, sigma)
        residual = self.y - self.measurement.apply(x0)
        direction, size = residual, _dot(residual, residual)
        for _ in range(self.iterations):
            pulled = float(sigma) ** 2 * self.denoiser.pull_back(x, sigma, self.measurement.adjoint(direction))
            seen = self.measurement.apply(pulled) + self.measurement.sigma_y**2 * direction
            curvature = _dot(direction, seen)
            # a network's Jacobian is symmetric and positive only about: no step where it is not
            step = torch.where(curvature > 0, size / curvature, torch.zeros_like(size))
            x0, residual = x0 + step * pulled, residual - step * seen
            before, size = size, _dot(residual, residual)
            direction = residual + torch.where(before > 0, size / before, torch.zeros_like(size)) * direction
        return x0


@dataclass(frozen=True, eq=False)
class Noisy:
    """The denoiser of x0 given a noisy look ``y = x0 + sigma_y n`` at all of it: exact for every prior.

    x and y are two independent looks at x0, so that all they tell lies in their mean weighted by 1 / sigma^2
    and 1 / sigma_y^2, which is a look at the noise level ``(1 / sigma^2 + 1 / sigma_y^2)^(-1/2)``: one for each
    channel where `sigma_y` is, which `Uneven` understands.
    """

    denoiser: Denoiser
    y: Tensor
    sigma_y: Level

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise both looks as one."""
        total = sigma**2 + self.sigma_y**2
        both = (self.sigma_y**2 * x + sigma**2 * self.y) / total
        return self.denoiser(both, sigma * self.sigma_y / torch.sqrt(total))


@dataclass(frozen=True, eq=False)
class Uneven:
    """The denoiser of a look whose channels have noise of their own: D(x; sigma) with sigma of (C, 1, 1, 1).

    A network knows looks of one noise level; it is asked with the mean one, s. If data were Gaussian with covariance
    S, its answer m would be the mean of a posterior of precision ``C^-1 = S^-1 + I / s^2``, with C = s^2 J (Tweedie).
    By the true levels the precision is ``C^-1 + Q``, Q = 1 / sigma^2 - 1 / s^2, and the mean is m + d with
    ``(C^-1 + Q) d = Q (x - m)``: solved by `iterations` of conjugate gradients, preconditioned by C, each of which goes
    back through the denoiser once. Exact for every Gaussian when carried on.
    """

    denoiser: Differentiable
    iterations: int = 2

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise; where all levels are one, the denoiser itself."""
        level = sigma.mean()
        m = self.denoiser(x, level)
        if float(sigma.max() - sigma.min()) <= EVEN * float(level):
            return m
        q, s2 = 1 / sigma**2 - 1 / level**2, float(level) ** 2
        residual = q * (x - m)
        direction, inverse = s2 * self.denoiser.pull_back(x, level, residual), residual  # C v, and v
        size = _dot(residual, direction)
        for left in reversed(range(self.iterations)):
            seen = inverse + q * direction
            curvature = _dot(direction, seen)
            # a network's Jacobian is symmetric and positive only about: no step where it is not
            step = torch.where((curvature > 0) & (size > 0), size / curvature, torch.zeros_like(size))
            m, residual = m + step * direction, residual - step * seen
            if left == 0:
                break
            pulled = s2 * self.denoiser.pull_back(x, level, residual)
            before, size = size, _dot(residual, pulled)
            ratio = torch.where(before > 0, size / before, torch.zeros_like(size))
            direction, inverse = pulled + ratio * direction, residual + ratio * inverse
        return m


GUIDES: Mapping[str, type[Projected | PseudoinverseGuided | MomentMatched]] = {
    "moments": MomentMatched,
    "projection": Projected,
    "pseudoinverse": PseudoinverseGuided,
}
"""By the names that files keep."""


def guided(method: Guidance, denoiser: Differentiable, measurement: Measurement, y: Tensor) -> Denoiser:
    """Make a denoiser that knows ``y = A x0 + sigma_y n``, in the network's units."""
    return GUIDES[method](denoiser, measurement, y)


def doubt(sigma: float, sigma_data: float) -> float:
    """Give r2, the variance of x0 given x for data N(m, sigma_data^2 I): sigma^2 sd^2 / (sigma^2 + sd^2)."""
    return sigma**2 * sigma_data**2 / (sigma**2 + sigma_data**2)


def rms(residual: Tensor) -> float:
    """Give the root mean square of a residual."""
    return math.sqrt(float(residual.double().square().mean()))


def _dot(a: Tensor, b: Tensor) -> Tensor:
    """Give the inner product of each of a batch, with axes to multiply by."""
    return (a * b).flatten(1).sum(dim=1).view(-1, *(1,) * (a.ndim - 1))
