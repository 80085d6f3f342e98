"""The kernel distance of two sets of features."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.imaging.random_features import kernel_distance
from synthscope.records.metric import Layout

SCALE = 1000.0


class KernelDistance:
    """`synthscope.imaging.random_features.kernel_distance` times 1000."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        return {"": SCALE * kernel_distance(real, generated)}
