"""The range of what is known of an image, channel by channel."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.regions import spread_mask
from synthscope.imaging.rounding import Limits
from synthscope.records.space import Space


def known_limits(real: np.ndarray, mask: np.ndarray | None, space: Space) -> Limits | None:
    """Give each channel's range of what is known: the masked values must not be felt, not even by their range."""
    channels = [i for i, axis in enumerate(space.axes) if axis in "cs"]
    known = np.isfinite(real) if mask is None else np.isfinite(real) & ~spread_mask(mask, space)
    apart, seen = (np.moveaxis(a, channels, range(len(channels))) for a in (real, known))
    found = []
    for channel in np.ndindex(apart.shape[: len(channels)]):
        values = apart[channel][seen[channel]]
        if not values.size:
            return None
        found.append((float(values.min()), float(values.max())))
    return tuple(found)
