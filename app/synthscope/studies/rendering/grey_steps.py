"""The grey steps of an arm: 8-bit values stay 8-bit values, whatever file they were put into."""

from __future__ import annotations

import math

import numpy as np

MOST_LEVELS = 4096
"""Different values of floating-point images beyond which no steps are looked for."""
TOLERANCE = 1e-2
"""Of a step: how far a value of floating-point images may lie from it."""


class GreySteps:
    """Finds the largest step of which all values of an arm are multiples apart.

    Whole numbers: the greatest common divisor of differences. Floating-point numbers: the least difference, where all
    others are multiples of it.
    """

    def __init__(self) -> None:
        self._divisor = 0
        self._base: int | None = None
        self._levels: np.ndarray | None = np.empty(0)
        self.low, self.high = math.inf, -math.inf

    def add(self, pixels: np.ndarray) -> None:
        """Look at an image of any shape; values are finite."""
        values = np.unique(pixels)
        self.low, self.high = min(self.low, float(values[0])), max(self.high, float(values[-1]))
        if pixels.dtype.kind in "ui":
            self._add_whole(values)
        elif self._levels is not None:
            united = np.union1d(self._levels, values.astype(np.float64)) if len(values) <= MOST_LEVELS else values
            self._levels = united if len(united) <= MOST_LEVELS else None

    def _add_whole(self, values: np.ndarray) -> None:
        whole = values.astype(object) if values.dtype == np.uint64 else values.astype(np.int64)
        if self._base is None:
            self._base = int(whole[0])
        self._divisor = math.gcd(self._divisor, int(np.gcd.reduce(whole - self._base)))

    def found(self) -> tuple[float, float]:
        """Give the step (0 for none) and a value that lies on it."""
        if self._base is not None:
            return float(self._divisor), float(self._base)
        if self._levels is None or len(self._levels) < 2:
            return 0.0, 0.0 if not math.isfinite(self.low) else self.low
        return self._evenly(self._levels), float(self._levels[0])

    @staticmethod
    def _evenly(levels: np.ndarray) -> float:
        differences = np.diff(levels)
        coarse = differences[differences > differences.max() / MOST_LEVELS]
        if len(coarse) < len(differences):
            return 0.0  # values that are nearer than any step would be
        guess = float(coarse.min())
        step = float(differences.sum() / np.rint(differences / guess).sum())
        off = np.abs(differences / step - np.rint(differences / step))
        return step if off.max() <= TOLERANCE else 0.0
