"""Errors of scores when choices between images of one case hang together."""

from __future__ import annotations

import numpy as np

from synthscope.studies.ranking.comparisons import Comparisons
from synthscope.studies.sharing import share_cases


def of_cases(comparisons: Comparisons, rows: np.ndarray) -> tuple[np.ndarray, int]:
    """Sum the products of scores of choices by two raters that share a case, and count cases.

    What one rater's choices share is in the sum over raters already (Cameron, Gelbach & Miller 2011, equation 2.11).

    Parameters
    ----------
    rows : ndarray, shape (n, parameters)
        Score vector of each choice.

    Returns
    -------
    ndarray, shape (parameters, parameters), and int
        Zeros and 0 where cases are not known, or there is only one.
    """
    none = np.zeros((rows.shape[1], rows.shape[1])), 0
    if not comparisons.cases.size:
        return none
    shared, own = share_cases(comparisons.cases), share_cases(comparisons.cases, comparisons.raters)
    if shared.fewest < 2:
        return none
    products = (shared.spread(rows.T) - own.spread(rows.T)) @ rows
    return products * shared.fewest / (shared.fewest - 1), shared.fewest
