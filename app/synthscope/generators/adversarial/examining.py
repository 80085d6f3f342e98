"""How far what a generator makes is from held-out patches: the distance by which its best weights are chosen."""

from __future__ import annotations

import numpy as np

from synthscope.generators.schooling.patches import Patches
from synthscope.generators.units import SIGMA_DATA
from synthscope.imaging.random_features import FeatureSpace, is_seen, kernel_distance

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
        self.able = is_seen(real)
        if self.able:
            self._space = FeatureSpace(real)
            self._real = self._space.of(real)

    def distance(self, made: np.ndarray) -> float:
        """Give the kernel distance of images (N, C, Y, X) in the network's units."""
        return kernel_distance(self._space.of(_pictures(made)), self._real)


def _pictures(pixels: np.ndarray) -> np.ndarray:
    """Turn (N, C, Y, X) in units into (N, Y, X, C) of about -1 to 1."""
    return np.moveaxis(pixels, 1, -1) / (2 * SIGMA_DATA)
