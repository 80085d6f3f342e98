"""Which channel shows the things that are measured, and whether they are brighter or darker: told by the real set."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from synthscope.records.metric import Frame

SMOOTH = 1.0
"""Standard deviation (pixels) of the smoothing before things are told from what lies around them."""
RARE = 0.02
"""A phase of less counts as this much: a few odd pixels are no phase."""


def clearest_channel(frame: Frame) -> int:
    """Give the channel whose two phases lie furthest apart in units of their own spread; 0 where that is not known.

    From the separability s and the fraction p of Otsu's threshold on the real set: s / ((1 - s) p (1 - p)).
    """
    if not frame.separations:
        return 0
    fraction = np.clip(np.asarray(frame.fractions), RARE, 1 - RARE)
    separation = np.clip(np.asarray(frame.separations), 0, 1 - 1e-9)
    return int(np.argmax(separation / ((1 - separation) * fraction * (1 - fraction))))


def sign_of(frame: Frame, channel: int) -> float:
    """Give 1 where things are brighter than what lies around them, -1 where darker: things are the rarer phase."""
    return -1.0 if frame.fractions and frame.fractions[channel] > 0.5 else 1.0


def foreground(plane: np.ndarray, frame: Frame, channel: int, sign: float, local: float = 0.0) -> np.ndarray:
    """Tell things from what lies around them, in a slightly smoothed plane.

    Parameters
    ----------
    plane : ndarray (Y, X)
        In original units.
    sign : float
        1 for things that are brighter than the threshold of the real set, -1 for darker ones.
    local : float
        Standard deviation (pixels) of the neighbourhood whose mean they must exceed as well; 0 for none.
    """
    values = sign * np.asarray(plane, float)
    least: np.ndarray | float = sign * frame.thresholds[channel]
    if local:
        least = np.maximum(least, ndimage.gaussian_filter(values, local))
    found: np.ndarray = ndimage.gaussian_filter(values, SMOOTH) > least
    return found
