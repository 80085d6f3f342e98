"""Images of one and the same process in two arms, and leaks to plant in the second."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image as Photo

Plant = Callable[[np.ndarray], np.ndarray]


def two_arms(tiles: Sequence[np.ndarray], seed: int = 0) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Deal tiles (Y, X) to two arms by chance: (1, Y, X, 1)."""
    order = np.random.default_rng(seed).permutation(len(tiles))
    shaped = [tiles[i][None, :, :, None] for i in order]
    return shaped[::2], shaped[1::2]


def to_8_bits(image: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(image / 257.0), 0, 255).astype(np.uint8)


def contrast(image: np.ndarray) -> np.ndarray:
    middle = 20000
    return np.clip(middle + 1.2 * (image.astype(float) - middle), 0, 65535).astype(np.uint16)


def jpeg(image: np.ndarray) -> np.ndarray:
    memory = io.BytesIO()
    Photo.fromarray(to_8_bits(image)[0, :, :, 0]).save(memory, "JPEG", quality=75)
    return (np.asarray(Photo.open(memory)).astype(np.uint16) * 257)[None, :, :, None]


def noise(image: np.ndarray) -> np.ndarray:
    """1.3 % of the range of the images more noise than there is."""
    rng = np.random.default_rng(int(image.sum()) % 2**32)
    return np.clip(image + rng.normal(0, 0.013 * np.ptp(image), image.shape), 0, 65535).astype(np.uint16)


PLANTS: dict[str, Plant] = {"contrast": contrast, "jpeg": jpeg, "noise": noise}
