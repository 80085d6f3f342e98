"""Errors of a cumulative-link model when answers of one rater, and answers to one case, hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synthscope.errors import InputError
from synthscope.studies.ordinal.links import Interval
from synthscope.studies.sharing import positive

if TYPE_CHECKING:
    from synthscope.studies.ordinal.cumulative import Linear


def sandwich(linear: Linear, found: Interval, inverse: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Give the covariance of the parameters when answers of one cluster hang together (Liang & Zeger 1986)."""
    count = len(np.unique(clusters))
    if count < 2:
        raise InputError(f"Errors clustered by rater need at least two raters; there is {count}.")
    return np.asarray(inverse @ _meat(linear, found, clusters) @ inverse)


def crossed_sandwich(
    linear: Linear, found: Interval, inverse: np.ndarray, raters: np.ndarray, cases: np.ndarray
) -> np.ndarray:
    """Give the covariance when answers of one rater, and answers to one case, hang together.

    That of raters, and that of cases less that of answers of one rater to one case, which is in both (Cameron,
    Gelbach & Miller 2011, equation 2.11). What cases add is never below nothing, in no direction: the difference of
    two estimates may fall there.
    """
    _, both = np.unique(np.stack([np.unique(one, return_inverse=True)[1] for one in (raters, cases)]), axis=1,
                        return_inverse=True)  # fmt: skip
    added = inverse @ (_meat(linear, found, cases) - _meat(linear, found, np.ravel(both))) @ inverse
    return np.asarray(sandwich(linear, found, inverse, raters) + positive(added))


def _meat(linear: Linear, found: Interval, clusters: np.ndarray) -> np.ndarray:
    """Sum the squared scores of clusters, with the factor G / (G - 1)."""
    labels, place = np.unique(clusters, return_inverse=True)
    count = len(labels)
    rows = linear.upper * found.u[:, None] + linear.lower * found.l[:, None]
    sums = np.zeros((count, rows.shape[1]))
    np.add.at(sums, place, rows)
    return np.asarray(sums.T @ sums * count / max(count - 1, 1))
