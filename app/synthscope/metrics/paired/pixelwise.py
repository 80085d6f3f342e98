"""Differences of grey values of an image and its partner."""

from __future__ import annotations

import math

import numpy as np

from synthscope.imaging.similarity import mse, nrmse
from synthscope.metrics.paired.ranged import Ranged
from synthscope.records.metric import Frame


class MeanSquaredError:
    """The mean squared error in squared grey values."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, _frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C)."""
        return mse(real, generated, mask)


class RootMeanSquaredError(Ranged):
    """The root of the mean squared error, each channel's error as a part of its data range in the real set."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C)."""
        parts = [
            nrmse(real[..., c], generated[..., c], data_range=frame.range_of(c), mask=mask)
            for c in range(real.shape[-1])
        ]
        return math.sqrt(np.mean(np.square(parts)))


class PeakSignalToNoise(Ranged):
    """The peak signal-to-noise ratio in dB: of the error as a part of the data range; infinite for equal images."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C)."""
        error = RootMeanSquaredError().measure(real, generated, mask, frame)
        return -20 * math.log10(error) if error else math.inf
