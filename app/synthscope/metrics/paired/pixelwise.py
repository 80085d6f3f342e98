"""Differences of grey values of an image and its partner."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.similarity import mse, nrmse, psnr
from synthscope.records.metric import Frame


class MeanSquaredError:
    """The mean squared error in squared grey values."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, _frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C)."""
        return mse(real, generated, mask)


class PeakSignalToNoise:
    """The peak signal-to-noise ratio in dB, by the data range of the real set; infinite for equal images."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C)."""
        return psnr(real, generated, data_range=frame.data_range, mask=mask)


class RootMeanSquaredError:
    """The root of the mean squared error as a part of the data range of the real set."""

    def measure(self, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame) -> float:
        """Give the figure of one pair (Z, Y, X, C)."""
        return nrmse(real, generated, data_range=frame.data_range, mask=mask)
