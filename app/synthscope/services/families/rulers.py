"""Rulers of the comparison that need no encoder: features of each image, and distances of their means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from synthscope.imaging.correlations import two_point_probability
from synthscope.imaging.spectra import log_distance, radial_spectrum
from synthscope.imaging.texture import laplacian_variance
from synthscope.metrics.protocol import SetMetric
from synthscope.records.metric import Frame, Layout


class LogDistance:
    """Root mean square difference of log10 of mean power: that of `imaging.spectra.spectrum_distance`."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure of rows of power (N, D), (M, D)."""
        return {"": log_distance(generated.mean(axis=0), real.mean(axis=0))}


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


def radial_power(image: np.ndarray, frame: Frame) -> np.ndarray:
    """Give the power at each frequency (D,)."""
    return radial_spectrum(image, frame.voxel_size[1:]).power


def pair_probability(image: np.ndarray, frame: Frame) -> np.ndarray:
    """Give the two-point probability of the brighter phase at each distance (D,)."""
    return two_point_probability(frame.phases(image), frame.voxel_size[1:]).value


def sharpness(image: np.ndarray, frame: Frame) -> np.ndarray:
    """Give the variance of the Laplacian (1,), in units of the limits of the real set squared."""
    return np.array([laplacian_variance(frame.scaled(image), np.ones(image.shape[:2], bool))])


@dataclass(frozen=True)
class Ruler:
    """One measure: features (D,) of an image (Y, X, C), and a set metric of them."""

    features: Callable[[np.ndarray, Frame], np.ndarray]
    metric: SetMetric

    def of(self, images: np.ndarray, frame: Frame) -> np.ndarray:
        """Give the features (N, D) of images (N, Y, X, C)."""
        return np.stack([self.features(image, frame) for image in images])


RULERS: Mapping[str, Ruler] = {
    "spectrum_distance": Ruler(radial_power, LogDistance()),
    "two_point_distance": Ruler(pair_probability, MeanDistance()),
    "sharpness_ratio": Ruler(sharpness, MeanRatio()),
}
"""By the names of `synthscope.records.families.MEASURES`."""
