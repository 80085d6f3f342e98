"""The cumulative-link model: thresholds and slopes by Newton's method, with errors that may be clustered by rater."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.special import logit, ndtri

from synthscope.errors import InputError, WorkError
from synthscope.studies.ordinal.categories import Scale, make_scale
from synthscope.studies.ordinal.clustering import crossed_sandwich, sandwich
from synthscope.studies.ordinal.links import LINKS, Interval, Link, interval

STEPS = 100
HALVINGS = 30
NEAR = 1e-9
"""Of the Newton decrement, twice what the log-likelihood can still gain: one full step from there ends the climb."""
ENDLESS = 15.0
"""A slope beyond it (odds of three million to one) means that a column separates the answers."""


@dataclass(frozen=True, eq=False)
class OrdinalFit:
    """A fitted model ``P(Y <= k) = F(threshold_k - x b - z u)`` (McCullagh 1980).

    Parameters
    ----------
    thresholds, slopes : ndarray of float, shapes (levels - 1,) and (p,)
        In units of the latent scale: log odds for the logit.
    covariance : ndarray of float, shape (levels - 1 + p,) squared
        Of both, thresholds first.
    log_likelihood : float
    variances : tuple of (str, float)
        Of random terms; empty without them.
    deviations : tuple of float
        Standard errors of the logarithms of their standard deviations; not a number for a term that is zero.
    groups : tuple of int
        Of each random term, or of the clusters: their count.
    method : str
        In words of a methods section.
    """

    thresholds: np.ndarray
    slopes: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    names: tuple[str, ...]
    values: tuple[float, ...]
    n: int
    link: Link
    method: str
    variances: tuple[tuple[str, float], ...] = ()
    deviations: tuple[float, ...] = ()
    groups: tuple[int, ...] = ()
    random: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()

    @property
    def aic(self) -> float:
        """Akaike's criterion: twice the number of parameters less twice the log-likelihood."""
        return 2 * (len(self.thresholds) + len(self.slopes) + len(self.variances)) - 2 * self.log_likelihood

    @property
    def df(self) -> float:
        """Degrees of freedom for intervals: the fewest groups less one, as for clustered errors; else infinite."""
        return min(self.groups) - 1.0 if self.groups else np.inf

    @property
    def errors(self) -> np.ndarray:
        """Standard errors of the slopes, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))[len(self.thresholds) :]

    @property
    def slope_covariance(self) -> np.ndarray:
        """Of the slopes alone, shape (p, p)."""
        return self.covariance[len(self.thresholds) :, len(self.thresholds) :]

    def slope(self, name: str) -> float:
        """Give the slope of one column."""
        return float(self.slopes[self.index(name)])

    def index(self, name: str) -> int:
        """Give the place of a column among the slopes."""
        if name not in self.names:
            raise InputError(f"The model has no column {name!r}; it has {', '.join(self.names) or 'none'}.")
        return self.names.index(name)


@dataclass(frozen=True, eq=False)
class Linear:
    """Both ends of every answer's interval as linear maps of the parameters, shapes (n, parameters).

    Ends at infinity are rows of zeros with an offset. Each answer counts as often as its weight says, once without.
    """

    upper: np.ndarray
    lower: np.ndarray
    upper_offset: np.ndarray
    lower_offset: np.ndarray
    weights: np.ndarray | None = None

    def at(self, parameters: np.ndarray, link: Link) -> Interval:
        """Give the log probability of each answer and its derivatives."""
        upper, lower = self.ends(parameters)
        found = interval(upper, lower, link)
        if self.weights is None:
            return found
        return Interval(*(getattr(found, one.name) * self.weights for one in fields(found)))

    def ends(self, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Give the upper and the lower end of each answer."""
        return self.upper @ parameters + self.upper_offset, self.lower @ parameters + self.lower_offset


def linear_of(scale: Scale, nominal: Sequence[int] = ()) -> Linear:
    """Write the ends as linear maps; columns in `nominal` have a slope of their own at every threshold but the first.

    Parameters are thresholds, slopes, and then for each nominal column its differences from the first threshold's.
    """
    levels = scale.levels
    eye = np.vstack([np.zeros(levels - 1), np.eye(levels - 1), np.zeros(levels - 1)])
    high, low = eye[scale.steps + 1], eye[scale.steps]
    extra = [scale.design[:, [k]] for k in nominal]

    def side(cut: np.ndarray) -> np.ndarray:
        inside = np.abs(cut).sum(axis=1, keepdims=True)
        return np.hstack([cut, -inside * scale.design, *(-column * cut[:, 1:] for column in extra)])

    first, last = scale.steps == 0, scale.steps == levels - 1
    return Linear(side(high), side(low), np.where(last, np.inf, 0.0), np.where(first, -np.inf, 0.0))


def start(scale: Scale, link: Link) -> np.ndarray:
    """Give thresholds from the shares of the steps, and slopes of zero."""
    share = np.cumsum(np.bincount(scale.steps, minlength=scale.levels))[:-1] / len(scale.steps)
    cuts = logit(share) if link == "logit" else ndtri(share)
    return np.concatenate([cuts, np.zeros(scale.design.shape[1])])


def gradient(linear: Linear, found: Interval) -> np.ndarray:
    """Give the derivative of the log-likelihood, shape (parameters,)."""
    return np.asarray(linear.upper.T @ found.u + linear.lower.T @ found.l)


