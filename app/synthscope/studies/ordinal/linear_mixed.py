"""The linear mixed model with crossed random terms, by the profiled restricted likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from synthscope.errors import InputError, WorkError
from synthscope.studies.ordinal.crossing import Crossing, RandomTerm, bordered, make_crossing

LARGEST = 100.0
"""Bound of a random term's deviation, in residual deviations."""


@dataclass(frozen=True, eq=False)
class LinearFit:
    """A fitted model ``y = X b + Z u + e``.

    Parameters
    ----------
    slopes : ndarray of float, shape (p,)
    covariance : ndarray of float, shape (p, p)
    variances : tuple of (str, float)
        Of the random terms, and of the residual last.
    deviance : float
        Minus twice the restricted log-likelihood (or the log-likelihood, for ``reml=False``).
    """

    slopes: np.ndarray
    covariance: np.ndarray
    variances: tuple[tuple[str, float], ...]
    deviance: float
    names: tuple[str, ...]
    n: int
    groups: tuple[int, ...]

    @property
    def errors(self) -> np.ndarray:
        """Standard errors of the slopes, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True, eq=False)
class _Solved:
    slopes: np.ndarray
    inverse: np.ndarray
    residual: float
    deviance: float


def fit_linear_mixed(
    outcome: np.ndarray, design: np.ndarray, names: Sequence[str], terms: Sequence[RandomTerm], *, reml: bool = True
) -> LinearFit:
    """Fit by minimising the profiled deviance (Bates et al. 2015, equations 34 and 41).

    Parameters
    ----------
    outcome : ndarray of float, shape (n,)
    design : ndarray of float, shape (n, p)
        With its constant.
    terms : sequence of RandomTerm

    Raises
    ------
    InputError
        When columns depend on each other or there are too few answers.
    WorkError
        When the minimum is not found.
    """
    outcome, design = np.asarray(outcome, float), np.asarray(design, float)
    n, p = design.shape
    if not (np.isfinite(outcome).all() and np.isfinite(design).all()):
        raise InputError("Outcome and columns hold values that are not finite; leave those rows out.")
    if n <= p or np.linalg.matrix_rank(design) < p:
        raise InputError(f"The {p} columns ({', '.join(names)}) cannot be told apart in {n} answers; leave some out.")
    crossing = make_crossing(terms, n)

    def deviance(scales: np.ndarray) -> float:
        return _solve(outcome, design, crossing, scales, reml).deviance

    first = np.ones(len(crossing.sizes))
    found = minimize(deviance, first, method="L-BFGS-B", bounds=[(0.0, LARGEST)] * len(first), options={"ftol": 1e-12})
    if not np.isfinite(found.fun):
        raise WorkError("The linear mixed model has no minimum; check that the outcome varies within raters and cases.")
    best = _solve(outcome, design, crossing, found.x, reml)
    variances = [(name, float(best.residual * s**2)) for name, s in zip(crossing.names, found.x, strict=True)]
    return LinearFit(
        best.slopes, best.residual * best.inverse, (*variances, ("residual", best.residual)), best.deviance,
        tuple(names), n, crossing.sizes,
    )  # fmt: skip


def _solve(outcome: np.ndarray, design: np.ndarray, crossing: Crossing, scales: np.ndarray, reml: bool) -> _Solved:
    """Give slopes, residual variance and deviance at the random terms' deviations in units of the residual's."""
    n, p = design.shape
    system = bordered(crossing, scales, np.ones(n))
    both = np.column_stack([design, outcome])
    projected = np.column_stack([crossing.project(scales, column) for column in both.T])
    reduced = both.T @ both - projected.T @ system.solve(projected)
    inner = reduced[:p, :p]
    slopes = np.linalg.solve(inner, reduced[:p, p])
    left = float(reduced[p, p] - reduced[:p, p] @ slopes)
    freedom = n - p if reml else n
    determinant = system.log_determinant + (float(np.linalg.slogdet(inner)[1]) if reml else 0.0)
    return _Solved(
        slopes, np.linalg.inv(inner), left / freedom, determinant + freedom * (1 + np.log(2 * np.pi * left / freedom))
    )
