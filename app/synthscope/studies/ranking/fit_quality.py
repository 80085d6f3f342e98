"""How well scores explain the choices: chi-square over pairs, and transitivity of what was chosen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import xlogy
from scipy.stats import chi2

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.ranking.bradley_terry import Preferences
from synthscope.studies.ranking.comparisons import LEFT, RIGHT, TIE, Comparisons, win_matrix
from synthscope.studies.ranking.outcomes import outcome

FEW = 5.0
"""Expected counts below it make the chi-square approximation doubtful."""


def goodness_of_fit(fit: Preferences, comparisons: Comparisons) -> tuple[Estimate, Estimate]:
    """Compare the choices of each pair, by side, with what the fit expects.

    Returns
    -------
    tuple of Estimate
        ``deviance`` and ``chi-square``, with degrees of freedom and p.

    Raises
    ------
    InputError
        With covariates, where there are no groups of like choices.
    """
    if comparisons.covariate_names:
        raise InputError("Goodness of fit groups choices by pair, and covariates differ within; fit without them.")
    seen, expected = _tables(fit, comparisons)
    parameters = len(fit.items) - 1 + len(fit.names)
    outcomes = 3 if comparisons.tied else 2
    df = float(len(seen) * (outcomes - 1) - parameters)
    deviance = 2 * float((xlogy(seen, seen) - xlogy(seen, expected)).sum())
    pearson = float(((seen - expected) ** 2 / expected).sum())
    caveats = ["Choices count as independent; differences between raters look like a bad fit too."]
    if (expected < FEW).mean() > 0.2:
        caveats.append("More than a fifth of the expected counts are below 5, so that p is rough.")

    def row(name: str, title: str, value: float) -> Estimate:
        return Estimate(
            name, title, value, n=fit.n, df=df, statistic=value, caveats=tuple(caveats),
            p_value=float(chi2.sf(value, df)) if df > 0 else np.nan, method=f"{fit.method}; pairs by side",
            citation="Bradley & Terry 1952",
        )  # fmt: skip

    return row("deviance", "Deviance of the pairs", deviance), row("chi-square", "Chi-square of the pairs", pearson)


def _tables(fit: Preferences, comparisons: Comparisons) -> tuple[np.ndarray, np.ndarray]:
    """Give seen and expected counts, shape (pairs by side, outcomes)."""
    k = len(fit.items)
    pairs, cell = np.unique(comparisons.left * k + comparisons.right, return_inverse=True)
    left, right = pairs // k, pairs % k
    side = fit.term("side")[0] if "side" in fit.names else 0.0
    tie = fit.term("tie")[0] if "tie" in fit.names else None
    difference = fit.scores[left] - fit.scores[right] + side
    choices = (LEFT, RIGHT) if tie is None else (LEFT, RIGHT, TIE)
    seen = np.column_stack([np.bincount(cell, comparisons.choice == c, len(pairs)) for c in choices])
    parts = [np.exp(outcome(difference, tie, np.full(len(pairs), c), fit.link).value) for c in choices]
    return seen, np.column_stack(parts) * seen.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Triads:
    """Three items of which each pair was decided.

    Parameters
    ----------
    complete : int
        Such triples.
    circular : int
        Those in which a beats b, b beats c and c beats a.
    consistence : float
        Kendall's zeta: 1 without circles, 0 with as many as there can be; not a number unless every pair was decided.
    p_value : float
        Of so few circles if every pair were decided by the toss of a coin.
    """

    complete: int
    circular: int
    consistence: float
    p_value: float


def count_triads(wins: np.ndarray, rng: np.random.Generator, draws: int = 2000) -> Triads:
    """Count circular triads (Kendall & Babington Smith 1940).

    Parameters
    ----------
    wins : ndarray, shape (k, k)
        Of one rater or of all: row over column; the majority decides a pair, and a draw leaves it undecided.
    """
    wins = np.asarray(wins, float)
    above = (wins > wins.T).astype(float)
    decided = above + above.T
    complete, circular = round(np.trace(np.linalg.matrix_power(decided, 3)) / 6), _circles(above)
    one, two = np.nonzero(np.triu(decided, 1))
    k, below = len(wins), 0
    for _ in range(draws if complete else 0):
        tossed = np.zeros((k, k))
        heads = rng.random(len(one)) < 0.5
        tossed[np.where(heads, one, two), np.where(heads, two, one)] = 1
        below += _circles(tossed) <= circular
    most = (k**3 - k) / 24 if k % 2 else (k**3 - 4 * k) / 24
    whole = k > 2 and len(one) == k * (k - 1) // 2
    p_value = (below + 1) / (draws + 1) if complete else np.nan
    return Triads(complete, circular, 1 - circular / most if whole else np.nan, p_value)


def _circles(above: np.ndarray) -> int:
    return round(float(np.trace(above @ above @ above)) / 3)


def rater_triads(comparisons: Comparisons, rng: np.random.Generator, draws: int = 2000) -> dict[str, Triads]:
    """Count the circular triads of every rater."""
    rows = ((name, comparisons.of(comparisons.raters == place)) for place, name in enumerate(comparisons.rater_names))
    return {name: count_triads(win_matrix(mine), rng, draws) for name, mine in rows}


@dataclass(frozen=True)
class Transitivity:
    """Of ordered triples with ``p(a, b)`` and ``p(b, c)`` of at least a half: how many break which rule.

    Weak: ``p(a, c)`` is a half or more; moderate: no less than the smaller; strong: no less than the larger of both.
    """

    triples: int
    weak: int
    moderate: int
    strong: int


def transitivity(wins: np.ndarray) -> Transitivity:
    """Count broken rules of stochastic transitivity in the shares of all raters together (Tversky & Russo 1969)."""
    wins = np.asarray(wins, float)
    met = wins + wins.T
    share = np.divide(wins, met, out=np.full_like(wins, np.nan), where=met > 0)
    first, second, third = share[:, :, None], share[None, :, :], share[:, None, :]
    k = np.arange(len(wins))
    apart = (k[:, None, None] != k[None, :, None]) & (k[None, :, None] != k) & (k[:, None, None] != k)
    asked = apart & (first >= 0.5) & (second >= 0.5) & ~np.isnan(third)
    counts = [int((asked & (third < bar)).sum()) for bar in (0.5, np.minimum(first, second), np.maximum(first, second))]
    return Transitivity(int(asked.sum()), *counts)
