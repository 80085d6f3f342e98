"""Which noise levels a sampler visits: strictly falling, zero last; by the name of a formulation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from synthscope.errors import ParameterError
from synthscope.generators.diffusion.formulations import (
    DDPM_STEPS,
    SIGMA_MAX,
    SIGMA_MIN,
    VE_MAX,
    VE_MIN,
    VP_FIRST,
    cosine_sigma,
    ddpm_sigmas,
    vp_sigma,
)

RHO = 5.0
"""Karras et al. 2022 take 7. This visits fewer of the lowest levels, where the estimate of a small network is no
better; it was chosen without a measurement of its own."""
MOST_STEPS = 1000
FINE = 20_000
"""Levels from which those of a formulation are picked, where it does not name them itself."""


@dataclass(frozen=True)
class Schedule:
    """Noise levels sigma_0 > sigma_1 > ... > sigma_N = 0: N steps."""

    sigmas: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse levels that do not fall to zero."""
        falling = all(a > b for a, b in zip(self.sigmas, self.sigmas[1:], strict=False))
        if len(self.sigmas) < 2 or not falling or self.sigmas[-1] != 0:
            raise ParameterError(
                f"The {len(self.sigmas)} levels of a noise schedule must fall from one to the next and end at zero; "
                "give them in that order, none twice."
            )

    @property
    def steps(self) -> int:
        """Number of steps."""
        return len(self.sigmas) - 1

    def below(self, sigma: float) -> Schedule:
        """Give the part that begins at `sigma`, with as many of its levels as lie below."""
        return Schedule((sigma, *(level for level in self.sigmas if level < sigma)))


def schedule(name: str, steps: int, lowest: float = SIGMA_MIN, highest: float = SIGMA_MAX) -> Schedule:
    """Build a schedule of so many steps.

    Parameters
    ----------
    lowest, highest : float
        Levels outside are not visited.

    Raises
    ------
    ParameterError
        If the name is unknown, or there are too few or too many steps for it.
    """
    if name not in _LEVELS:
        raise ParameterError(f"There is no noise schedule {name!r}; choose one of {', '.join(_LEVELS)}.")
    if not 2 <= steps <= MOST_STEPS:
        raise ParameterError(f"Steps is {steps}; give 2 to {MOST_STEPS}.")
    if name == "edm":
        levels = edm_levels(steps, lowest, highest)
    else:
        every = _LEVELS[name](torch.linspace(0, 1, FINE, dtype=torch.float64))
        inside = every[(every >= lowest) & (every <= highest)]
        _check_count(name, steps, len(inside.unique()), (lowest, highest))
        levels = inside[torch.linspace(0, len(inside) - 1, steps).round().long()]
    return Schedule((*(float(level) for level in levels), 0.0))


def _check_count(name: str, steps: int, count: int, ends: tuple[float, float]) -> None:
    """Refuse more steps than a formulation has levels: DDPM has a thousand, of which few may lie between the ends."""
    if steps > count:
        fewer = f"give at most {count}, or " if count > 1 else ""
        raise ParameterError(
            f"Steps is {steps} and the noise schedule {name!r} has {count} level{'s' * (count != 1)} "
            f"between {ends[0]:g} and {ends[1]:g}; {fewer}choose another schedule, such as edm."
        )


def edm_levels(steps: int, lowest: float, highest: float, rho: float = RHO) -> Tensor:
    """Space the rho-th roots evenly: Karras et al. 2022, Eq. 5; the larger rho, the more of the low levels."""
    first, last = highest ** (1 / rho), lowest ** (1 / rho)
    u = torch.linspace(0, 1, steps, dtype=torch.float64)
    return (first + u * (last - first)) ** rho


def _edm(u: Tensor) -> Tensor:
    return edm_levels(len(u), SIGMA_MIN, SIGMA_MAX)


def _ddpm(u: Tensor) -> Tensor:
    """Take every so-many-th of DDPM's levels, as DDIM does (Song, Meng & Ermon 2021, Section 4.2)."""
    kept: Tensor = ddpm_sigmas()[((1 - u) * (DDPM_STEPS - 1)).round().long()]
    return kept.unique().flip(0)


def _cosine(u: Tensor) -> Tensor:
    """Space t evenly, between the ends that the levels are kept to."""
    first, last = _time_of(SIGMA_MAX), _time_of(SIGMA_MIN)
    return cosine_sigma(first + u * (last - first))


def _time_of(sigma: float) -> float:
    """Find the time of the cosine schedule at which a level is reached, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        reached = float(cosine_sigma(torch.tensor(middle, dtype=torch.float64))) >= sigma
        low, high = (low, middle) if reached else (middle, high)
    return high


def _vp(u: Tensor) -> Tensor:
    return vp_sigma(1 + u * (VP_FIRST - 1))


def _ve(u: Tensor) -> Tensor:
    return VE_MAX * (VE_MIN / VE_MAX) ** u


def _flow(u: Tensor) -> Tensor:
    """Space t evenly: sigma = t / (1 - t)."""
    first, last = (level / (1 + level) for level in (SIGMA_MAX, SIGMA_MIN))
    t = first + u * (last - first)
    return t / (1 - t)


_LEVELS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "edm": _edm,
    "ddpm": _ddpm,
    "cosine": _cosine,
    "vp": _vp,
    "ve": _ve,
    "flow": _flow,
}
