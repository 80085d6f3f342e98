"""Profile-likelihood intervals of a mixed model's slopes: where the deviance has risen by the chi-square quantile."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from synthscope.errors import WorkError
from synthscope.studies.ordinal.cumulative import OrdinalFit
from synthscope.studies.ordinal.mixed import Marginal, climb

REACH = 6
"""Ends are looked for up to so many Wald half-widths away."""


def profile_interval(marginal: Marginal, fit: OrdinalFit, name: str, *, level: float = 0.95) -> tuple[float, float]:
    """Give the interval of one slope from the profile of the marginal likelihood.

    Parameters
    ----------
    marginal : Marginal
        That `fit` was fitted to.
    name : str
        Of a column.

    Raises
    ------
    WorkError
        When the profile does not rise far enough on one side.
    """
    place = marginal.cuts + fit.index(name)
    logs = np.log(np.maximum([variance for _, variance in fit.variances], 1e-5)) / 2
    best = np.concatenate([fit.thresholds, fit.slopes, logs])
    rise, wald = float(chi2.ppf(level, 1)) / 2, float(fit.errors[fit.index(name)] * np.sqrt(chi2.ppf(level, 1)))

    def above(value: float) -> float:
        _, height = climb(marginal, best, {place: value})
        return height + fit.log_likelihood - rise

    return _end(above, best[place], -wald, name), _end(above, best[place], wald, name)


def _end(above: Callable[[float], float], centre: float, step: float, name: str) -> float:
    near, far = centre + step / 2, centre + step
    for _ in range(2 * REACH):
        if above(far) > 0:
            return float(brentq(above, near if above(near) < 0 else centre, far, xtol=1e-5 * abs(step) + 1e-12))
        near, far = far, far + step / 2
    raise WorkError(f"The profile of {name!r} does not rise far enough; give the Wald interval and say so.")
