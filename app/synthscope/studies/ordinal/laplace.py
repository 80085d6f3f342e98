"""The marginal likelihood of an ordinal model with crossed random terms by Laplace's method, with its gradient."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from synthscope.errors import WorkError
from synthscope.studies.ordinal.categories import Scale, ends, threshold_sums
from synthscope.studies.ordinal.crossing import Bordered, Crossing, bordered
from synthscope.studies.ordinal.links import Interval, Link, interval

STEPS = 100
HALVINGS = 25
NEAR = 1e-9
"""Of the Newton decrement: one full step from there leaves an error of its square, and the determinant is exact."""


@dataclass(frozen=True, eq=False)
class Natural:
    """Parameters of an ordinal mixed model: thresholds, slopes, logarithms of the random terms' deviations."""

    thresholds: np.ndarray
    slopes: np.ndarray
    log_scales: np.ndarray

    @property
    def scales(self) -> np.ndarray:
        """Standard deviations of the random terms."""
        return np.asarray(np.exp(self.log_scales))


def natural(parameters: np.ndarray, levels: int, slopes: int) -> Natural:
    """Cut a vector of parameters into its parts."""
    return Natural(*np.split(parameters, [levels - 1, levels - 1 + slopes]))


@dataclass(frozen=True, eq=False)
class Mode:
    """Where the joint density of answers and effects is largest: effects in units of their deviations."""

    effects: np.ndarray
    found: Interval
    system: Bordered


@dataclass(eq=False)
class Laplace:
    """Minus the log marginal likelihood (Tierney & Kadane 1986) as a function of the parameters, with its gradient.

    The last mode is kept as the next start; nothing else changes between calls.
    """

    scale: Scale
    crossing: Crossing
    link: Link
    last: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Start from effects of zero."""
        self.last = np.zeros(self.crossing.total)

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Give value and gradient, shape (parameters,), at thresholds, slopes and log deviations."""
        at = natural(parameters, self.scale.levels, self.scale.design.shape[1])
        mode = find_mode(self.scale, self.crossing, at, self.link, self.last)
        self.last = mode.effects
        value = -mode.found.value.sum() + mode.effects @ mode.effects / 2 + mode.system.log_determinant / 2
        return float(value), laplace_gradient(self.scale, self.crossing, at, mode)


def find_mode(scale: Scale, crossing: Crossing, at: Natural, link: Link, first: np.ndarray) -> Mode:
    """Climb to the mode of the random effects by Newton's method with halved steps; the density is log-concave."""
    fixed = scale.design @ at.slopes
    upper, lower = ends(scale.steps, at.thresholds)

    def joint(effects: np.ndarray) -> tuple[float, Interval]:
        shift = fixed + sum(crossing.shares(at.scales, effects), np.zeros_like(fixed))
        found = interval(upper - shift, lower - shift, link)
        return float(found.value.sum() - effects @ effects / 2), found

    effects = first
    height, found = joint(effects)
    for _ in range(STEPS):
        system = bordered(crossing, at.scales, found.weight)
        slope = crossing.project(at.scales, found.slope) - effects
        step = system.solve(slope)
        gain = float(slope @ step)
        if gain < NEAR:
            _, found = joint(effects + step)
            return Mode(effects + step, found, bordered(crossing, at.scales, found.weight))
        for halving in range(HALVINGS):
            there = effects + step / 2**halving
            new, new_found = joint(there)
            if new >= height:
                break
        effects, height, found = there, new, new_found
    raise WorkError(
        "The random effects of the ordinal model have no mode that can be found; use the model without random terms, "
        "with errors clustered by rater, and say so."
    )


def laplace_gradient(scale: Scale, crossing: Crossing, at: Natural, mode: Mode) -> np.ndarray:
    """Differentiate the Laplace approximation, following the mode (implicit function theorem)."""
    found, scales = mode.found, at.scales
    parts = mode.system.leverages(crossing, scales)
    leverage = sum(parts, np.zeros_like(parts[0]))
    shares = crossing.shares(scales, mode.effects)
    upper, lower = leverage * found.weight_upper / 2, leverage * found.weight_lower / 2
    pull = -(upper + lower)
    follow = mode.system.solve(crossing.project(scales, pull))
    moved = crossing.shares(scales, follow)
    reach = sum(moved, np.zeros_like(leverage))
    bent = reach * found.weight
    thresholds = threshold_sums(
        scale.steps,
        -found.u + upper - reach * (found.uu + found.ul),
        -found.l + lower - reach * (found.ul + found.ll),
        scale.levels,
    )
    slopes = scale.design.T @ (-found.slope + pull - bent)
    deviations = [
        (share * (-found.slope + pull - bent)).sum() + (part * found.weight).sum() + (move * found.slope).sum()
        for share, part, move in zip(shares, parts, moved, strict=True)
    ]
    return np.concatenate([thresholds, slopes, deviations])
