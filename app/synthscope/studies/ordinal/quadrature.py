"""The marginal likelihood of an ordinal model with one random term by adaptive Gauss-Hermite quadrature."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import logsumexp

from synthscope.studies.ordinal.categories import Scale, ends, threshold_sums
from synthscope.studies.ordinal.crossing import Crossing
from synthscope.studies.ordinal.laplace import Mode, Natural, find_mode, natural
from synthscope.studies.ordinal.links import Link, interval

FEWEST_NODES = 5
"""Below it the gradient, which is that of the integral, is not that of the sum."""


@dataclass(eq=False)
class Quadrature:
    """Minus the log marginal likelihood (Pinheiro & Bates 1995, equation 9) with its gradient.

    Nodes are laid around the mode of each group's effect. The gradient is the mean of the joint density's over the
    effects given the answers (Fisher's identity), taken with the same nodes.
    """

    scale: Scale
    crossing: Crossing
    link: Link
    nodes: int = 15
    last: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Start from effects of zero."""
        self.last = np.zeros(self.crossing.total)

    def __call__(self, parameters: np.ndarray) -> tuple[float, np.ndarray]:
        """Give value and gradient, shape (parameters,), at thresholds, slopes and the log deviation."""
        at = natural(parameters, self.scale.levels, self.scale.design.shape[1])
        mode = find_mode(self.scale, self.crossing, at, self.link, self.last)
        self.last = mode.effects
        return self._summed(at, mode)

    def _summed(self, at: Natural, mode: Mode) -> tuple[float, np.ndarray]:
        nodes, weights = np.polynomial.hermite.hermgauss(self.nodes)
        spread = np.sqrt(2 / mode.system.diagonal)
        effects = mode.effects + spread * nodes[:, None]
        place, load = self.crossing.places[0], self.crossing.loads[0]
        fixed = self.scale.design @ at.slopes
        upper, lower = ends(self.scale.steps, at.thresholds)
        shifts = [fixed + at.scales[0] * load * effect[place] for effect in effects]
        founds = [interval(upper - shift, lower - shift, self.link) for shift in shifts]
        logs = np.array([np.bincount(place, found.value, self.crossing.sizes[0]) for found in founds])
        logs += -(effects**2) / 2 + (np.log(weights) + nodes**2)[:, None] + np.log(spread) - np.log(2 * np.pi) / 2
        total = logsumexp(logs, axis=0)
        shares = np.exp(logs - total)
        gradient = np.zeros(len(at.thresholds) + len(at.slopes) + 1)
        for share, found, shift in zip(shares, founds, shifts, strict=True):
            weight = share[place]
            slope = weight * found.slope
            cuts = threshold_sums(self.scale.steps, weight * found.u, weight * found.l, self.scale.levels)
            gradient -= np.concatenate([cuts, self.scale.design.T @ slope, [slope @ (shift - fixed)]])
        return float(-total.sum()), gradient
