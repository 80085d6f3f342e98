"""Scores of raters drawn with replacement: what other raters would have said."""

from __future__ import annotations

import numpy as np

from synthscope.errors import InputError, WorkError
from synthscope.studies.ranking.bradley_terry import RIDGE, Model, climb, make_model
from synthscope.studies.ranking.comparisons import Cells, Comparisons, check_connected, count_cells
from synthscope.studies.ranking.outcomes import Link


def resample_raters(
    comparisons: Comparisons, rng: np.random.Generator, count: int, *, link: Link = "logit", side: bool = True,
    ridge: float = RIDGE,
) -> np.ndarray:
    """Fit scores to raters drawn with replacement.

    Parameters
    ----------
    count : int
        Of draws; those in which the items do not connect get the ridge.

    Returns
    -------
    ndarray of float, shape (count, k)

    Raises
    ------
    InputError
        When there is a single rater.
    """
    raters = len(comparisons.rater_names)
    if raters < 2:
        raise InputError(f"Raters are drawn anew, and there is {raters}; at least two are needed.")
    cells = count_cells(comparisons)
    strong = check_connected(comparisons)
    firm = make_model(cells.of, side=side, link=link, ties=comparisons.tied, ridge=0.0 if strong else ridge)
    soft = make_model(cells.of, side=side, link=link, ties=comparisons.tied, ridge=ridge)
    first, _, _ = climb(firm, cells.totals())
    drawn = rng.multinomial(raters, np.full(raters, 1 / raters), size=count)
    return np.array([_one_draw(cells, firm, soft, first, weights) for weights in drawn])


def _one_draw(cells: Cells, firm: Model, soft: Model, first: np.ndarray, weights: np.ndarray) -> np.ndarray:
    counts = cells.totals(weights)
    there = cells.of.of(counts > 0)
    try:
        model = firm if check_connected(there) else soft
    except InputError:
        model = soft
    try:
        parameters, _, _ = climb(model, counts, first)
    except WorkError:
        parameters, _, _ = climb(soft, counts)
    return np.asarray(model.back @ parameters[: model.back.shape[1]])
