"""One invertible map from original units to what a network sees, fixed on the stack and recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthscope.errors import InputError
from synthscope.records.image import PixelArray

FORMAT = "synthscope/normalisation"
VERSION = 1
SLAB_BYTES = 64 << 20
BINS = 65536


@dataclass(frozen=True)
class Clipped:
    """How many values did not fit: into the dtype and limits, below and above, of how many."""

    below: int
    above: int
    total: int


@dataclass(frozen=True)
class Normalisation:
    """The affine map that sends `low` to -1 and `high` to 1; nothing is clipped on the way in.

    Parameters
    ----------
    low, high : float
        In original units, ``low < high``.
    """

    low: float
    high: float
    format: str = FORMAT
    version: int = VERSION

    def __post_init__(self) -> None:
        """Refuse a map that cannot be undone."""
        if not (np.isfinite(self.low) and np.isfinite(self.high) and self.low < self.high):
            raise InputError(f"A normalisation from {self.low} to {self.high} is not possible; give low < high.")

    def forward(self, pixels: np.ndarray) -> np.ndarray:
        """Map original units to about -1..1: float64."""
        return (np.asarray(pixels, dtype=np.float64) - self._centre) / self._half

    def inverse(self, values: np.ndarray) -> np.ndarray:
        """Map back to original units: float64, not rounded."""
        return np.asarray(values, dtype=np.float64) * self._half + self._centre

    def restored(
        self, values: np.ndarray, dtype: np.dtype, limits: tuple[float, float] | None = None
    ) -> tuple[np.ndarray, Clipped]:
        """Map back, round for whole-number types, clip to the type and to `limits`, and count what was clipped.

        Raises
        ------
        InputError
            If a value is not a number.
        """
        original = self.inverse(values)
        if np.isnan(original).any():
            raise InputError(f"{int(np.isnan(original).sum())} values are not numbers; they cannot be restored.")
        low, high = _bounds(np.dtype(dtype), limits)
        whole = np.rint(original) if np.dtype(dtype).kind in "ui" else original
        clipped = Clipped(int((whole < low).sum()), int((whole > high).sum()), whole.size)
        return np.clip(whole, low, high).astype(dtype), clipped

    @property
    def _centre(self) -> float:
        return self.low / 2 + self.high / 2

    @property
    def _half(self) -> float:
        return self.high / 2 - self.low / 2


def fit_normalisation(pixels: PixelArray, *, percentiles: tuple[float, float] = (0.1, 99.9)) -> Normalisation:
    """Fix the map on a whole stack, read slab by slab.

    Parameters
    ----------
    pixels : array
        Of any number of axes, in memory or lazy. Values that are not finite are left out.
    percentiles : tuple of float
        Of the values that become -1 and 1; (0, 100) takes the extremes. Read from a histogram of 65536
        bins between the extremes: exact for 8- and 16-bit images.

    Raises
    ------
    InputError
        If there is no finite value. A constant image gives a map one unit wide.
    """
    return fit_normalisation_to([pixels], percentiles=percentiles)


def fit_normalisation_to(
    parts: Sequence[PixelArray], *, percentiles: tuple[float, float] = (0.1, 99.9)
) -> Normalisation:
    """Fix the map on several arrays together, as `fit_normalisation` does on one."""
    low, high = extremes(parts)
    if low == high:
        return Normalisation(low - 0.5, high + 0.5)
    step = (high - low) / (BINS - 1)
    if all(np.dtype(part.dtype).kind in "ui" for part in parts):
        step = max(np.ceil(step), 1.0)
    counts = np.zeros(BINS, dtype=np.int64)
    for slab in (slab for part in parts for slab in _slabs(part)):
        index = np.rint((slab[np.isfinite(slab)].astype(np.float64) - low) / step).astype(np.int64)
        counts += np.bincount(index, minlength=BINS)
    reached = np.cumsum(counts) / counts.sum() * 100
    first = int(np.searchsorted(reached, percentiles[0], side="right"))
    last = int(np.searchsorted(reached, percentiles[1], side="left"))
    if first >= last:
        return Normalisation(low, high)
    return Normalisation(float(low + first * step), float(min(low + last * step, high)))


def extremes(parts: Sequence[PixelArray]) -> tuple[float, float]:
    """Give the lowest and highest finite value of several arrays.

    Raises
    ------
    InputError
        If there is none.
    """
    finite = (slab[np.isfinite(slab)] for part in parts for slab in _slabs(part))
    found = [(float(part.min()), float(part.max())) for part in finite if part.size]
    if not found:
        shapes = ", ".join(str(part.shape) for part in parts)
        raise InputError(
            f"An image{f' of shape {shapes}' if shapes else ''} holds no value that is a number; give one that does."
        )
    return min(low for low, _ in found), max(high for _, high in found)


def _bounds(dtype: np.dtype, limits: tuple[float, float] | None) -> tuple[float, float]:
    kind: Any = np.iinfo(dtype) if dtype.kind in "ui" else np.finfo(dtype)
    low, high = limits or (float(kind.min), float(kind.max))
    return max(low, float(kind.min)), min(high, float(kind.max))


def _slabs(pixels: PixelArray) -> Iterator[np.ndarray]:
    rows = pixels.shape[0] if pixels.ndim else 0
    each = int(np.prod(pixels.shape[1:], dtype=np.int64)) * pixels.dtype.itemsize
    step = max(SLAB_BYTES // max(each, 1), 1)
    for start in range(0, rows, step):
        yield np.asarray(pixels[start : start + step])
