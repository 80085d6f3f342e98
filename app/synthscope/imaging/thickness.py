"""Local thickness: at every voxel of a phase, the radius of the largest ball in the phase that covers it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.near_distances import REACH, near_squared_distances

WORD = 64


def local_thickness(phase: np.ndarray, voxel_size: Sequence[float] | None = None) -> np.ndarray:
    """Fit the largest balls into a phase (Hildebrand & Rueegsegger 1997), radii in steps of the finest voxel side.

    The distance of a voxel's centre to the nearest centre outside the phase is the radius of the ball that fits
    there; balls of each radius, from small to large, are drawn where they fit, which is an opening by each of them.
    The border of the image is no end of the phase.

    Parameters
    ----------
    phase : ndarray of bool (Y, X) or (Z, Y, X)
    voxel_size : sequence of float, optional
        One per axis; 1 without it.

    Returns
    -------
    ndarray of float32
        Radius in units of the voxel size: 10 in a slab of 20 voxels; 0 outside the phase; not a number everywhere
        in the phase where it fills the image, for then no ball has an end.

    Raises
    ------
    InputError
        If there is not one voxel size for each axis.
    """
    size = tuple(float(s) for s in voxel_size) if voxel_size else (1.0,) * phase.ndim
    if len(size) != phase.ndim or phase.ndim not in (2, 3):
        raise InputError(f"A phase of {phase.ndim} axes has {len(size)} voxel sizes; give 2 or 3 of both.")
    phase = np.asarray(phase, bool)
    if phase.all():
        return np.full(phase.shape, np.nan, np.float32)
    step = min(size)
    scaled = tuple(s / step for s in size)
    level = _levels(phase, scaled)
    thickness = phase.astype(np.float32)
    for radius in range(2, int(level.max()) + 1):
        covered = _dilated(level >= radius, radius, scaled)
        thickness[covered] = radius
    thickness *= step
    return thickness


def _levels(phase: np.ndarray, size: tuple[float, ...]) -> np.ndarray:
    """Give the distance to the end of the phase, in whole finest sides of a voxel, rounded down."""
    if set(size) == {1.0}:
        squares = near_squared_distances(phase if phase.ndim == 3 else phase[None])
        if squares is not None:
            roots = np.floor(np.sqrt(np.arange(REACH**2 + 1))).astype(np.int8)
            return np.asarray(roots[squares].reshape(phase.shape))
    return np.asarray(np.floor(ndimage.distance_transform_edt(phase, sampling=size) + 1e-9), np.int32)


def _dilated(centres: np.ndarray, radius: int, size: tuple[float, ...]) -> np.ndarray:
    """Draw balls (distance below `radius`) about centres, 64 voxels of a row at a time as bits of a word."""
    whole = centres if centres.ndim == 3 else centres[None]
    step = size if centres.ndim == 3 else (1.0, *size)
    within = _box(whole, radius, step)
    if within is None:
        return centres
    words = _packed(whole[within])
    found = np.zeros_like(words)
    depth = 0 if centres.ndim == 2 else _reach(radius, 0.0, step[0])
    lines: dict[int, list[tuple[int, int]]] = {}
    for dz in range(-depth, depth + 1):
        for dy in range(-_reach(radius, dz * step[0], step[1]), _reach(radius, dz * step[0], step[1]) + 1):
            half = _reach(radius, math.hypot(dz * step[0], dy * step[1]), step[2])
            lines.setdefault(half, []).append((dz, dy))
    wide = words
    for half in range(max(lines) + 1):
        if half:
            wide = wide | _shifted_up(wide) | _shifted_down(wide)
        for dz, dy in lines.get(half, ()):
            _join(found, wide, dz, dy)
    drawn = np.zeros(whole.shape, bool)
    drawn[within] = _unpacked(found, drawn[within].shape)
    return drawn if centres.ndim == 3 else drawn[0]


def _box(centres: np.ndarray, radius: int, step: tuple[float, ...]) -> tuple[slice, ...] | None:
    """Give the part of the image that balls about centres can reach; None where there are no centres."""
    found = []
    for axis in range(3):
        others = tuple(i for i in range(3) if i != axis)
        there = np.flatnonzero(centres.any(axis=others))
        if not len(there):
            return None
        margin = _reach(radius, 0.0, step[axis])
        found.append(slice(max(0, int(there[0]) - margin), int(there[-1]) + margin + 1))
    return tuple(found)


def _reach(radius: float, aside: float, step: float) -> int:
    """Count the voxels along an axis that lie nearer than `radius`, `aside` of the axis; -1 for none."""
    rest = radius**2 - aside**2
    if rest <= 1e-9:
        return -1
    return math.ceil(math.sqrt(rest) / step - 1e-9) - 1


def _packed(mask: np.ndarray) -> np.ndarray:
    missing = -mask.shape[-1] % WORD
    padded = np.pad(mask, ((0, 0), (0, 0), (0, missing)))
    words: np.ndarray = np.packbits(padded, axis=-1, bitorder="little").view("<u8")
    return words


def _unpacked(words: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    bits = np.unpackbits(words.view(np.uint8), axis=-1, count=shape[-1], bitorder="little")
    return bits.astype(bool)


def _shifted_up(words: np.ndarray) -> np.ndarray:
    moved = words << np.uint64(1)
    moved[..., 1:] |= words[..., :-1] >> np.uint64(WORD - 1)
    return moved


def _shifted_down(words: np.ndarray) -> np.ndarray:
    moved = words >> np.uint64(1)
    moved[..., :-1] |= words[..., 1:] << np.uint64(WORD - 1)
    return moved


def _join(found: np.ndarray, wide: np.ndarray, dz: int, dy: int) -> None:
    """Or `wide` moved by whole rows into `found`, in place."""
    to_z, from_z = _overlap(found.shape[0], dz)
    to_y, from_y = _overlap(found.shape[1], dy)
    found[to_z, to_y] |= wide[from_z, from_y]


def _overlap(length: int, shift: int) -> tuple[slice, slice]:
    if shift >= 0:
        return slice(min(shift, length), length), slice(0, max(length - shift, 0))
    return slice(0, max(length + shift, 0)), slice(min(-shift, length), length)