def information(linear: Linear, found: Interval) -> np.ndarray:
    """Give minus the second derivative of the log-likelihood, shape (parameters, parameters)."""
    cross = linear.upper.T @ (found.ul[:, None] * linear.lower)
    both = linear.upper.T @ (found.uu[:, None] * linear.upper) + linear.lower.T @ (found.ll[:, None] * linear.lower)
    return np.asarray(-(both + cross + cross.T))


def maximise(
    linear: Linear, first: np.ndarray, link: Link, *, endless: float = ENDLESS
) -> tuple[np.ndarray, Interval, np.ndarray]:
    """Climb by Newton's method with halved steps; the log-likelihood is concave (Pratt 1981).

    Parameters
    ----------
    endless : float
        A parameter beyond it counts as infinite; set it to infinity where only the height matters.

    Returns
    -------
    tuple
        Parameters, the answers' intervals there, and the inverse of the information.

    Raises
    ------
    WorkError
        When a column separates the answers, or the climb does not end.
    """
    parameters, found = first, linear.at(first, link)
    for _ in range(STEPS):
        inverse = _inverse(information(linear, found))
        slope = gradient(linear, found)
        step = inverse @ slope
        if slope @ step < NEAR:
            return parameters + step, linear.at(parameters + step, link), inverse
        parameters, found = _halved(linear, parameters, step, found, link)
        if np.abs(parameters).max() > endless:
            break
    raise WorkError(
        "The cumulative-link model has no finite answer: a column, or a step of the scale in one arm, separates the "
        "ratings completely. Join rare steps, or leave out the arm whose ratings are all on one end."
    )


def _halved(
    linear: Linear, parameters: np.ndarray, step: np.ndarray, found: Interval, link: Link
) -> tuple[np.ndarray, Interval]:
    """Shorten a step until thresholds are in order and the log-likelihood does not fall."""
    before = found.value.sum()
    for halving in range(HALVINGS):
        there = parameters + step / 2**halving
        upper, lower = linear.ends(there)
        if (upper > lower).all():
            new = linear.at(there, link)
            if new.value.sum() >= before - 1e-12 * abs(before):
                return there, new
    return parameters + step / 2**HALVINGS, found


def _inverse(matrix: np.ndarray) -> np.ndarray:
    try:
        return np.asarray(np.linalg.inv(matrix))
    except np.linalg.LinAlgError as error:
        raise WorkError(
            "The cumulative-link model cannot be told from its data: its information matrix has no inverse. "
            "Leave out columns that say the same, or join rare steps of the scale."
        ) from error


def fit_cumulative(
    answers: np.ndarray, design: np.ndarray, names: Sequence[str], *, link: Link = "logit",
    clusters: np.ndarray | None = None, cases: np.ndarray | None = None, weights: np.ndarray | None = None,
) -> OrdinalFit:
    """Fit a cumulative-link model without random terms.

    Parameters
    ----------
    answers : ndarray, shape (n,)
        Steps of the scale, as numbers in order.
    design : ndarray of float, shape (n, p)
        Columns without a constant; see `arm_columns`.
    link : "logit" or "probit"
    clusters : ndarray, shape (n,), optional
        Rater of each answer: errors are then those of whole raters (Liang & Zeger 1986, with the factor
        G / (G - 1)), and not of single answers.
    cases : ndarray, shape (n,), optional
        Beside raters, what was seen: errors are then of raters and of cases (Cameron, Gelbach & Miller 2011,
        Journal of Business & Economic Statistics 29:238).
    weights : ndarray, shape (n,), optional
        How much each answer counts, 1 on average.

    Raises
    ------
    InputError, WorkError
        With a sentence; see `make_scale` and `maximise`.
    """
    check_link(link)
    scale = make_scale(answers, design, names)
    linear = replace(linear_of(scale), weights=None if weights is None else np.asarray(weights, float))
    parameters, found, inverse = maximise(linear, start(scale, link), link)
    method = f"cumulative-link model ({link}), maximum likelihood by Newton's method"
    caveats: tuple[str, ...] = ("Each answer counts as independent; raters and cases are not random.",)
    random: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    if clusters is not None and cases is not None:
        inverse = crossed_sandwich(linear, found, inverse, np.asarray(clusters), np.asarray(cases))
        groups = (len(np.unique(clusters)), len(np.unique(cases)))
        method += ", errors clustered by rater and by case"
        caveats, random = (), ("raters", "cases")
    elif clusters is not None:
        inverse = sandwich(linear, found, inverse, np.asarray(clusters))
        groups = (len(np.unique(clusters)),)
        method += ", errors clustered by rater"
        caveats, random = ("Cases are not random: the interval is for these images.",), ("raters",)
    cuts = scale.levels - 1
    return OrdinalFit(
        parameters[:cuts], parameters[cuts:], inverse, float(found.value.sum()), scale.names, scale.values,
        len(scale.steps), link, method, groups=groups, random=random, caveats=caveats,
    )  # fmt: skip


def check_link(link: str) -> None:
    """Refuse a link that is not known."""
    if link not in LINKS:
        raise InputError(f"Link {link!r} is not known; choose among {', '.join(LINKS)}.")
