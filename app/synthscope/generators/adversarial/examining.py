"""How far what a generator makes is from held-out patches: the distance by which its best weights are chosen."""

from __future__ import annotations

import numpy as np

from synthscope.generators.schooling.patches import Patches
from synthscope.generators.units import SIGMA_DATA
from synthscope.imaging.random_features import RandomFeatures, kernel_distance

LOOKED_AT = 64


class Examiner:
    """Compares images with held-out patches, the same ones at each look, in a space of fixed random features.

    Parameters
    ----------
    held_out : Patches
        In the network's units.
    """

    def __init__(self, held_out: Patches) -> None:
        real = _pictures(held_out.pixels.numpy())
        self._features = RandomFeatures(real.shape[-1])
        self.able = min(real.shape[1:3]) >= self._features.least_side
        if not self.able:
            return
        found = self._features.of(real)
        spread = found.std(axis=0)
        self._spread = spread + spread.mean() / 10  # a feature that hardly varies must not outweigh the others
        self._centre = found.mean(axis=0)
        self._real = self._scaled(found)

    def distance(self, made: np.ndarray) -> float:
        """Give the kernel distance of images (N, C, Y, X) in the network's units."""
        return kernel_distance(self._scaled(self._features.of(_pictures(made))), self._real)

    def _scaled(self, found: np.ndarray) -> np.ndarray:
        scaled: np.ndarray = (found - self._centre) / self._spread
        return scaled


def _pictures(pixels: np.ndarray) -> np.ndarray:
    """Turn (N, C, Y, X) in units into (N, Y, X, C) of about -1 to 1."""
    return np.moveaxis(pixels, 1, -1) / (2 * SIGMA_DATA)
