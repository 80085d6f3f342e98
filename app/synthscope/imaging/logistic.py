"""Logistic regressions of the same features on many labellings at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg
from scipy.special import expit

INVERSE_PENALTY = 10.0
"""Of the squared weights; scikit-learn calls it C."""
STEPS = 300
TOLERANCE = 1e-4


@dataclass(frozen=True, eq=False)
class Logistic:
    """Weights (D, B) and offsets (B,) of as many regressions as there were labellings."""

    weights: np.ndarray
    offsets: np.ndarray

    def log_odds(self, features: np.ndarray) -> np.ndarray:
        """Give the log-odds (B, N) of the label 1 for rows (N, D)."""
        odds: np.ndarray = (features @ self.weights + self.offsets).T
        return odds


def fit_logistic(features: np.ndarray, labels: np.ndarray, inverse_penalty: float = INVERSE_PENALTY) -> Logistic:
    """Fit |w|^2 / 2 + C * (sum of log losses), the offset without penalty, for each labelling.

    Steps by a fixed bound of the curvature, X^T X / 4 + 1 / C (Böhning & Lindsay 1988), whose factor serves every
    labelling and every step, with Nesterov's momentum, until no gradient is above `TOLERANCE`. scikit-learn's
    `LogisticRegression(C=...)` has the same minimum.

    Parameters
    ----------
    features : ndarray (N, D)
    labels : ndarray of 0 and 1 (B, N)
    """
    rows, columns = features.shape
    design = np.concatenate([features, np.ones((rows, 1))], axis=1)
    ridge = np.append(np.full(columns, 1 / inverse_penalty), 1e-9)  # the offset has none, but needs a factor
    factor = linalg.inv(design.T @ design / 4 + np.diag(ridge), check_finite=False)
    ahead = weights = np.zeros((columns + 1, len(labels)))
    momentum = 1.0
    for _ in range(STEPS):
        gradient = design.T @ (expit(design @ ahead) - labels.T) + ridge[:, None] * ahead
        stepped = ahead - factor @ gradient
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = stepped + (momentum - 1) / following * (stepped - weights)
        weights, momentum = stepped, following
        if np.abs(gradient).max() < TOLERANCE:
            break
    return Logistic(weights[:-1], weights[-1])
