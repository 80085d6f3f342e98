"""Defects that are put into honest images, each with a strength: 0 is none."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from synthscope.imaging.normalised_correlation import turned


def blurred(plane: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Smooth by a Gaussian of `strength` pixels."""
    return ndimage.gaussian_filter(plane.astype(float), strength)


def ringed_around(
    away: tuple[float, float], plane: np.ndarray, strength: float, rng: np.random.Generator
) -> np.ndarray:
    """Add 10 arcs for each 100 pixels of radius around a centre that lies so many sides away from the middle."""
    centre = [(n - 1) / 2 + part * n for n, part in zip(plane.shape, away, strict=True)]
    y, x = np.mgrid[: plane.shape[0], : plane.shape[1]]
    radius = np.hypot(y - centre[0], x - centre[1])
    first, last = int(radius.min()) + 6, int(radius.max()) - 4
    out = plane.astype(float)
    for r in rng.choice(np.arange(first, last), max((last - first) // 10, 2), replace=False):
        out[np.abs(radius - r) < 0.7] += strength * plane.std() * rng.choice([-1, 1])
    return out


def ringed(plane: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Add 5 rings for each 100 pixels of side around the middle, of `strength` standard deviations."""
    middle = [(n - 1) / 2 for n in plane.shape]
    y, x = np.mgrid[: plane.shape[0], : plane.shape[1]]
    radius = np.hypot(y - middle[0], x - middle[1])
    reach = min(plane.shape) // 2 - 4
    out = plane.astype(float)
    for r in rng.choice(np.arange(6, reach), max(reach // 10, 2), replace=False):
        out[np.abs(radius - r) < 0.7] += strength * plane.std() * rng.choice([-1, 1])
    return out


def chequered(plane: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Add and subtract `strength` standard deviations from pixel to pixel."""
    y, x = np.mgrid[: plane.shape[0], : plane.shape[1]]
    return plane + strength * plane.std() * np.where((x + y) % 2, 1, -1)


def gridded(plane: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Brighten every eighth row and column by `strength` standard deviations."""
    out = plane.astype(float)
    out[::8] += strength * plane.std()
    out[:, ::8] += strength * plane.std()
    return out


def tiled(plane: np.ndarray, strength: float, rng: np.random.Generator, side: int = 32) -> np.ndarray:
    """Shift the grey values of each tile of 32 pixels by a normal number of `strength` standard deviations."""
    shape = tuple(-(-n // side) for n in plane.shape)
    offsets = np.kron(rng.standard_normal(shape), np.ones((side, side)))
    return plane + strength * plane.std() * offsets[: plane.shape[0], : plane.shape[1]]


def shifted(plane: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Brighten all by `strength` standard deviations."""
    return plane + strength * plane.std()


def noised(plane: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Add white noise of `strength` standard deviations."""
    return plane + strength * plane.std() * rng.standard_normal(plane.shape)


def repeated(plane: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Give a share `strength` of the variance to the field's own corner of 3/8 of its side, tiled."""
    side = 3 * plane.shape[0] // 8
    tile = np.tile(plane[:side, :side], (3, 3))[: plane.shape[0], : plane.shape[1]]
    mean = plane.mean()
    return mean + np.sqrt(1 - strength) * (plane - mean) + np.sqrt(strength) * (tile - mean)


def cropped(image: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    """Cut a square (1, side, side, C) out of a random slice of an image (Z, Y, X, C)."""
    z, y, x = (int(rng.integers(n - s + 1)) for n, s in zip(image.shape[:3], (1, side, side), strict=True))
    return image[z : z + 1, y : y + side, x : x + side]


def between(field: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move a field by a random part of a pixel."""
    moved = (0, *rng.uniform(-0.5, 0.5, 2), 0)
    return ndimage.shift(field.astype(float), moved, order=3, mode="nearest")


def dirtied(field: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """Add white noise of `strength` standard deviations to a field."""
    return field + strength * field.std() * rng.standard_normal(field.shape)


def turned_at_random(field: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Turn or mirror a field."""
    return turned(field, int(rng.integers(1, 8))).astype(float)


COPIES = {
    "exact": lambda field, rng: field.astype(float),
    "turned or mirrored": turned_at_random,
    "between pixels": between,
    "noise of 0.5 SD": lambda field, rng: dirtied(field, 0.5, rng),
    "other contrast": lambda field, rng: rng.uniform(0.5, 1.5) * field + rng.normal(scale=20),
    "turned, between pixels, 0.25 SD": lambda field, rng: dirtied(
        between(turned_at_random(field, rng), rng), 0.25, rng
    ),
}
"""Ways to hide a copy."""
