"""Scores from choices: Bradley-Terry and Thurstone by maximum likelihood, with ties, side bias and covariates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError, WorkError
from synthscope.studies.ranking.clustering import of_cases
from synthscope.studies.ranking.comparisons import Comparisons, check_connected, count_cells
from synthscope.studies.ranking.outcomes import FIRST_TIE, Link, Outcome, outcome
from synthscope.studies.sharing import positive

STEPS = 100
HALVINGS = 30
NEAR = 1e-10
"""Of the Newton decrement: one full step from there ends the climb."""
ENDLESS = 15.0
"""A score or side beyond it (odds of three million to one) counts as infinite."""
RIDGE = 0.1
"""Weight of half the squared scores, where the choices alone leave them infinite."""
UNBOUNDED = (
    "Some items were always or never chosen, so that scores are regularised (ridge {:g}); their size is the ridge's, "
    "only the order is the raters'."
)


@dataclass(frozen=True, eq=False)
class Preferences:
    """Scores of items from choices.

    Parameters
    ----------
    items : tuple of str
    scores : ndarray of float, shape (k,)
        They sum to zero. Logit: a difference of 1 means odds of e to 1; probit: ``P = Phi(difference)``.
    covariance : ndarray of float, shape (k + extras,) squared
        Of scores, then extras.
    names : tuple of str
        Of the extras: ``side`` (pull to the left), covariates, ``tie``.
    extras : ndarray of float
    ridge : float
        0 unless the choices alone leave the scores infinite.
    raters : int
        Over which the errors are clustered; 0 where each choice counts as independent.
    cases : int
        Over which they are clustered as well; 0 where cases are not known.
    """

    items: tuple[str, ...]
    scores: np.ndarray
    covariance: np.ndarray
    names: tuple[str, ...]
    extras: np.ndarray
    log_likelihood: float
    n: int
    link: Link
    ridge: float
    raters: int
    method: str
    caveats: tuple[str, ...]
    cases: int = 0

    @property
    def df(self) -> float:
        """Degrees of freedom for intervals: raters or cases less one, whichever are fewer; or infinite."""
        return min(self.raters, self.cases or self.raters) - 1.0 if self.raters else np.inf

    @property
    def random(self) -> tuple[str, ...]:
        """What is at random in the errors."""
        return ("raters", *(["cases"] if self.cases else [])) if self.raters else ()

    @property
    def score_covariance(self) -> np.ndarray:
        """Of the scores alone, shape (k, k); its rows sum to zero."""
        k = len(self.items)
        return self.covariance[:k, :k]

    def against(self, base: str) -> tuple[np.ndarray, np.ndarray]:
        """Give each score less that of one item, and the standard errors; shapes (k,)."""
        if base not in self.items:
            raise InputError(f"Item {base!r} was not compared; choose among {', '.join(self.items)}.")
        place = self.items.index(base)
        moved = np.eye(len(self.items)) - np.eye(len(self.items))[place]
        variances = np.einsum("ij,jk,ik->i", moved, self.score_covariance, moved)
        return self.scores - self.scores[place], np.sqrt(np.maximum(variances, 0))

    def term(self, name: str) -> tuple[float, float]:
        """Give the value and standard error of the side bias, a covariate or the tie parameter."""
        if name not in self.names:
            raise InputError(f"The fit has no term {name!r}; it has {', '.join(self.names) or 'none'}.")
        place = self.names.index(name)
        spot = len(self.items) + place
        return float(self.extras[place]), float(np.sqrt(self.covariance[spot, spot]))


@dataclass(frozen=True, eq=False)
class Model:
    """What is fitted: the design of the differences, whether ties have a parameter, and the ridge.

    Parameters
    ----------
    design : ndarray, shape (cells, parameters without tie)
    back : ndarray, shape (k, k - 1)
        From the free parameters to scores that sum to zero.
    """

    design: np.ndarray
    choice: np.ndarray
    back: np.ndarray
    names: tuple[str, ...]
    link: Link
    ties: bool
    ridge: float

    @property
    def first(self) -> np.ndarray:
        """Where the climb starts."""
        return np.concatenate([np.zeros(self.design.shape[1]), [FIRST_TIE[self.link]] * self.ties])

    def at(self, parameters: np.ndarray) -> Outcome:
        """Give the log probability of each cell."""
        width = self.design.shape[1]
        tie = float(parameters[width]) if self.ties else None
        return outcome(self.design @ parameters[:width], tie, self.choice, self.link)

    def rows(self, found: Outcome) -> np.ndarray:
        """Give the score vector of each cell, shape (cells, parameters)."""
        rows = self.design * found.d[:, None]
        return np.column_stack([rows, found.t]) if self.ties else rows

    def curvature(self, found: Outcome, counts: np.ndarray) -> np.ndarray:
        """Give minus the second derivative of the log-likelihood, without the ridge."""
        inner = self.design.T @ ((counts * found.dd)[:, None] * self.design)
        if not self.ties:
            return np.asarray(-inner)
        edge = self.design.T @ (counts * found.dt)
        corner = np.array([[counts @ found.tt]])
        return np.asarray(-np.block([[inner, edge[:, None]], [edge[None], corner]]))

    def penalty(self) -> np.ndarray:
        """Give the second derivative of the ridge."""
        size = self.design.shape[1] + self.ties
        full = np.zeros((size, size))
        k = self.back.shape[1]
        full[:k, :k] = self.ridge * self.back.T @ self.back
        return full


def make_model(cells: Comparisons, *, side: bool, link: Link, ties: bool, ridge: float) -> Model:
    """Write scores, side and covariates as columns."""
    k = len(cells.items)
    back = np.linalg.qr(np.column_stack([np.ones(k), np.eye(k)[:, : k - 1]]))[0][:, 1:]
    columns = [back[cells.left] - back[cells.right]]
    names = cells.covariate_names
    if side:
        columns.append(np.ones((len(cells), 1)))
        names = ("side", *names)
    columns.append(cells.covariates)
    return Model(np.hstack(columns), cells.choice, back, (*names, *(["tie"] * ties)), link, ties, ridge)


def climb(model: Model, counts: np.ndarray, first: np.ndarray | None = None) -> tuple[np.ndarray, Outcome, np.ndarray]:
    """Maximise by Newton's method with halved steps.

    Returns
    -------
    tuple
        Parameters, the cells there, and the inverse of the curvature with the ridge.

    Raises
    ------
    WorkError
        When there is no finite maximum.
    """
    penalty = model.penalty()

    def height(parameters: np.ndarray) -> tuple[float, Outcome]:
        found = model.at(parameters)
        return float(counts @ found.value - parameters @ penalty @ parameters / 2), found

    parameters = model.first if first is None else first
    value, found = height(parameters)
    for _ in range(STEPS):
        inverse = _inverse(model.curvature(found, counts) + penalty)
        step = inverse @ (counts @ model.rows(found) - penalty @ parameters)
        gain = float(step @ np.linalg.solve(inverse, step))
        if abs(gain) < NEAR:
            return parameters + step, model.at(parameters + step), inverse
        for halving in range(HALVINGS):
            there = parameters + step / 2**halving
            new, new_found = height(there)
            if np.isfinite(new) and new >= value:
                break
        parameters, value, found = there, new, new_found
        if np.abs(parameters).max() > ENDLESS:
            break
    raise WorkError(
        "The scores have no finite values: a side, a covariate or the ties go with the choices completely. Leave the "
        "side term or the covariate out, or look at the raters who always chose one side."
    )


def _inverse(matrix: np.ndarray) -> np.ndarray:
    try:
        return np.asarray(np.linalg.inv(matrix))
    except np.linalg.LinAlgError as error:
        raise WorkError(
            "The scores cannot be told from the choices: a covariate says the same as the items or the side. "
            "Leave it out."
        ) from error


def fit_preferences(
    comparisons: Comparisons, *, link: Link = "logit", side: bool = True, clustered: bool = True, ridge: float = RIDGE
) -> Preferences:
    """Fit scores to choices.

    Parameters
    ----------
    comparisons : Comparisons
    link : "logit" or "probit"
        Bradley & Terry (1952), with Davidson's (1970) ties; or Thurstone's (1927) Case V, with those of Glenn & David.
    side : bool
        Whether raters may lean to the left image; the term is then an extra.
    clustered : bool
        Whether errors are those of whole raters (where there are at least two) and of whole cases (where they are
        known), not of single choices.
    ridge : float
        Used only where the items do not all beat each other, directly or through others; a caveat says so.

    Raises
    ------
    InputError
        When items were never compared across groups, or there are fewer than two.
    WorkError
        When there is no finite answer.
    """
    cells = count_cells(comparisons)
    strong = check_connected(comparisons)
    model = make_model(cells.of, side=side, link=link, ties=comparisons.tied, ridge=0.0 if strong else ridge)
    parameters, found, inverse = climb(model, cells.totals())
    raters = len(comparisons.rater_names) if clustered and len(comparisons.rater_names) > 1 else 0
    covariance, cases = inverse, 0
    if raters:
        rows = model.rows(found)
        sums = np.asarray(cells.counts @ rows)
        covariance = inverse @ (sums.T @ sums) @ inverse * raters / (raters - 1)
        added, cases = of_cases(comparisons, rows[cells.cell])
        covariance = covariance + positive(inverse @ added @ inverse)
    return _described(comparisons, model, parameters, covariance, float(cells.totals() @ found.value), (raters, cases))


def _described(
    comparisons: Comparisons, model: Model, parameters: np.ndarray, covariance: np.ndarray, height: float,
    clusters: tuple[int, int],
) -> Preferences:
    (raters, cases), k = clusters, len(comparisons.items)
    full = np.zeros((k + len(parameters) - (k - 1), len(parameters)))
    full[:k, : k - 1] = model.back
    full[k:, k - 1 :] = np.eye(len(parameters) - (k - 1))
    words = "Bradley-Terry model" if model.link == "logit" else "Thurstone's Case V"
    if model.ties:
        words += " with ties of Davidson" if model.link == "logit" else " with ties of Glenn and David"
    words += ", maximum likelihood" + (f", errors clustered by {raters} raters" if raters else "")
    words += f" and {cases} cases" if cases else ""
    caveats: tuple[str, ...] = ()
    if model.ridge:
        caveats += (UNBOUNDED.format(model.ridge),)
    if not raters:
        caveats += ("Each choice counts as independent; raters are not random.",)
    values = full @ parameters
    return Preferences(
        comparisons.items, values[:k], full @ covariance @ full.T, model.names, values[k:], height, len(comparisons),
        model.link, model.ridge, raters, words, caveats, cases,
    )  # fmt: skip
