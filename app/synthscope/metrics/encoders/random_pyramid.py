"""Fixed random convolutions as an encoder: each slice by itself, averaged over the slices of a field."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.random_features import RandomFeatures
from synthscope.records.metric import Frame, Layout


class RandomPyramid:
    """Features of `synthscope.imaging.random_features`."""

    def layout(self, _frame: Frame) -> Layout:
        """Columns have no meaning by themselves."""
        return Layout()

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C)."""
        features = RandomFeatures(frame.channels)
        scaled = 2 * frame.scaled(fields) - 1
        return np.stack([features.of(field).mean(axis=0) for field in scaled])
