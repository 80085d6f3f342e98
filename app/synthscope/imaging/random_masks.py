"""Holes as people paint them and scanners leave them, drawn at random: for training what fills them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Draw = Callable[[tuple[int, int], np.random.Generator], np.ndarray]


def draw_hole(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Draw one kind of hole: boxes, ellipses, a brush stroke, streaks, an arc, or one side of the field.

    Returns
    -------
    ndarray of bool (Y, X)
        True where voxels are to be made; never empty.
    """
    kinds = (boxes, ellipses, stroke, streaks, arc, side)
    chosen = kinds[int(rng.choice(len(kinds), p=(0.3, 0.15, 0.25, 0.1, 0.1, 0.1)))]
    mask = chosen(shape, rng)
    if not mask.any():
        mask[shape[0] // 2, shape[1] // 2] = True
    return mask


def boxes(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """One to three boxes, each of an eighth to three quarters of the field's side."""
    mask = np.zeros(shape, bool)
    for _ in range(int(rng.integers(1, 4))):
        height, width = (int(rng.integers(max(n // 8, 1), max(3 * n // 4, 2))) for n in shape)
        top, left = (int(rng.integers(0, n - m + 1)) for n, m in zip(shape, (height, width), strict=True))
        mask[top : top + height, left : left + width] = True
    return mask


def ellipses(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """One to three ellipses."""
    mask = np.zeros(shape, bool)
    y, x = np.indices(shape)
    for _ in range(int(rng.integers(1, 4))):
        cy, cx = rng.uniform(0, shape[0]), rng.uniform(0, shape[1])
        ry, rx = rng.uniform(0.06, 0.4, size=2) * shape
        mask |= ((y - cy) / ry) ** 2 + ((x - cx) / rx) ** 2 <= 1
    return mask


def stroke(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Lead a brush of 2 to 12 pixels' radius along a path that turns a little at each step."""
    y, x = np.indices(shape)
    mask = np.zeros(shape, bool)
    radius = rng.uniform(2, 12)
    place = rng.uniform(0, 1, size=2) * shape
    heading = rng.uniform(0, 2 * np.pi)
    for _ in range(int(rng.integers(3, 16))):
        mask |= (y - place[0]) ** 2 + (x - place[1]) ** 2 <= radius**2
        heading += rng.normal(0, 0.5)
        place = place + radius * np.array((np.sin(heading), np.cos(heading)))
    return mask


def streaks(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Lost rows or columns: some, or every k-th."""
    mask = np.zeros(shape, bool)
    lines = mask if rng.random() < 0.5 else mask.T
    if rng.random() < 0.5:
        every = int(rng.integers(2, 9))
        lines[int(rng.integers(0, every)) :: every] = True
        if rng.random() < 0.5:
            np.logical_not(lines, out=lines)
    else:
        for start in rng.integers(0, lines.shape[0], size=int(rng.integers(1, 5))):
            lines[start : start + int(rng.integers(1, 5))] = True
    return mask


def arc(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Mark a piece of a ring artefact: thin, round a centre that may lie far outside."""
    y, x = np.indices(shape)
    centre = rng.uniform(-3, 4, size=2) * shape
    distance = np.hypot(y - centre[0], x - centre[1])
    radius = rng.uniform(distance.min(), distance.max())
    return np.asarray(np.abs(distance - radius) <= rng.uniform(0.6, 4))


def side(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """One side of the field, up to three quarters: what is asked for when an image is extended."""
    mask = np.zeros(shape, bool)
    lines = mask if rng.random() < 0.5 else mask.T
    width = int(rng.integers(1, max(3 * lines.shape[0] // 4, 2)))
    lines[: width if rng.random() < 0.5 else None] = True
    if lines.all():
        lines[: lines.shape[0] - width] = False
    return mask
