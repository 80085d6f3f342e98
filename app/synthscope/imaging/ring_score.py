"""Does an image have a preferred centre: the strength of rings around it, over that around wrong centres."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from synthscope.imaging.masks.proposals import MAD_TO_SIGMA

WRONG = 8
WINDOW = 7
"""Width (pixels) of the median that tells rings from what is wider."""
CLIP = 2.0
INNERMOST = 4
AWAY = 1 / 8
"""Distance of the wrong centres, in the shorter side."""
LEAST_REACH = 8


def ring_score(plane: np.ndarray, centre: Sequence[float] | None = None) -> float:
    """Divide the variance of circle means around a centre by the median of the same around eight wrong centres.

    Laid out by radius and angle, less the median over radii, clipped at two robust deviations; the mean of each circle
    times the root of its radius, so that texture gives every circle the same variance. The wrong centres are the
    null: about 1 without rings, whatever the texture.

    Parameters
    ----------
    plane : ndarray (Y, X)
    centre : sequence of float, optional
        Row and column of the axis; the middle if left out, which is right only where the image is the whole slice.

    Returns
    -------
    float
        1 for an image without contrast or with less than 8 pixels around the centres.
    """
    values = np.asarray(plane, np.float64)
    middle = [(n - 1) / 2 for n in values.shape] if centre is None else list(centre)
    away = AWAY * min(values.shape)
    turns = np.arange(WRONG) * (2 * np.pi / WRONG)
    wrong = [(middle[0] + away * np.sin(t), middle[1] + away * np.cos(t)) for t in turns]
    reach = min(_room(values.shape, c) for c in (middle, *wrong))
    if reach < LEAST_REACH + INNERMOST or np.ptp(values) == 0:
        return 1.0
    below = float(np.median([_strength(values, c, reach) for c in wrong]))
    return _strength(values, middle, reach) / below if below > 0 else 1.0


def _room(shape: tuple[int, ...], centre: Sequence[float]) -> int:
    return int(min(min(c, n - 1 - c) for c, n in zip(centre, shape, strict=True)))


def _strength(values: np.ndarray, centre: Sequence[float], reach: int) -> float:
    """Variance over radii of the circle means."""
    radius = np.arange(INNERMOST, reach)
    angle = np.linspace(0, 2 * np.pi, max(16, int(np.pi * reach)), endpoint=False)
    where = [centre[0] + radius[:, None] * np.sin(angle), centre[1] + radius[:, None] * np.cos(angle)]
    polar = ndimage.map_coordinates(values, where, order=1, mode="nearest")
    residual = polar - ndimage.median_filter(polar, (WINDOW, 1), mode="nearest")
    limit = CLIP * MAD_TO_SIGMA * float(np.median(np.abs(residual)))
    if limit > 0:
        residual = np.clip(residual, -limit, limit)
    return float((residual.mean(axis=1) * np.sqrt(radius)).var())
