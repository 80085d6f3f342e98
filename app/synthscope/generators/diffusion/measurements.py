"""Measurements y = A x + sigma_y n of a field: what is known of it that is not simply some of its voxels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Protocol, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from synthscope.errors import ParameterError
from synthscope.imaging.regridding import point_spread

Level: TypeAlias = float | Tensor
"""A standard deviation of noise in the network's units: one for all channels, or one for each: (C, 1, 1, 1)."""
LEAST_SEEN = 1e-4
"""Of the strongest wave's power: what passes a point-spread function more weakly cannot be told from rounding."""


class Measurement(Protocol):
    """A linear measurement of fields (B, C, Z, Y, X) with white noise of standard deviation `sigma_y`."""

    @property
    def sigma_y(self) -> Level:
        """Standard deviation of the noise."""
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

    sigma_y: Level = 0.0

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
    sigma_y: Level = 0.0

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
class Blurred:
    """What coarse voxels see through a point-spread function, axis by axis: blurred, then decimated.

    A is the Kronecker product of one matrix per axis (`imaging.regridding.point_spread`), so that the eigenvectors
    of A A^T are those of each axis' own, and its eigenvalues products.

    Parameters
    ----------
    matrices : tuple of Tensor (coarse, fine), or None
        For z, y and x; None leaves an axis as it is.
    """

    matrices: tuple[Tensor | None, Tensor | None, Tensor | None]
    sigma_y: Level = 0.0

    def apply(self, x: Tensor) -> Tensor:
        """Look at (B, C, Z, Y, X) through each axis' matrix."""
        return _each_axis(self.matrices, x)

    def adjoint(self, y: Tensor) -> Tensor:
        """Give every coarse voxel back to the fine ones it sees."""
        return _each_axis(tuple(None if m is None else m.T for m in self.matrices), y)

    def correction(self, residual: Tensor, r2: float) -> Tensor:
        """Weigh the residual against the noise, wave by wave, and spread it.

        Waves of which less than 1 % passes are left alone where there is no noise: what they would say is rounding.
        """
        waves = _each_axis(tuple(None if v is None else v.T for v in self._vectors), residual)
        gram = self._gram.to(residual)
        if is_exact(self.sigma_y) or r2 == float("inf"):
            gain = torch.where(gram > LEAST_SEEN * gram.max(), 1 / gram, torch.zeros_like(gram))
        else:
            gain = r2 / (gram * r2 + self.sigma_y**2)
        return self.adjoint(_each_axis(self._vectors, waves * gain))

    @cached_property
    def _eigen(self) -> list[tuple[Tensor, Tensor] | None]:
        found: list[tuple[Tensor, Tensor] | None] = []
        for matrix in self.matrices:
            wide = None if matrix is None else matrix.cpu().double()
            found.append(None if wide is None else tuple(torch.linalg.eigh(wide @ wide.T)))
        return found

    @cached_property
    def _vectors(self) -> tuple[Tensor | None, ...]:
        pairs = zip(self._eigen, self.matrices, strict=True)
        return tuple(None if one is None or m is None else one[1].to(m) for one, m in pairs)

    @cached_property
    def _gram(self) -> Tensor:
        """The eigenvalues of A A^T, laid out as (Z, Y, X)."""
        values = [torch.ones(1).double() if one is None else one[0].clamp_min(0) for one in self._eigen]
        return values[0][:, None, None] * values[1][:, None] * values[2]


@dataclass(frozen=True, eq=False)
class Masked:
    """Some voxels: A A^T is 1 where `known` (Z, Y, X) and 0 elsewhere."""

    known: Tensor
    sigma_y: Level = 0.0

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


def blurred(
    coarse: tuple[int, int, int], factors: tuple[int, int, int], sigmas: tuple[float, float, float],
    sigma_y: Level, like: Tensor,
) -> Blurred:  # fmt: skip
    """Make the measurement of (Z, Y, X) coarse voxels through a Gaussian of `sigmas` fine ones; 0 leaves an axis.

    Its matrices are of the type and on the device of `like`.
    """
    matrices = [
        torch.from_numpy(point_spread(n, factor, sigma)).to(like) if sigma > 0 else None
        for n, factor, sigma in zip(coarse, factors, sigmas, strict=True)
    ]
    return Blurred((matrices[0], matrices[1], matrices[2]), sigma_y)


def _each_axis(matrices: Sequence[Tensor | None], x: Tensor) -> Tensor:
    """Multiply along z, y and x of (B, C, Z, Y, X)."""
    for axis, matrix in enumerate(matrices, start=2):
        if matrix is not None:
            x = torch.tensordot(x, matrix.to(x), dims=([axis], [1])).movedim(-1, axis)
    return x.contiguous()


def is_exact(level: Level) -> bool:
    """Say whether there is no noise at all."""
    return not bool(torch.as_tensor(level).any())


def _gain(gram: float, sigma_y: Level, r2: float) -> Level:
    """Give 1 / (gram + sigma_y^2 / r2), also where there is neither noise nor doubt."""
    if is_exact(sigma_y) or r2 == float("inf"):
        return 1 / gram
    return r2 / (gram * r2 + sigma_y**2)
