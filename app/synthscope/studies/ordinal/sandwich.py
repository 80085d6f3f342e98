"""Errors of estimates where answers hang together: of raters, or of raters and of cases."""

from __future__ import annotations

import numpy as np

from synthscope.errors import InputError


def sandwich(scores: np.ndarray, inverse: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Give the covariance of the parameters when answers of one cluster hang together (Liang & Zeger 1986).

    Parameters
    ----------
    scores : ndarray, shape (n, parameters)
        Gradient of the log-likelihood of each answer.
    inverse : ndarray, shape (parameters, parameters)
        Inverse of the information.
    clusters : ndarray, shape (n,)
        Rater of each answer.

    Raises
    ------
    InputError
        If there are fewer than two clusters.
    """
    count = len(np.unique(clusters))
    if count < 2:
        raise InputError(f"Errors clustered by rater need at least two raters; there is {count}.")
    return np.asarray(inverse @ _meat(scores, clusters) @ inverse)


def crossed_sandwich(scores: np.ndarray, inverse: np.ndarray, raters: np.ndarray, cases: np.ndarray) -> np.ndarray:
    """Give the covariance when answers of one rater, and answers to one case, hang together.

    That of raters, and that of cases, less that of answers of one rater to one case, which is in both (Cameron,
    Gelbach & Miller 2011, equation 2.11). No direction has less variance than raters or cases alone give it: the
    difference of three estimates may fall below.
    """
    _, both = np.unique(np.stack([np.unique(one, return_inverse=True)[1] for one in (raters, cases)]), axis=1,
                        return_inverse=True)  # fmt: skip
    by_rater, by_case = sandwich(scores, inverse, raters), inverse @ _meat(scores, cases) @ inverse
    together = by_rater + by_case - inverse @ _meat(scores, np.ravel(both)) @ inverse
    least = np.maximum(np.diag(by_rater), np.diag(by_case))
    lift = np.sqrt(np.maximum(1.0, least / np.maximum(np.diag(together), 1e-300)))
    return np.asarray(_positive(together) * np.outer(lift, lift))


def _positive(matrix: np.ndarray) -> np.ndarray:
    """Give the nearest covariance: negative variances are taken as none."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T)


def _meat(scores: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Sum the squared scores of clusters, with the factor G / (G - 1)."""
    labels, place = np.unique(clusters, return_inverse=True)
    count = len(labels)
    sums = np.zeros((count, scores.shape[1]))
    np.add.at(sums, place, scores)
    return np.asarray(sums.T @ sums * count / max(count - 1, 1))
