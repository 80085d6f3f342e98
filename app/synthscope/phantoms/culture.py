"""A culture of adherent cells: outlines, nuclei, thickness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.phantoms.fields import smooth_field
from synthscope.phantoms.packing import relax, within_box

HARMONICS = np.array([0.16, 0.09, 0.06, 0.035])  # of the outline: second to fifth, relative to the radius


@dataclass(frozen=True, eq=False)
class Cells:
    """N cells; lengths in pixels but for heights in µm.

    Parameters
    ----------
    centres, radii : ndarray (N, 2), (N,)
        Of the outlines.
    outlines : ndarray (N, 4, 2)
        Cosine and sine parts of the second to fifth harmonic.
    heights : ndarray (N,)
        In µm.
    dividing : ndarray (N,) of bool
        Rounded up, with condensed chromatin.
    nuclei : ndarray (N, 2)
        Centres of nuclei.
    nucleus_axes : ndarray (N, 2)
        Half axes of nuclei.
    turns : ndarray (N,)
        Direction of the long axis of nuclei, radians.
    """

    centres: np.ndarray
    radii: np.ndarray
    outlines: np.ndarray
    heights: np.ndarray
    dividing: np.ndarray
    nuclei: np.ndarray
    nucleus_axes: np.ndarray
    turns: np.ndarray


@dataclass(frozen=True, eq=False)
class Layer:
    """What lies where: labels (uint16, cell numbers from 1) and thickness in µm, (Y, X) each."""

    cells: np.ndarray
    nuclei: np.ndarray
    cell_height: np.ndarray
    nucleus_height: np.ndarray


def seed_cells(size: int, radius: float, confluence: float, dividing: float, rng: np.random.Generator) -> Cells:
    """Let cells settle on a square dish.

    Parameters
    ----------
    size : int
        Rows and columns of the dish in pixels.
    radius : float
        Mean radius of a spread cell in pixels.
    confluence : float
        Part of the dish that cells would cover if none overlapped.
    dividing : float
        Part of the cells that divide.
    rng : Generator
        The source of randomness.
    """
    count = max(1, round(confluence * size**2 / (np.pi * radius**2)))
    divides = rng.random(count) < dividing
    radii = radius * np.where(divides, 0.52, np.exp(0.16 * rng.standard_normal(count)))
    wall = within_box(np.zeros(2), np.full(2, float(size)))
    centres = relax(_clustered(size, radius, count, rng), 0.86 * radii, wall, steps=60)
    outlines = HARMONICS[:, None] * rng.standard_normal((count, 4, 2)) * np.where(divides, 0.1, 1.0)[:, None, None]
    heights = np.where(divides, 9.0, rng.uniform(3.0, 5.0, count))
    turns = rng.uniform(0.0, np.pi, count)
    small = radius * np.where(divides, 0.34, 0.36 * np.exp(0.1 * rng.standard_normal(count)))
    slender = np.where(divides, 2.6, rng.uniform(1.05, 1.5, count))
    axes = np.stack([small * np.sqrt(slender), small / np.sqrt(slender)], axis=1)
    shift = 0.16 * radii[:, None] * rng.standard_normal((count, 2)).clip(-1.2, 1.2) * ~divides[:, None]
    return Cells(centres, radii, outlines, heights, divides, centres + shift, axes, turns)


def settle(cells: Cells, size: int, rng: np.random.Generator) -> Layer:
    """Give what lies where: each pixel belongs to the cell it is deepest in, and cells thin out where they meet."""
    first = np.full((size, size), 9.0, np.float32)
    second = first.copy()
    number = np.zeros((size, size), np.uint16)
    for i in range(len(cells.radii)):
        box, y, x = _window(cells.centres[i], 1.9 * cells.radii[i], size)
        gauge = np.hypot(y, x) / (cells.radii[i] * _outline(y, x, cells.outlines[i]))
        nearer = gauge < first[box]
        second[box] = np.where(nearer, first[box], np.minimum(second[box], gauge))
        first[box] = np.where(nearer, gauge, first[box])
        number[box][nearer] = i + 1
    number[first >= 1.0] = 0
    depth = np.clip(np.minimum(1.0 - first, 1.1 * (second - first)), 0.0, 1.0)
    dome = (1.0 - (1.0 - depth) ** 3) * (0.75 + 0.25 * depth)
    ruffled = 1.0 + 0.10 * smooth_field((size, size), 3.0, rng)
    height = np.concatenate([[0.0], cells.heights])[number] * dome * ruffled
    nuclei, lens = _nuclei(cells, number, depth)
    return Layer(number, nuclei, np.maximum(height, lens).astype(np.float32), lens)


def _nuclei(cells: Cells, number: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give nucleus labels and thickness; a nucleus stays inside its cell, off the edge."""
    labels = np.zeros_like(number)
    height = np.zeros(number.shape, np.float32)
    for i in range(len(cells.radii)):
        box, y, x = _window(cells.nuclei[i], 1.3 * float(cells.nucleus_axes[i].max()), len(number))
        c, s = np.cos(cells.turns[i]), np.sin(cells.turns[i])
        along, across = (c * x + s * y) / cells.nucleus_axes[i, 0], (c * y - s * x) / cells.nucleus_axes[i, 1]
        gauge = np.hypot(along, across) * (1.0 + 0.05 * np.cos(3.0 * np.arctan2(across, along) + i))
        inside = (gauge < 1.0) & (number[box] == i + 1) & (depth[box] > 0.06)
        thick = 0.8 * cells.heights[i] * np.sqrt(np.clip(1.0 - gauge**2, 0.0, 1.0))
        labels[box][inside] = i + 1
        height[box][inside] = thick[inside]
    return labels, height


def _clustered(size: int, radius: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Place cells near those placed before, as daughters are, or anywhere."""
    points = np.empty((count, 2))
    for i in range(count):
        if i == 0 or rng.random() < 0.35:
            points[i] = rng.uniform(0, size, 2)
        else:
            points[i] = points[rng.integers(i)] + 1.7 * radius * rng.standard_normal(2)
    inside: np.ndarray = np.mod(points, size)
    return inside


def _outline(y: np.ndarray, x: np.ndarray, parts: np.ndarray) -> np.ndarray:
    turn = np.arctan2(y, x)
    radius = np.ones_like(turn)
    for k, (cosine, sine) in enumerate(parts, start=2):
        radius += cosine * np.cos(k * turn) + sine * np.sin(k * turn)
    clipped: np.ndarray = np.clip(radius, 0.45, 1.7)
    return clipped


def _window(centre: np.ndarray, reach: float, size: int) -> tuple[tuple[slice, slice], np.ndarray, np.ndarray]:
    """Give the box around a centre, and row and column from it."""
    low = np.floor(centre - reach).astype(int).clip(0, size)
    high = np.ceil(centre + reach).astype(int).clip(0, size)
    box = (slice(int(low[0]), int(high[0])), slice(int(low[1]), int(high[1])))
    y = np.arange(low[0], high[0], dtype=np.float32)[:, None] - np.float32(centre[0])
    x = np.arange(low[1], high[1], dtype=np.float32)[None, :] - np.float32(centre[1])
    return box, y, x
