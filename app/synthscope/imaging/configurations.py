"""Minkowski functionals per area or volume from counts of 2 x 2 (x 2) windows: nothing outside the image is guessed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synthscope.errors import InputError

POINTS = 20_000
"""Directions on the sphere that the weights of lattice directions are counted by."""


@dataclass(frozen=True)
class Minkowski:
    """Of a phase, for each unit of area or volume.

    Parameters
    ----------
    fraction : float
        V0: area or volume fraction.
    boundary : float
        V1: length of the boundary per area, or its surface per volume.
    curvature : float
        Integral of the mean curvature per volume; not a number in a plane, where it is the Euler number again.
    euler : float
        Euler number: separate pieces less holes, in a volume pieces less tunnels plus cavities; voxels that share a
        corner are connected.
    """

    fraction: float
    boundary: float
    curvature: float
    euler: float


def minkowski(phase: np.ndarray, voxel_size: Sequence[float] | None = None) -> Minkowski:
    """Estimate the densities of a phase from its interior windows.

    Every window lies wholly in the image, so that for a material that goes on beyond the border nothing is biased:
    an Euler number of the whole image divided by its area counts pieces that the border makes. The boundary is
    counted by Crofton's formula along 4 (13) lattice directions, the mean curvature by the Euler numbers of plane
    sections of 13 normals, each weighted by the part of all directions that lies nearest to it (Ohser & Muecklich
    2000, Statistical Analysis of Microstructures, chapters 3 and 4).

    Parameters
    ----------
    phase : ndarray of bool (Y, X) or (Z, Y, X)
    voxel_size : sequence of float, optional
        One per axis; 1 without it.

    Raises
    ------
    InputError
        If the phase has neither two nor three axes, one of them is a single voxel, or there is not one voxel size
        for each.
    """
    size = tuple(float(s) for s in voxel_size) if voxel_size else (1.0,) * phase.ndim
    if phase.ndim not in (2, 3) or len(size) != phase.ndim:
        raise InputError(
            f"A phase of {phase.ndim} axes with {len(size)} voxel sizes has no Euler density; give 2 or 3 of both."
        )
    if min(phase.shape) < 2:
        raise InputError(f"A phase of shape {phase.shape} has no 2 x 2 windows; give two voxels along every axis.")
    share = window_shares(phase)
    boundary, curvature, euler = _tables(size)
    bent = float(share @ curvature) if phase.ndim == 3 else math.nan
    fraction = float(np.count_nonzero(phase)) / phase.size
    return Minkowski(fraction, float(share @ boundary), bent, float(share @ euler))


def window_shares(phase: np.ndarray) -> np.ndarray:
    """Give the share of interior windows of each configuration (4^d / 4^(d-2) = 16 or 256 of them).

    A corner at offset (z,) y, x of the window is bit ``4 z + 2 y + x`` of the configuration's number.
    """
    bits = np.asarray(phase, bool).view(np.uint8)
    inner = tuple(n - 1 for n in phase.shape)
    codes = np.zeros(inner, np.uint8)
    for bit, corner in enumerate(itertools.product((0, 1), repeat=phase.ndim)):
        codes |= bits[tuple(slice(o, o + n) for o, n in zip(corner, inner, strict=True))] << np.uint8(bit)
    counts = np.bincount(codes.ravel(), minlength=1 << (1 << phase.ndim))
    shares: np.ndarray = counts / codes.size
    return shares


@lru_cache(maxsize=32)
def _tables(size: tuple[float, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give what each configuration adds to boundary, curvature and Euler density."""
    if len(size) == 2:
        return _boundary(size), np.zeros(16), _euler(size)
    return _boundary(size), _curvature(size), _euler(size)


def _any(corners: Sequence[int], bits: int) -> np.ndarray:
    """Say for each configuration whether any of these corners is set."""
    mask = sum(1 << corner for corner in corners)
    found: np.ndarray = (np.arange(1 << bits) & mask) != 0
    return found.astype(float)


def _number(offset: Sequence[int]) -> int:
    number = 0
    for step in offset:
        number = 2 * number + step
    return number


def _boundary(size: tuple[float, ...]) -> np.ndarray:
    """Crofton: boundary = 2 (pi / 2 in a plane) times its crossings per length, averaged over directions."""
    ndim = len(size)
    bits = 1 << ndim
    directions = _directions(ndim)
    vectors = np.array(directions) * size
    table = np.zeros(1 << bits)
    for direction, vector, weight in zip(directions, vectors, _weights(vectors), strict=True):
        pairs = _pairs(direction)
        crossed = sum((_any(pair, bits) - _all(pair, bits) for pair in pairs), np.zeros(1 << bits))
        table += weight * crossed / len(pairs) / np.linalg.norm(vector)
    return (math.pi / 2 if ndim == 2 else 2.0) * table


def _all(corners: Sequence[int], bits: int) -> np.ndarray:
    mask = sum(1 << corner for corner in corners)
    found: np.ndarray = (np.arange(1 << bits) & mask) == mask
    return found.astype(float)


