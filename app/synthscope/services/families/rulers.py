"""Rulers of the comparison that need no encoder: features of each image, and distances of their means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.imaging.chords import chord_lengths
from synthscope.imaging.correlations import two_point_probability
from synthscope.imaging.spectra import log_distance, radial_spectrum
from synthscope.imaging.texture import laplacian_variance
from synthscope.imaging.topology import euler_density
from synthscope.metrics.protocol import SetMetric
from synthscope.records.metric import Frame, Layout
from synthscope.records.training import EULER_AREA


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


class ChordDistance:
    """Area between both distributions of chord lengths over the mean length in the real set: `chord_distance`."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure of rows (N, D), (M, D) that count chords of each length; NaN where a set has none."""
        lengths = np.arange(real.shape[1])
        there, here = generated.sum(axis=0), real.sum(axis=0)
        if not there.any() or not here.any():
            return {"": float("nan")}
        apart = stats.wasserstein_distance(lengths, lengths, there, here)
        return {"": float(apart / np.average(lengths, weights=here))}


class MeanDifference:
    """Absolute difference of means."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure of rows (N, 1), (M, 1)."""
        return {"": float(abs(generated.mean() - real.mean()))}


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


def chord_counts(image: np.ndarray, frame: Frame) -> np.ndarray:
    """Count the chords of the brighter phase by their length in steps of the finer side of a pixel (D,)."""
    size, step = frame.voxel_size[1:], min(frame.voxel_size[1:])
    longest = max(n * side for n, side in zip(image.shape[:2], size, strict=True))
    lengths = chord_lengths(frame.phases(image), (*size, 1.0), axes=(0, 1))
    return np.bincount(np.rint(lengths / step).astype(int), minlength=int(np.ceil(longest / step)) + 1)


def euler_numbers(image: np.ndarray, frame: Frame) -> np.ndarray:
    """Give the Euler number (1,) of the brighter phase for each `EULER_AREA` pixels, the mean over channels."""
    phases = np.moveaxis(frame.phases(image), -1, 0)
    return np.array([EULER_AREA * np.mean([euler_density(phase) for phase in phases])])


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
    "chord_distance": Ruler(chord_counts, ChordDistance()),
    "euler_difference": Ruler(euler_numbers, MeanDifference()),
    "sharpness_ratio": Ruler(sharpness, MeanRatio()),
}
"""By the names of `synthscope.records.families.MEASURES`."""
