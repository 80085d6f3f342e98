"""Samplers: pure functions of denoiser, noise and numbers, one step at a time.

The state is always ``x = x0 + sigma n``: DDIM without noise is then Euler's method on
``dx/dsigma = (x - D(x; sigma)) / sigma`` (Song, Meng & Ermon 2021, Section 4.3), and the variance-preserving
and -exploding SDEs are one process seen at other noise levels (Karras et al. 2022, Appendix B). That is why
these stand beside the schedulers of libraries: one denoiser, any noise levels, any solver.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import torch
from torch import Tensor

from synthscope.generators.diffusion.schedules import Schedule
from synthscope.generators.diffusion.travel import ONCE, Travel

Draw: TypeAlias = Callable[[tuple[int, ...]], Tensor]
"""Gives standard normal noise of a shape."""


class Denoiser(Protocol):
    """D(x; sigma): the expectation of x0 given x = x0 + sigma n."""

    def __call__(self, x: Tensor, sigma: Tensor, /) -> Tensor:
        """Denoise (B, C, ...) at one noise level (a tensor without axes)."""
        ...


@dataclass(frozen=True, eq=False)
class Step:
    """Where a sampler is after a step: `x` at `sigma`, and the denoised estimate that led there."""

    index: int
    total: int
    sigma: float
    x: Tensor
    denoised: Tensor


@dataclass(frozen=True, eq=False)
class Move:
    """One step to be taken: from `sigma` to `after`.

    `before` is the noise level of the step before and the estimate that was made there; None at the first step, and
    after noise was put back.
    """

    x: Tensor
    sigma: float
    after: float
    steps: int
    denoiser: Denoiser
    draw: Draw
    before: tuple[float, Tensor] | None = None

    def denoise(self, x: Tensor, sigma: float) -> Tensor:
        """Give D(x; sigma)."""
        return self.denoiser(x, torch.tensor(sigma, dtype=torch.float64, device=x.device).to(x.dtype))

    def noise(self) -> Tensor:
        """Draw noise like x."""
        return self.draw(tuple(self.x.shape)).to(self.x)


Solver: TypeAlias = Callable[[Move], tuple[Tensor, Tensor]]
"""Takes a step and gives (x, denoised estimate)."""


def sample(
    denoiser: Denoiser, noise: Tensor, schedule: Schedule, solver: Solver, *, draw: Draw, travel: Travel = ONCE
) -> Iterator[Step]:
    """Take noise away step by step.

    Parameters
    ----------
    noise : Tensor (B, C, ...)
        Standard normal.
    draw : callable
        Source of the further noise of stochastic solvers, and of what time travel puts back.
    travel : Travel
        Which stretches of steps are gone through again.

    Yields
    ------
    Step
        After each step; the last one is at sigma 0.
    """
    x, reached, route = noise * schedule.sigmas[0], schedule.sigmas[0], travel.route(schedule.steps)
    before: tuple[float, Tensor] | None = None
    for index, level in enumerate(route):
        sigma, after = schedule.sigmas[level : level + 2]
        if sigma > reached:  # back in time
            x, before = x + math.sqrt(sigma**2 - reached**2) * draw(tuple(x.shape)).to(x), None
        x, denoised = solver(Move(x, sigma, after, schedule.steps, denoiser, draw, before))
        reached, before = after, (sigma, denoised)
        yield Step(index, len(route), after, x, denoised)


def euler(move: Move) -> tuple[Tensor, Tensor]:
    """Follow the probability-flow ODE by Euler's method; with any schedule of DDPM this is DDIM."""
    denoised = move.denoise(move.x, move.sigma)
    slope = (move.x - denoised) / move.sigma
    return move.x + (move.after - move.sigma) * slope, denoised


def heun(move: Move) -> tuple[Tensor, Tensor]:
    """Follow it by Heun's second-order method: Karras et al. 2022, Algorithm 1."""
    denoised = move.denoise(move.x, move.sigma)
    slope = (move.x - denoised) / move.sigma
    x = move.x + (move.after - move.sigma) * slope
    if move.after > 0:
        again = (x - move.denoise(x, move.after)) / move.after
        x = move.x + (move.after - move.sigma) * (slope + again) / 2
    return x, denoised


