"""The one kernel by which all pictures are resized."""

from __future__ import annotations

import numpy as np

KERNEL = "cubic convolution, a = -1/2 (Keys 1981), widened where pictures become smaller, borders mirrored"


def weights(field: int, side: int) -> np.ndarray:
    """Give what each of `side` pixels takes of `field` pixels: float64 (side, field), rows of sum 1.

    The same in both directions; a picture of its own size is left exactly as it is.
    """
    scale = max(1.0, field / side)
    centres = (np.arange(side) + 0.5) * field / side - 0.5
    reach = int(np.ceil(2 * scale)) + 1
    places = np.floor(centres)[:, None].astype(int) + np.arange(-reach, reach + 1)
    found = _keys((places - centres[:, None]) / scale)
    mirrored = places % (2 * field)
    matrix = np.zeros((side, field))
    rows = np.broadcast_to(np.arange(side)[:, None], places.shape)
    np.add.at(matrix, (rows, np.minimum(mirrored, 2 * field - 1 - mirrored)), found)
    return np.asarray(matrix / matrix.sum(axis=1, keepdims=True))


def resized(pixels: np.ndarray, side: int) -> np.ndarray:
    """Resize (Z, F, F, C) to (Z, side, side, C): float64."""
    matrix = weights(pixels.shape[1], side)
    rows = np.tensordot(matrix, pixels, axes=(1, 1))  # (side, Z, F, C)
    found: np.ndarray = np.tensordot(matrix, rows, axes=(1, 2)).transpose(2, 1, 0, 3)
    return found


def _keys(x: np.ndarray) -> np.ndarray:
    """Keys 1981, equation 15, a = -1/2."""
    x = np.abs(x)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    found: np.ndarray = np.where(x <= 1, near, np.where(x < 2, far, 0.0))
    return found
