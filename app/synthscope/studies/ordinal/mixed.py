"""The ordinal mixed model: raters, cases and raters by arm at random; fitted, with errors, or refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from synthscope.errors import InputError, SynthscopeError, WorkError
from synthscope.studies.ordinal.categories import Scale, make_scale
from synthscope.studies.ordinal.crossing import Crossing, RandomTerm, make_crossing
from synthscope.studies.ordinal.cumulative import OrdinalFit, check_link, fit_cumulative, linear_of, maximise, start
from synthscope.studies.ordinal.laplace import Laplace
from synthscope.studies.ordinal.links import Link
from synthscope.studies.ordinal.quadrature import FEWEST_NODES, Quadrature

Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]
SMALLEST, LARGEST = -6.0, 3.5
"""Bounds of log deviations: a deviation of 0.0025 is as good as zero, and one of 33 is no rating any more."""
FIRST = -0.5
"""Log deviation at which a fit starts."""
ITERATIONS = 300
FLAT = 5e-3
"""Largest slope of the objective, per unit of a parameter and thousand answers, at which a fit counts as converged."""
STEP = 1e-4
"""Of the differences of the gradient that give the second derivatives."""
FALLBACK = (
    "the stated fallback is the cumulative-link model without random terms, with errors clustered by "
    "raters, and by cases where they are at random; report it as such"
)


@dataclass(frozen=True, eq=False)
class Marginal:
    """What a fit climbs: minus the log marginal likelihood, and how many parameters of which kind it has."""

    objective: Objective
    scale: Scale
    crossing: Crossing
    link: Link
    words: str

    @property
    def cuts(self) -> int:
        """Number of thresholds."""
        return self.scale.levels - 1

    @property
    def fixed(self) -> int:
        """Number of thresholds and slopes."""
        return int(self.cuts + self.scale.design.shape[1])


def fit_mixed(
    answers: np.ndarray, design: np.ndarray, names: Sequence[str], terms: Sequence[RandomTerm], *,
    link: Link = "logit", nodes: int = 0,
) -> OrdinalFit:
    """Fit a cumulative-link model with random terms.

    Parameters
    ----------
    answers : ndarray, shape (n,)
        Steps of the scale, as numbers in order.
    design : ndarray of float, shape (n, p)
    terms : sequence of RandomTerm
        They may cross; each has a variance of its own and is independent of the others.
    nodes : int
        Of adaptive Gauss-Hermite quadrature, for one term alone; 0 for Laplace's method.

    Raises
    ------
    InputError
        When the data or the terms cannot be used.
    WorkError
        When the fit does not converge: the sentence names the fallback.
    """
    marginal = make_marginal(answers, design, names, terms, link=link, nodes=nodes)
    return fit_marginal(marginal)


def fit_or_fall_back(
    answers: np.ndarray, design: np.ndarray, names: Sequence[str], terms: Sequence[RandomTerm], raters: np.ndarray, *,
    link: Link = "logit",
) -> OrdinalFit:
    """Fit the mixed model, or where it does not converge the one without random terms, and say so in `caveats`.

    Errors of the latter are clustered by raters, and by cases where a term is named ``case``.

    Raises
    ------
    SynthscopeError
        When the fallback fails too.
    """
    try:
        return fit_mixed(answers, design, names, terms, link=link)
    except WorkError as error:
        cases = next((term.groups for term in terms if term.name == "case"), None)
        plain = fit_cumulative(answers, design, names, link=link, clusters=raters, cases=cases)
        return replace(plain, caveats=(str(error), *plain.caveats))


def make_marginal(
    answers: np.ndarray, design: np.ndarray, names: Sequence[str], terms: Sequence[RandomTerm], *,
    link: Link = "logit", nodes: int = 0,
) -> Marginal:
    """Check the data of a mixed model and give what its fit climbs."""
    check_link(link)
    if not terms:
        raise InputError("A mixed model needs at least one random term; use fit_cumulative without one.")
    if nodes and len(terms) > 1:
        raise InputError(f"Quadrature takes one random term and there are {len(terms)}; set nodes to 0 for Laplace.")
    scale = make_scale(answers, design, names)
    crossing = make_crossing(terms, len(scale.steps))
    if not nodes:
        return Marginal(Laplace(scale, crossing, link), scale, crossing, link, "Laplace's method")
    if nodes < FEWEST_NODES:
        raise InputError(f"nodes is {nodes}; quadrature needs at least {FEWEST_NODES}, or 0 for Laplace's method.")
    words = f"adaptive Gauss-Hermite quadrature with {nodes} nodes"
    return Marginal(Quadrature(scale, crossing, link, nodes), scale, crossing, link, words)


def fit_marginal(marginal: Marginal) -> OrdinalFit:
    """Climb a marginal likelihood from the fit without random terms."""
    plain, _, _ = maximise(linear_of(marginal.scale), start(marginal.scale, marginal.link), marginal.link)
    first = np.concatenate([plain, np.full(len(marginal.crossing.sizes), FIRST)])
    best, value = climb(marginal, first)
    return _described(marginal, best, value)


def climb(marginal: Marginal, first: np.ndarray, held: dict[int, float] | None = None) -> tuple[np.ndarray, float]:
    """Minimise the objective with thresholds kept in order, and some parameters held at given values.

    Returns
    -------
    tuple of ndarray and float
        Parameters and minus the log marginal likelihood.

    Raises
    ------
    WorkError
        When the slope does not vanish.
    """
    held = held or {}
    free = np.array([k not in held for k in range(len(first))])
    begin = _loosened(first, marginal.cuts)
    for place, value in held.items():
        begin[place] = value

    def objective(part: np.ndarray) -> tuple[float, np.ndarray]:
        loose = begin.copy()
        loose[free] = part
        value, slope = marginal.objective(_ordered(loose, marginal.cuts))
        return value, _chained(slope, loose, marginal.cuts)[free]

    bounds = [(SMALLEST, LARGEST) if k >= marginal.fixed else (-np.inf, np.inf) for k in np.flatnonzero(free)]
    try:
        found = minimize(
            objective, begin[free], jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": ITERATIONS, "ftol": 1e-13, "gtol": 1e-6, "maxcor": 20},
        )  # fmt: skip
    except (SynthscopeError, np.linalg.LinAlgError, FloatingPointError) as error:
        raise WorkError(f"The ordinal mixed model failed ({error}); {FALLBACK}.") from error
    slope = np.abs(_inward(found.x, found.jac, bounds)).max(initial=0.0)
    if not np.isfinite(found.fun) or slope > FLAT * max(1.0, len(marginal.scale.steps) / 1000):
        raise WorkError(
            f"The ordinal mixed model did not converge in {found.nit} steps (largest slope {slope:.2g}); {FALLBACK}."
        )
    loose = begin.copy()
    loose[free] = found.x
    return _ordered(loose, marginal.cuts), float(found.fun)


def _inward(point: np.ndarray, slope: np.ndarray, bounds: list[tuple[float, float]]) -> np.ndarray:
    """Leave out slopes that push against a bound."""
    low, high = np.array(bounds).reshape(-1, 2).T
    outward = ((point <= low) & (slope > 0)) | ((point >= high) & (slope < 0))
    return np.where(outward, 0.0, slope)


def _loosened(parameters: np.ndarray, cuts: int) -> np.ndarray:
    """Write thresholds as the first and the logarithms of the gaps."""
    loose = parameters.copy()
    loose[1:cuts] = np.log(np.diff(parameters[:cuts]))
    return loose


def _ordered(loose: np.ndarray, cuts: int) -> np.ndarray:
    parameters = loose.copy()
    parameters[1:cuts] = loose[0] + np.cumsum(np.exp(loose[1:cuts]))
    return parameters


def _chained(slope: np.ndarray, loose: np.ndarray, cuts: int) -> np.ndarray:
    after = np.cumsum(slope[:cuts][::-1])[::-1]
    chained = slope.copy()
    chained[0] = after[0]
    chained[1:cuts] = after[1:] * np.exp(loose[1:cuts])
    return chained


def _described(marginal: Marginal, best: np.ndarray, value: float) -> OrdinalFit:
    """Give the fit with the covariance of its parameters."""
    crossing, fixed = marginal.crossing, marginal.fixed
    log_scales = best[fixed:]
    inside = np.concatenate([np.ones(fixed, bool), log_scales > SMALLEST + 0.5])
    covariance = _covariance(marginal.objective, best, inside)
    errors = np.full(len(best), np.nan)
    errors[inside] = np.sqrt(np.diag(covariance))
    zero = [name for name, log in zip(crossing.names, log_scales, strict=True) if log <= SMALLEST + 0.5]
    variances = np.where(log_scales <= SMALLEST + 0.5, 0.0, np.exp(2 * log_scales))
    caveats = tuple(f"The variance of {name!r} is estimated as zero." for name in zero)
    random = tuple(sorted(crossing.names))
    words = f"cumulative-link mixed model ({marginal.link}), random {', '.join(random)}, {marginal.words}"
    return OrdinalFit(
        best[: marginal.cuts], best[marginal.cuts : fixed], covariance[:fixed, :fixed], -value, marginal.scale.names,
        marginal.scale.values, len(marginal.scale.steps), marginal.link, words,
        variances=tuple(zip(crossing.names, map(float, variances), strict=True)),
        deviations=tuple(map(float, errors[fixed:])), groups=crossing.sizes, random=random,
        caveats=caveats,
    )  # fmt: skip


def _covariance(objective: Objective, best: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Invert the second derivatives, from differences of the analytic gradient."""
    rows = []
    for k in np.flatnonzero(inside):
        move = np.zeros(len(best))
        move[k] = STEP
        rows.append((objective(best + move)[1] - objective(best - move)[1])[inside] / (2 * STEP))
    hessian = np.array(rows)
    hessian = (hessian + hessian.T) / 2
    if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian).min() <= 0:
        raise WorkError(f"The ordinal mixed model has no maximum with finite errors; {FALLBACK}.")
    return np.asarray(np.linalg.inv(hessian))
