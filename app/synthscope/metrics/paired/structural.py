"""Structural similarity of an image and its partner, in planes and in volumes, at one scale and at several."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from synthscope.imaging.local_similarity import WINDOW
from synthscope.imaging.similarity import ms_ssim, ssim
from synthscope.metrics.paired.ranged import Ranged
from synthscope.records.metric import Frame

Measure = Callable[..., float]


class PlaneSimilarity(Ranged):
    """SSIM of every slice and channel (by its own data range), averaged: slices by their voxels that count."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C); not a number where slices are smaller than a window."""
        return _over_slices(ssim, real, generated, mask, frame)


class VolumeSimilarity(Ranged):
    """SSIM with windows of 11 voxels in all three directions, averaged over channels, each by its own data range."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C); not a number for stacks of fewer than 11 slices."""
        return _over_channels(ssim, real, generated, mask, frame)


class MultiScalePlaneSimilarity(Ranged):
    """MS-SSIM of every slice and channel (by its own data range), averaged: slices by their voxels that count."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C); not a number where slices are smaller than a window."""
        return _over_slices(ms_ssim, real, generated, mask, frame)


class MultiScaleVolumeSimilarity(Ranged):
    """MS-SSIM with windows of 11 voxels in all three directions, averaged over channels, each by its own data range."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C); not a number for stacks of fewer than 11 slices."""
        return _over_channels(ms_ssim, real, generated, mask, frame)


def _over_slices(
    measure: Measure, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame
) -> float:
    if min(real.shape[1:3]) < WINDOW:
        return math.nan
    inside = np.ones(real.shape[:3], bool) if mask is None else mask
    counted = inside.reshape(len(inside), -1).sum(axis=1)
    slices = np.flatnonzero(counted)
    if not len(slices):
        return math.nan
    found = [
        _mean_of_channels(measure, real[z], generated[z], None if mask is None else mask[z], frame) for z in slices
    ]
    return float(np.average(found, weights=counted[slices]))


def _over_channels(
    measure: Measure, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame
) -> float:
    if min(real.shape[:3]) < WINDOW or (mask is not None and not mask.any()):
        return math.nan
    return _mean_of_channels(measure, real, generated, mask, frame)


def _mean_of_channels(
    measure: Measure, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame
) -> float:
    channels = range(real.shape[-1])
    found = [measure(real[..., c], generated[..., c], data_range=frame.range_of(c), mask=mask) for c in channels]
    return float(np.mean(found))
