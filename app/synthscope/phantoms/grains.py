"""Rounded polyhedral grains: their shapes, their packing, their voxels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.phantoms.packing import relax, within_box

FACES = 11
BALL = 1.2  # in radii: no grain reaches further
ROUNDING = 4  # the norm's exponent is two to this power: larger is more angular
SWELLING = 1.12  # grains reach a little further than the spheres that were packed: they meet in flat contacts


@dataclass(frozen=True, eq=False)
class Grains:
    """N grains with K faces each.

    Parameters
    ----------
    centres : ndarray (N, 3)
        In voxels, z y x.
    radii : ndarray (N,)
        In voxels.
    normals : ndarray (N, K, 3)
        Outward normals of the faces, each divided by the face's distance in radii.
    """

    centres: np.ndarray
    radii: np.ndarray
    normals: np.ndarray


def pack_grains(
    shape: tuple[int, int, int], radius: float, spread: float, packing: float, rng: np.random.Generator
) -> Grains:
    """Fill a box with grains of a log-normal size distribution.

    Parameters
    ----------
    shape : tuple of int
        Voxels of the box; grains may stick out of it, as they do out of any field of view.
    radius, spread : float
        Median radius in voxels, and the standard deviation of its logarithm.
    packing : float
        Volume of the spheres the grains grow from, relative to the volume they are packed into.
    rng : Generator
        The source of randomness.
    """
    margin = 1.6 * radius
    low, high = np.full(3, -margin), np.asarray(shape) + margin
    room = float(np.prod(high - low))
    typical = 4.0 / 3.0 * np.pi * radius**3 * np.exp(4.5 * spread**2)
    count = max(1, round(packing * room / typical))
    radii = radius * np.exp(np.clip(spread * rng.standard_normal(count), -2.0 * spread, 2.0 * spread))
    centres = relax(rng.uniform(low, high, (count, 3)), radii, within_box(low, high))
    return Grains(centres, radii, _faces(count, rng))


def rasterize(grains: Grains, shape: tuple[int, int, int], step: float) -> tuple[np.ndarray, np.ndarray]:
    """Give for each sample point the grain that holds it deepest.

    Where two grains would overlap each point goes to the one it lies deeper in, so that they meet in a
    flat contact, as compacted grains do.

    Parameters
    ----------
    grains : Grains
        In voxels.
    shape : tuple of int
        Number of sample points.
    step : float
        Distance of sample points in voxels; the first lies at ``step / 2`` from the corner.

    Returns
    -------
    number : ndarray of int32
        Grain number from 1; 0 in pores.
    depth : ndarray of float32
        Distance to the surface in voxels, negative inside; 1 in pores away from grains.
    """
    number = np.zeros(shape, dtype=np.int32)
    depth = np.full(shape, 1.0, dtype=np.float32)
    for i, (centre, radius) in enumerate(zip(grains.centres, grains.radii, strict=True)):
        box = _box(centre, BALL * radius, shape, step)
        if any(b.start >= b.stop for b in box):
            continue
        points = _points(box, centre, radius, step)
        near = np.einsum("...i,...i->...", points, points) < BALL**2
        surface = radius * (_gauge(points[near], grains.normals[i]) - 1.0)
        before = depth[box][near]
        deeper = surface < np.minimum(before, 0.0)
        depth[box][near] = np.where(deeper, surface, before)
        number[box][near] = np.where(deeper, i + 1, number[box][near])
    return number, depth


def _faces(count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw faces at 0.75 to 1.05 radii, and a stretch of each grain."""
    normals = rng.standard_normal((count, FACES, 3))
    normals /= np.linalg.norm(normals, axis=2, keepdims=True)
    distance = rng.uniform(0.75, 1.05, (count, FACES, 1))
    stretch = np.exp(0.14 * rng.standard_normal((count, 1, 3)))
    faces: np.ndarray = (normals / (SWELLING * distance) * stretch).astype(np.float32)
    return faces


def _gauge(points: np.ndarray, normals: np.ndarray) -> np.ndarray:
    """Measure points by the grain's own norm: 1 on its surface.

    The p-norm of the positive parts of (n_k . x) is a polyhedron with rounded edges; the last term, a
    sphere, closes grains whose faces leave a gap.
    """
    parts = np.maximum(points @ normals.T, 0.0)
    ball = np.einsum("...i,...i->...", points, points)[..., None] / np.float32(BALL**2)
    for _ in range(ROUNDING):
        parts *= parts
    for _ in range(ROUNDING - 1):
        ball *= ball
    total: np.ndarray = parts.sum(axis=-1) + ball[..., 0]
    return total ** np.float32(2.0**-ROUNDING)


def _box(centre: np.ndarray, reach: float, shape: tuple[int, int, int], step: float) -> tuple[slice, ...]:
    low = np.floor((centre - reach) / step).astype(int).clip(0)
    high = np.minimum(np.ceil((centre + reach) / step).astype(int) + 1, shape)
    return tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))


def _points(box: tuple[slice, ...], centre: np.ndarray, radius: float, step: float) -> np.ndarray:
    axes = [
        ((np.arange(b.start, b.stop, dtype=np.float32) + 0.5) * step - c) / radius
        for b, c in zip(box, centre, strict=True)
    ]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).astype(np.float32)
