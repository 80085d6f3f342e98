"""Rulers of the comparison that need no encoder: features of each image, and distances of their means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthscope.imaging.correlations import two_point_probability
from synthscope.imaging.spectra import FLOOR, radial_spectrum
from synthscope.imaging.texture import laplacian_variance
from synthscope.metrics.protocol import SetMetric
from synthscope.records.metric import Frame, Layout


@dataclass(frozen=True)
class Ruler:
    """One measure: features of an image (Y, X, C), and a set metric of them."""

    metric: SetMetric

    def features(self, image: np.ndarray, frame: Frame) -> np.ndarray:
        """Give one row of numbers (D,)."""
        raise NotImplementedError

    def of(self, images: np.ndarray, frame: Frame) -> np.ndarray:
        """Give the features (N, D) of images (N, Y, X, C)."""
        return np.stack([self.features(image, frame) for image in images])


class LogDistance:
    """Root mean square difference of log10 of mean power: that of `imaging.spectra.spectrum_distance`."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure of rows of power (N, D), (M, D)."""
        a, b = generated.mean(axis=0), real.mean(axis=0)
        floor = FLOOR * max(float(a.mean()), float(b.mean()), np.finfo(float).tiny)
        return {"": float(np.sqrt(np.mean((np.log10(a + floor) - np.log10(b + floor)) ** 2)))}


class MeanDistance:
    """Root mean square difference of mean curves: that of `imaging.correlations.two_point_distance`."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure of curves (N, D), (M, D)."""
        return {"": float(np.sqrt(np.mean((generated.mean(axis=0) - real.mean(axis=0)) ** 2)))}


class MeanRatio:
    """Mean of the generated over that of the real; not a number where the latter is 0."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure of rows (N, 1), (M, 1)."""
        below = float(real.mean())
        return {"": float(generated.mean()) / below if below else float("nan")}


class Spectrum(Ruler):
    """Radial power."""

    def features(self, image: np.ndarray, frame: Frame) -> np.ndarray:
        """Give the power at each frequency."""
        return radial_spectrum(image, frame.voxel_size[1:]).power


class TwoPoint(Ruler):
    """Two-point probability of the brighter phase."""

    def features(self, image: np.ndarray, frame: Frame) -> np.ndarray:
        """Give the probability at each distance."""
        return two_point_probability(frame.phases(image), frame.voxel_size[1:]).value


class Sharpness(Ruler):
    """Variance of the Laplacian."""

    def features(self, image: np.ndarray, frame: Frame) -> np.ndarray:
        """Give the variance, in units of the limits of the real set squared."""
        return np.array([laplacian_variance(frame.scaled(image), np.ones(image.shape[:2], bool))])


RULERS: Mapping[str, Ruler] = {
    "spectrum_distance": Spectrum(LogDistance()),
    "two_point_distance": TwoPoint(MeanDistance()),
    "sharpness_ratio": Sharpness(MeanRatio()),
}
"""By the names of `synthscope.records.families.MEASURES`."""
