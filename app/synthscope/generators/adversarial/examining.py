"""How far what a generator makes is from held-out patches: the distance by which its best weights are chosen."""

from __future__ import annotations

import numpy as np

from synthscope.generators.scale import SIGMA_DATA
from synthscope.generators.schooling.patches import Patches
from synthscope.imaging.random_features import FeatureSpace, is_seen, kernel_distance
from synthscope.imaging.spectra import log_distance, radial_spectrum

LOOKED_AT = 64


class Examiner:
    """Compares images with held-out patches, the same ones at each look.

    The distance is a product: of the kernel distance in a space of fixed random features, which is a squared one, and
    of the squared distance of radial spectra (`imaging.spectra.log_distance`). The first alone is not enough: over so
    few images it hardly tells right textures from those that are far too sharp or too smooth. In a product neither
    needs a weight. Below the kernel distance of two halves of the real patches, less is chance.

    Parameters
    ----------
    held_out : Patches
        In the network's units.
    """

    def __init__(self, held_out: Patches) -> None:
        real = _pictures(held_out.pixels.numpy())
        self.able = is_seen(real) and len(real) > 3
        if self.able:
            self._space = FeatureSpace(real)
            self._real = self._space.of(real)
            self._power = _power(real)
            self._least = abs(kernel_distance(self._real[::2], self._real[1::2]))

    def distance(self, made: np.ndarray) -> float:
        """Give the distance of images (N, C, Y, X) in the network's units."""
        pictures = _pictures(made)
        kernel = max(kernel_distance(self._space.of(pictures), self._real), self._least)
        return kernel * log_distance(_power(pictures), self._power) ** 2


def _pictures(pixels: np.ndarray) -> np.ndarray:
    """Turn (N, C, Y, X) in units into (N, Y, X, C) of about -1 to 1."""
    return np.moveaxis(pixels, 1, -1) / (2 * SIGMA_DATA)


def _power(pictures: np.ndarray) -> np.ndarray:
    """Give the mean radial power of (N, Y, X, C); images stand where channels do, for these are averaged over."""
    beside = np.moveaxis(pictures, 0, 2).reshape(*pictures.shape[1:3], -1)
    return radial_spectrum(beside, (1.0, 1.0)).power