def dpm_solver(move: Move) -> tuple[Tensor, Tensor]:
    """Follow it by DPM-Solver++(2M), which looks once a step: Lu et al. 2022 (arXiv 2211.01095), Algorithm 2.

    What is linear in x is solved exactly, in lambda = -ln sigma; the estimate is taken to go on as it went since the
    step before. Of second order, at half of what Heun's method costs; the first step and the last are of first order.
    """
    denoised = move.denoise(move.x, move.sigma)
    if move.after == 0:
        return denoised, denoised
    step = math.log(move.sigma / move.after)
    ahead = denoised
    if move.before is not None:
        sigma, earlier = move.before
        ahead = denoised + step / math.log(sigma / move.sigma) / 2 * (denoised - earlier)
    return move.after / move.sigma * move.x - math.expm1(-step) * ahead, denoised


@dataclass(frozen=True)
class Churn:
    """Heun's method with fresh noise before each step: Karras et al. 2022, Algorithm 2."""

    amount: float = 40.0
    lowest: float = 0.05
    highest: float = 50.0
    noise: float = 1.003

    def __call__(self, move: Move) -> tuple[Tensor, Tensor]:
        """Raise the noise level by gamma, then step down from there."""
        inside = self.lowest <= move.sigma <= self.highest
        gamma = min(self.amount / move.steps, math.sqrt(2) - 1) if inside else 0.0
        raised = move.sigma * (1 + gamma)
        x = move.x
        if gamma > 0:
            x = x + math.sqrt(raised**2 - move.sigma**2) * self.noise * move.noise()
        return heun(Move(x, raised, move.after, move.steps, move.denoiser, move.draw))


@dataclass(frozen=True)
class Ancestral:
    """DDIM with noise: `eta` 0 is Euler's method, 1 is DDPM's ancestral sampling (Song, Meng & Ermon 2021, Eq. 16)."""

    eta: float = 1.0

    def __call__(self, move: Move) -> tuple[Tensor, Tensor]:
        """Go down to less noise than wanted, and add the rest anew."""
        denoised = move.denoise(move.x, move.sigma)
        fresh = self.eta * move.after * math.sqrt(max(move.sigma**2 - move.after**2, 0.0)) / move.sigma
        kept = math.sqrt(max(move.after**2 - fresh**2, 0.0))
        x = denoised + kept / move.sigma * (move.x - denoised)
        return (x + fresh * move.noise() if fresh > 0 else x), denoised


def euler_maruyama(move: Move) -> tuple[Tensor, Tensor]:
    """Take a step of the reverse SDE: Song et al. 2021, Eq. 6, with dt = d(sigma^2) and g = 1."""
    denoised = move.denoise(move.x, move.sigma)
    if move.after == 0:
        return denoised, denoised
    gone = move.sigma**2 - move.after**2
    score = (denoised - move.x) / move.sigma**2
    return move.x + gone * score + math.sqrt(gone) * move.noise(), denoised


@dataclass(frozen=True)
class PredictorCorrector:
    """A step of the reverse SDE, then Langevin steps at the level reached: Song et al. 2021, Algorithms 2 and 4.

    The published step size divides the noise's norm by the score's, averaged over the batch; both are
    replaced by what they are expected to be, which makes the ratio sigma: an image then does not depend on
    the others of its batch.
    """

    corrections: int = 1
    signal_to_noise: float = 0.16

    def __call__(self, move: Move) -> tuple[Tensor, Tensor]:
        """Predict, then correct."""
        x, denoised = euler_maruyama(move)
        for _ in range(self.corrections if move.after > 0 else 0):
            score = (move.denoise(x, move.after) - x) / move.after**2
            step = 2 * (self.signal_to_noise * move.after) ** 2
            x = x + step * score + math.sqrt(2 * step) * move.noise()
        return x, denoised


SOLVERS: Mapping[str, Solver] = {
    "dpm-solver": dpm_solver,
    "heun": heun,
    "euler": euler,
    "edm-stochastic": Churn(),
    "ddim": Ancestral(eta=0.0),
    "ddpm": Ancestral(eta=1.0),
    "euler-maruyama": euler_maruyama,
    "predictor-corrector": PredictorCorrector(),
}
"""By the names that files keep."""
