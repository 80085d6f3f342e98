"""Gradient boosting of many labellings at once: what no straight line tells."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

TREES = 30
RATE = 0.2


def boosted_scores(learned: np.ndarray, labels: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Fit trees of one split to each labelling and score other rows.

    Friedman 2001, Annals of Statistics 29, 1189, algorithm 5. The same as scikit-learn's
    ``GradientBoostingClassifier(max_depth=1)``, for all labellings together.

    Parameters
    ----------
    learned : ndarray (N, D)
    labels : ndarray of 0.0 and 1.0 (B, N)
    judged : ndarray (M, D)

    Returns
    -------
    ndarray (B, M)
        Log-odds of 1; 0 where a labelling has but one label.
    """
    order = np.argsort(learned, axis=0, kind="stable")  # (N, D)
    ordered = np.take_along_axis(learned, order, axis=0)
    allowed = np.diff(ordered, axis=0) > 0  # (N - 1, D)
    middles = (ordered[1:] + ordered[:-1]) / 2
    part = np.clip(labels.mean(axis=1, keepdims=True), 1e-9, 1 - 1e-9)
    start = np.log(part / (1 - part))
    fitted, scores = (np.repeat(start, count, axis=1) for count in (labels.shape[1], len(judged)))
    for _ in range(TREES):
        chance = expit(fitted)
        residual = labels - chance
        row, column = _splits(residual, order, allowed)
        threshold = middles[row, column]
        below = threshold[:, None] >= learned[:, column].T  # (B, N)
        weight = chance * (1 - chance)
        low, high = (_leaf(residual, weight, side) for side in (below, ~below))
        fitted += RATE * np.where(below, low, high)
        scores += RATE * np.where(threshold[:, None] >= judged[:, column].T, low, high)
    both = (labels.min(axis=1) < labels.max(axis=1))[:, None]
    return np.asarray(np.where(both, scores, 0.0))


def _splits(residual: np.ndarray, order: np.ndarray, allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give for each labelling the split, as a row of ``allowed`` and a column, that lowers squared error most."""
    count = len(order)
    below = np.cumsum(residual[:, order], axis=1)[:, :-1]  # (B, N - 1, D)
    total = residual.sum(axis=1)[:, None, None]
    sizes = np.arange(1, count)[None, :, None]
    gain = below**2 / sizes + (total - below) ** 2 / (count - sizes)
    best = np.where(allowed, gain, -1.0).reshape(len(residual), -1).argmax(axis=1)
    row, column = np.unravel_index(best, allowed.shape)
    return row, column


def _leaf(residual: np.ndarray, weight: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Give one Newton step of the log loss within a leaf: (B, 1)."""
    most = (weight * side).sum(axis=1, keepdims=True)
    return np.asarray((residual * side).sum(axis=1, keepdims=True) / np.maximum(most, 1e-12))
