"""How much of an agreement two different answers are: weights of ordered categories."""

from __future__ import annotations

from typing import Literal

import numpy as np

from synthscope.errors import InputError

Weights = Literal["none", "linear", "quadratic"]


def weight_matrix(count: int, weights: Weights) -> np.ndarray:
    """Give the weights of agreement, shape (count, count): 1 on the diagonal, falling with the distance of ranks.

    Linear weights are Cicchetti & Allison's (1971), quadratic ones Fleiss & Cohen's (1973). The distance is that of
    ranks, so categories that nobody used count if they were named.

    Raises
    ------
    InputError
        If the weights are not known.
    """
    rows, columns = np.indices((count, count))
    steps = np.abs(rows - columns) / max(count - 1, 1)
    if weights == "none":
        return np.eye(count)
    if weights == "linear":
        return np.asarray(1 - steps)
    if weights == "quadratic":
        return np.asarray(1 - steps**2)
    raise InputError(f"Weights {weights!r} are not known; use none, linear or quadratic.")
