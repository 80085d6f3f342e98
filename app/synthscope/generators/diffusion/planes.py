"""A volume under a prior of planes: xy, xz and yz in turn, one at each noise level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from torch import Tensor

from synthscope.generators.diffusion.denoiser import Slabs
from synthscope.generators.diffusion.field import FieldDenoiser, Scene
from synthscope.generators.diffusion.guidance import Differentiable
from synthscope.imaging.patches import PLANES, Plane

TO_FRONT: dict[Plane, tuple[int, ...]] = {"xy": (0, 1, 2, 3, 4), "xz": (0, 1, 3, 2, 4), "yz": (0, 1, 4, 2, 3)}
"""The axes of (B, C, Z, Y, X) with those of the plane last."""


@dataclass(frozen=True, eq=False)
class Turned:
    """A denoiser of fields whose last two axes are another plane of the volume."""

    denoiser: Differentiable
    plane: Plane

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Turn, denoise, turn back."""
        return self._back(self.denoiser(self._turned(x), sigma))

    def pull_back(self, x: Tensor, sigma: Tensor, cotangent: Tensor) -> Tensor:
        """Turn, pull back, turn back: a turn's transpose is its inverse."""
        return self._back(self.denoiser.pull_back(self._turned(x), sigma, self._turned(cotangent)))

    def _turned(self, x: Tensor) -> Tensor:
        return x.permute(TO_FRONT[self.plane]).contiguous()

    def _back(self, x: Tensor) -> Tensor:
        order = TO_FRONT[self.plane]
        return x.permute([order.index(axis) for axis in range(5)]).contiguous()


@dataclass(frozen=True, eq=False)
class Alternating:
    """One of several denoisers at each noise level, in turn: a product of priors (Lee et al. 2023, Algorithm 1).

    Which one is a matter of the level alone, so that a solver that looks twice at one sees the same.
    """

    denoisers: Sequence[Differentiable]
    sigmas: tuple[float, ...]

    def __call__(self, x: Tensor, sigma: Tensor) -> Tensor:
        """Denoise by whichever it is the turn of."""
        return self._turn_of(sigma)(x, sigma)

    def pull_back(self, x: Tensor, sigma: Tensor, cotangent: Tensor) -> Tensor:
        """Pull back through the same one."""
        return self._turn_of(sigma).pull_back(x, sigma, cotangent)

    def _turn_of(self, sigma: Tensor) -> Differentiable:
        return self.denoisers[nearest(self.sigmas, float(sigma)) % len(self.denoisers)]


def nearest(sigmas: Sequence[float], level: float) -> int:
    """Find the number of the noise level that is nearest to one."""
    return min(range(len(sigmas)), key=lambda i: abs(sigmas[i] - level))


def turned_fields(denoiser: Slabs, scene: Scene, window: int) -> tuple[Turned, ...]:
    """Give the prior over the xy, xz and yz planes of one scene; one that learned xy alone takes the others for it.

    What such a prior knows of neighbouring slices holds at another distance, so it is shown none (Pan et al. 2023).
    """
    fields = []
    for number, plane in enumerate(PLANES):
        order = TO_FRONT[plane]
        sides = [axis - 2 for axis in order[2:]]
        seen = replace(
            scene,
            known=scene.known.permute([axis - 1 for axis in order[1:]]).contiguous(),
            unknown=scene.unknown.permute(sides).contiguous(),
            label_map=None if scene.label_map is None else scene.label_map.permute(sides).contiguous(),
            plane=1 + number if denoiser.configuration.planes else 0,
            alone=True,
        )
        fields.append(Turned(FieldDenoiser(denoiser, seen, window), plane))
    return tuple(fields)
