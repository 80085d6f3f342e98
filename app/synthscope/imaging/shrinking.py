"""Images as averages over boxes, also lazily: a piece that is asked for is read and averaged."""

from __future__ import annotations

from typing import Any

import numpy as np

Triple = tuple[int, int, int]


def averaged(image: np.ndarray, factors: Triple) -> np.ndarray:
    """Average (Z, Y, X, C) over boxes of `factors` voxels; what is beyond whole boxes is left out."""
    if max(factors) == 1:
        return image
    z, y, x = (n // f for n, f in zip(image.shape[:3], factors, strict=True))
    whole = np.asarray(image[: z * factors[0], : y * factors[1], : x * factors[2]], np.float64)
    boxes = whole.reshape(z, factors[0], y, factors[1], x, factors[2], image.shape[3])
    means: np.ndarray = boxes.mean(axis=(1, 3, 5))
    return means


class Shrunk:
    """An image (Z, Y, X, C) of averages over boxes: only what a slice of it needs is read.

    Parameters
    ----------
    image : array (Z, Y, X, C)
        May be lazy.
    factors : tuple of int
        Sides of the boxes.
    """

    def __init__(self, image: Any, factors: Triple) -> None:
        self._image, self._factors = image, factors
        sides = [n // f for n, f in zip(image.shape[:3], factors, strict=True)]
        self.shape = (*sides, image.shape[3])

    def __getitem__(self, box: tuple[slice, slice, slice]) -> np.ndarray:
        """Read three slices without steps, from 0 or above."""
        whole = tuple(slice(s.start * f, s.stop * f) for s, f in zip(box, self._factors, strict=True))
        return averaged(np.asarray(self._image[whole]), self._factors)
