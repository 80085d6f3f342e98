"""One Glicko update, for checking against published examples; reports use fits to all choices at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SCALE = np.log(10) / 400


def glicko(
    rating: float, deviation: float, opponents: Sequence[tuple[float, float, float]]
) -> tuple[float, float]:
    """Update a rating after games of one period (Glickman 1999, equations 5 to 8).

    Ratings depend on the order of games: a study's report does not use them.

    Parameters
    ----------
    opponents : sequence of (rating, deviation, result)
        Results are 1, 0.5 or 0.

    Returns
    -------
    tuple of float
        New rating and deviation.
    """
    theirs, spread, result = np.array(opponents, float).T
    weight = 1 / np.sqrt(1 + 3 * (SCALE * spread / np.pi) ** 2)
    expected = 1 / (1 + 10 ** (-weight * (rating - theirs) / 400))
    precision = 1 / deviation**2 + SCALE**2 * (weight**2 * expected * (1 - expected)).sum()
    return float(rating + SCALE / precision * (weight * (result - expected)).sum()), float(1 / np.sqrt(precision))
