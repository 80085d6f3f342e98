"""The size of the words in a rater's window: up to twice as large, without anything being cut off."""

from __future__ import annotations

import sys

from qtpy.QtWidgets import QApplication

SIZES = (1.0, 1.25, 1.5, 2.0)
POINTS = 16
"""Of words at the first size."""
_USUAL = 13 if sys.platform == "darwin" else 10
"""Points of a system's own words, where nobody has asked for larger ones."""


def first_size() -> float:
    """Give the size that goes with how large the system writes."""
    wanted = QApplication.font().pointSizeF() / _USUAL
    return max((size for size in SIZES if size <= wanted), default=SIZES[0])


def next_size(size: float) -> float:
    """Give the next larger size; after the largest the first."""
    return SIZES[(SIZES.index(size) + 1) % len(SIZES)]


def points_of(size: float) -> int:
    """Give the size of words in points."""
    return round(POINTS * size)
