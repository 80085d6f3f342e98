"""The grey steps of an arm: 8-bit values stay 8-bit values, whatever file they were put into."""

from __future__ import annotations

import math

import numpy as np

MOST_LEVELS = 4096
"""Different values beyond which no steps are looked for, unless whole numbers have a common divisor."""
TOLERANCE = 1e-2
"""Of a step: how far a value of floating-point images may lie from it."""
LEAST_LEVELS = 8
"""Different whole numbers below which even steps could be chance: half of all lie within a half of steps of two."""
ROUNDED = 0.6
"""How far a whole number may lie from the step that it was rounded from: a half, and what a fitted line misses."""
FILLED = 2 / 3
"""Part of the rounded steps between the least and the greatest that must be among the values."""


class GreySteps:
    """Finds the largest step of which all values of an arm are multiples apart.

    Whole numbers: the greatest common divisor of differences, or the wider step of which all values are multiples that
    were rounded, as those of a scan are whose contrast was stretched. Floating-point numbers: the least difference,
    where all others are multiples of it.
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
        if self._levels is not None:
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
            return self._stretched() or (float(self._divisor), float(self._base))
        if self._levels is None or len(self._levels) < 2:
            return 0.0, 0.0 if not math.isfinite(self.low) else self.low
        return self._evenly(self._levels), float(self._levels[0])

    def _stretched(self) -> tuple[float, float] | None:
        """Give the step that whole numbers were rounded from, and a value that lies on it; None where none is wider."""
        if self._levels is None or len(self._levels) < LEAST_LEVELS or not self._divisor:
            return None  # an image of one value, beside others that are no whole numbers, has no divisor
        levels = (self._levels - self._levels[0]) / self._divisor
        differences = np.diff(levels)
        if differences.min() < 2:
            return None
        guess = float(differences[differences < differences.min() + 1.5].mean())
        for _ in range(2):
            places = np.concatenate([[0.0], np.cumsum(np.rint(differences / guess))])
            guess, origin = (float(v) for v in np.polyfit(places, levels, 1))
        off = levels - (origin + guess * places)
        if np.ptp(off) > 2 * ROUNDED or len(levels) < FILLED * (places[-1] + 1):
            return None
        centred = origin + float(off.max() + off.min()) / 2
        return guess * self._divisor, float(self._levels[0]) + centred * self._divisor

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
