"""The scale on which a network sees an image's values: mean 0, standard deviation `SIGMA_DATA`; without torch."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from synthscope.imaging.normalisation import Normalisation

SIGMA_DATA = 0.5
"""Standard deviation of the data in a network's units: that of Karras et al. 2022."""


class Seen(Protocol):
    """What a network's configuration says of the pixels that it sees: channels, their mean and spread, normalised."""

    @property
    def channels(self) -> int: ...  # noqa: D102

    @property
    def mean(self) -> tuple[float, ...]: ...  # noqa: D102

    @property
    def spread(self) -> tuple[float, ...]: ...  # noqa: D102


def to_units(pixels: np.ndarray, normalisation: Normalisation, seen: Seen) -> np.ndarray:
    """Map original units (..., C) to the network's: mean 0, standard deviation `SIGMA_DATA`, float32."""
    values = normalisation.forward(pixels)
    spread = np.asarray(seen.spread) / SIGMA_DATA
    return np.asarray((values - np.asarray(seen.mean)) / spread, dtype=np.float32)


def from_units(values: np.ndarray, normalisation: Normalisation, seen: Seen) -> np.ndarray:
    """Map the network's units (..., C) back to original ones: float64, not rounded."""
    spread = np.asarray(seen.spread) / SIGMA_DATA
    return normalisation.inverse(values.astype(np.float64) * spread + np.asarray(seen.mean))
