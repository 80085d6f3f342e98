"""Measurements y = A x + sigma_y n of a field: what is known of it that is not simply some of its voxels."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.errors import ParameterError


class Measurement(Protocol):
    """A linear measurement of fields (B, C, Z, Y, X) with white noise of standard deviation `sigma_y`."""

    @property
    def sigma_y(self) -> float:
        """Standard deviation of the noise, in the network's units."""
        ...

    def apply(self, x: Tensor, /) -> Tensor:
        """Give A x."""
        ...

    def adjoint(self, y: Tensor, /) -> Tensor:
        """Give A^T y."""
        ...

    def correction(self, residual: Tensor, r2: float, /) -> Tensor:
        """Give ``A^T (A A^T + sigma_y^2 / r2 I)^-1 residual``.

        With ``residual = y - A x0`` and x0 the mean of N(x0, r2 I), it is what y adds to that mean. For r2 = inf
        it is the least change of x0 that satisfies y exactly.
        """
        ...


@dataclass(frozen=True)
class Identity:
    """Every voxel, with noise: A = I."""

    sigma_y: float = 0.0

    def apply(self, x: Tensor) -> Tensor:
        """Give x."""
        return x

    def adjoint(self, y: Tensor) -> Tensor:
        """Give y."""
        return y

    def correction(self, residual: Tensor, r2: float) -> Tensor:
        """Weigh the residual against the noise; A A^T = I."""
        return residual * _gain(1.0, self.sigma_y, r2)


@dataclass(frozen=True)
class Pooled:
    """Means over blocks of ``factors`` (z, y, x) voxels: what a coarser voxel, or a thicker slice, sees.

    The rows of A share no voxel, so that A A^T = 1 / n with n voxels in a block, and the inverse is a number.
    """

    factors: tuple[int, int, int]
    sigma_y: float = 0.0

    def __post_init__(self) -> None:
        """Refuse blocks of no voxel."""
        if min(self.factors) < 1:
            raise ParameterError(f"Blocks of {self.factors} voxels cannot be averaged; give at least 1 for each axis.")

    @property
    def voxels(self) -> int:
        """Voxels in a block."""
        return prod(self.factors)

    def apply(self, x: Tensor) -> Tensor:
        """Average (B, C, Z, Y, X), sides multiples of the factors."""
        if any(n % f for n, f in zip(x.shape[2:], self.factors, strict=True)):
            raise ParameterError(
                f"A field of {tuple(x.shape[2:])} is no multiple of blocks of {self.factors}; give a larger one."
            )
        return F.avg_pool3d(x, self.factors)

    def adjoint(self, y: Tensor) -> Tensor:
        """Give every voxel of a block its share, 1 / n."""
        for axis, factor in zip((2, 3, 4), self.factors, strict=True):
            y = y.repeat_interleave(factor, dim=axis)
        return y / self.voxels

    def correction(self, residual: Tensor, r2: float) -> Tensor:
        """Weigh the residual against the noise and spread it."""
        return self.adjoint(residual) * _gain(1 / self.voxels, self.sigma_y, r2)


@dataclass(frozen=True, eq=False)
class Masked:
    """Some voxels: A A^T is 1 where `known` (Z, Y, X) and 0 elsewhere."""

    known: Tensor
    sigma_y: float = 0.0

    def apply(self, x: Tensor) -> Tensor:
        """Give zero where nothing is known."""
        return torch.where(self.known, x, torch.zeros_like(x))

    def adjoint(self, y: Tensor) -> Tensor:
        """Give zero where nothing is known: A is symmetric."""
        return self.apply(y)

    def correction(self, residual: Tensor, r2: float) -> Tensor:
        """Weigh the known part of the residual against the noise."""
        return self.apply(residual) * _gain(1.0, self.sigma_y, r2)


def satisfied(x: Tensor, y: Tensor, measurement: Measurement) -> Tensor:
    """Change x as little as possible so that A x = y: x + A^T (A A^T)^-1 (y - A x)."""
    return x + measurement.correction(y - measurement.apply(x), float("inf"))


def _gain(gram: float, sigma_y: float, r2: float) -> float:
    """Give 1 / (gram + sigma_y^2 / r2), also where there is neither noise nor doubt."""
    if sigma_y == 0 or r2 == float("inf"):
        return 1 / gram
    return r2 / (gram * r2 + sigma_y**2)
