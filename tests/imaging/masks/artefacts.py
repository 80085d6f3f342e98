"""Artefacts of known place on top of real textures, and how well a proposal meets them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import tifffile
from PIL import Image
from scipy import ndimage

RING_RADII, RING_WIDTHS = (0.2, 0.35, 0.5, 0.7, 0.85), (1, 2, 1, 3, 1)


def soil(real_data: Path, slices: range = range(30, 31)) -> np.ndarray:
    folder = real_data / "rock_soil_microct" / "soil_core_stack"
    return np.stack([tifffile.imread(folder / f"bean_bucket_{z:04d}.tif") for z in slices])


def texture(real_data: Path, name: str) -> np.ndarray:
    """Give a real slice: soil (500 x 500), carbon fibres in a round field of view, or asphalt."""
    if name == "soil":
        return soil(real_data)[0]
    if name == "carbon":
        return np.array(Image.open(real_data / "fibre_composites" / "carbon0103.png"))
    return tifffile.imread(real_data / "rock_soil_microct" / "asphalt_gray.tif")[300:800, 300:800]


def middle_of(image: np.ndarray) -> tuple[float, float]:
    return (image.shape[0] - 1) / 2, (image.shape[1] - 1) / 2


def changed(image: np.ndarray, place: np.ndarray, amount: float) -> np.ndarray:
    """Add to the seen part of an image as a detector would: rounded and limited to its dtype."""
    limits = np.iinfo(image.dtype)
    altered = np.clip(np.round(image + amount * place), limits.min, limits.max)
    return np.where(image > 0, altered, image).astype(image.dtype)


def spread(image: np.ndarray) -> float:
    return float(image[image > 0].std())


def with_rings(
    image: np.ndarray, centre: tuple[float, float], strength: float, arc: float = 2 * np.pi
) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.indices(image.shape)
    radius, angle = np.hypot(y - centre[0], x - centre[1]), np.arctan2(y - centre[0], x - centre[1])
    place = np.zeros(image.shape)
    for k, (part, width) in enumerate(zip(RING_RADII, RING_WIDTHS, strict=True)):
        on = np.abs(radius - int(part * (min(image.shape) / 2 - 8))) <= width / 2
        on &= np.mod(angle - 1.3 * k, 2 * np.pi) < arc
        place[on] = 1 if k % 2 else -1
    return changed(image, place, strength * spread(image)), (place != 0) & (image > 0)


def with_streaks(image: np.ndarray, strength: float, reach: float = np.inf) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    y, x = np.indices(image.shape)
    place = np.zeros(image.shape)
    for k in range(5):
        angle, at = rng.uniform(0, np.pi), rng.uniform(0.3, 0.7, 2) * image.shape
        across = (y - at[0]) * np.cos(angle) - (x - at[1]) * np.sin(angle)
        along = (y - at[0]) * np.sin(angle) + (x - at[1]) * np.cos(angle)
        place[(np.abs(across) <= 0.75) & (np.abs(along) < reach)] = 1 if k % 2 else -1
    return changed(image, place, strength * spread(image)), (place != 0) & (image > 0)


def with_lines(image: np.ndarray, strength: float) -> tuple[np.ndarray, np.ndarray]:
    place, side = np.zeros(image.shape), min(image.shape)
    place[:, [int(0.3 * side), int(0.6 * side), int(0.6 * side) + 1]] = 1
    place[int(0.45 * side)] = 1
    return changed(image, place, strength * spread(image)), (place != 0) & (image > 0)


def met(proposed: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Give precision (a neighbour of a true pixel counts as met) and recall (it does not)."""
    near = ndimage.binary_dilation(truth, np.ones((3, 3)))
    right = np.count_nonzero(proposed & near) / max(np.count_nonzero(proposed), 1)
    return right, np.count_nonzero(proposed & truth) / np.count_nonzero(truth)
