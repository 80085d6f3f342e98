"""The pattern that stands where a picture was, so that nothing of it lingers on the eye."""

from __future__ import annotations

from functools import cache

import numpy as np
from qtpy.QtGui import QImage

from synthscope.qt.image_tile import to_qimage

SIDE = 256
_BLOCKS = (1, 2, 4, 8, 16, 32, 64)


@cache
def mask_image() -> QImage:
    """Give the pattern: noise in blocks of every size, over all grey values, the same in every trial."""
    return to_qimage(mask_pixels(), (0.0, 255.0))


def mask_pixels() -> np.ndarray:
    """Give its pixels: uint8 (256, 256), every grey value equally often."""
    rng = np.random.default_rng(0)
    rough = [np.kron(rng.random((SIDE // size, SIDE // size)), np.ones((size, size))) for size in _BLOCKS]
    ranks = np.sum(rough, axis=0).ravel().argsort(kind="stable").argsort(kind="stable")
    pixels: np.ndarray = (ranks // SIDE).astype(np.uint8).reshape(SIDE, SIDE)
    return pixels