def _directions(ndim: int) -> list[tuple[int, ...]]:
    """List the lattice directions of a window, one of each opposite pair."""
    zero = (0,) * ndim
    return [d for d in itertools.product((-1, 0, 1), repeat=ndim) if d > zero]


def _pairs(direction: tuple[int, ...]) -> list[tuple[int, int]]:
    """List the pairs of corners of a window that lie in a direction from each other."""
    found = []
    for start in itertools.product((0, 1), repeat=len(direction)):
        end = tuple(a + b for a, b in zip(start, direction, strict=True))
        if set(end) <= {0, 1}:
            found.append((_number(start), _number(end)))
    return found


def _weights(vectors: np.ndarray) -> np.ndarray:
    """Give the part of all directions that lies nearest to each of these, whichever way they point."""
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    step = np.arange(POINTS) + 0.5
    if vectors.shape[1] == 2:
        angle = math.pi * step / POINTS
        points = np.stack([np.sin(angle), np.cos(angle)], axis=1)
    else:  # a Fibonacci lattice: even over the sphere
        height, turn = 1 - 2 * step / POINTS, math.pi * (1 + math.sqrt(5)) * step
        ring = np.sqrt(1 - height**2)
        points = np.stack([height, ring * np.sin(turn), ring * np.cos(turn)], axis=1)
    likeness = np.abs(points @ units.T)
    best = likeness >= likeness.max(axis=1, keepdims=True) - 1e-12
    weights: np.ndarray = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return weights


def _euler(size: tuple[float, ...]) -> np.ndarray:
    """Count vertices less edges plus faces less cubes of the union of closed voxels: each is shared by windows."""
    ndim = len(size)
    bits = 1 << ndim
    table = np.zeros(1 << bits)
    for free in itertools.product((False, True), repeat=ndim):
        # A cell of the complex is met by the voxels whose corners differ along the axes that it does not extend in.
        across = [i for i in range(ndim) if not free[i]]
        sign, share = (-1) ** sum(free), 0.5 ** sum(free)
        for fixed in itertools.product((0, 1), repeat=sum(free)):
            corners = [
                _number(corner)
                for corner in itertools.product((0, 1), repeat=ndim)
                if [corner[i] for i in range(ndim) if i not in across] == list(fixed)
            ]
            table += sign * share * _any(corners, bits)
    return table / math.prod(size)


def _curvature(size: tuple[float, ...]) -> np.ndarray:
    """Mean curvature = 2 pi times the Euler density of plane sections, averaged over their normals."""
    sections = _sections(np.asarray(size))
    weights = _weights(np.array([normal for normal, _ in sections]))
    table = sum((w * section for w, (_, section) in zip(weights, sections, strict=True)), np.zeros(256))
    return 2 * math.pi * table


def _sections(size: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """List normals of lattice planes and the Euler density that each configuration adds in them."""
    found = []
    for axis in range(3):
        others = [i for i in range(3) if i != axis]
        first, second = (np.eye(3, dtype=int)[i] for i in others)
        base = np.zeros(3, int)
        faces = [_quad(base, first, second), _quad(base + np.eye(3, dtype=int)[axis], first, second)]
        found.append(_plane(faces, first * size, second * size))
        along = np.eye(3, dtype=int)[axis]
        for start, diagonal in ((base, first + second), (first, second - first)):
            found.append(_plane([_quad(start, along, diagonal)], along * size, diagonal * size))
    return found + [_triangles(flip, size) for flip in range(4)]


def _quad(start: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    p, q, r, s = (_number(corner.tolist()) for corner in (start, start + a, start + a + b, start + b))
    edges = sum((_any(pair, 8) for pair in ((p, q), (q, r), (r, s), (s, p))), np.zeros(256))
    corners = sum((_any([one], 8) for one in (p, q, r, s)), np.zeros(256))
    return _any([p, q, r, s], 8) - edges / 2 + corners / 4


def _plane(quads: list[np.ndarray], a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    normal = np.cross(a, b)
    return normal, np.mean(quads, axis=0) / float(np.linalg.norm(normal))


def _triangles(flip: int, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the section across a space diagonal: a triangular lattice, whose cells are hexagons."""
    table = np.zeros(256)
    for ones in ((1, 2, 4), (3, 5, 6)):
        corners = [corner ^ flip for corner in ones]
        edges = sum((_any(pair, 8) for pair in itertools.combinations(corners, 2)), np.zeros(256))
        table += _any(corners, 8) - edges / 2 + sum((_any([c], 8) for c in corners), np.zeros(256)) / 6
    places = np.array([[c >> 2 & 1, c >> 1 & 1, c & 1] for c in (1 ^ flip, 2 ^ flip, 4 ^ flip)]) * size
    normal = np.cross(places[1] - places[0], places[2] - places[0])
    return normal, table / float(np.linalg.norm(normal))
