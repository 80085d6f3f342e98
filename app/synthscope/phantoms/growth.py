"""Growth of a root system in a plane: gravitropism, laterals, taper."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

TAP = 1
"""Order of the first root; its laterals have 2, theirs 3."""


@dataclass(frozen=True, eq=False)
class Root:
    """One root as a polyline.

    Parameters
    ----------
    points : ndarray (N, 2)
        Row and column from base to tip, in mm.
    diameters : ndarray (N,)
        In mm.
    order : int
        1 for the tap root, 2 for laterals, 3 for theirs.
    parent : int
        Position of the parent in the list of roots; -1 for the tap root.
    """

    points: np.ndarray
    diameters: np.ndarray
    order: int
    parent: int

    @property
    def length(self) -> float:
        """Length along the root in mm."""
        return float(np.sum(np.linalg.norm(np.diff(self.points, axis=0), axis=1)))


@dataclass(frozen=True)
class Habit:
    """How a species grows; lengths in mm.

    Parameters
    ----------
    length, diameter : float
        Of the tap root.
    spacing : float
        Mean distance of laterals along their parent.
    lateral_length : float
        Length of the oldest laterals.
    wander : float
        Standard deviation of the heading after 1 mm of growth, in radians.
    tropism : float
        Part of the angle to the vertical that a root turns back per mm.
    orders : int
        1 is a tap root alone, 2 has laterals, 3 laterals on laterals.
    """

    length: float
    diameter: float
    spacing: float
    lateral_length: float
    wander: float
    tropism: float
    orders: int


def grow(habit: Habit, size: tuple[float, float], step: float, rng: np.random.Generator) -> tuple[Root, ...]:
    """Grow a root system from the middle of the upper edge of a sheet.

    Parameters
    ----------
    habit : Habit
        How it grows.
    size : tuple of float
        Height and width of the sheet in mm; roots end where it does.
    step : float
        Length of a growth step in mm.
    rng : Generator
        The source of randomness.

    Returns
    -------
    tuple of Root
        The tap root first, each parent before its laterals.
    """
    base = np.array([0.05 * size[0], 0.5 * size[1] + rng.normal(0.0, 0.03 * size[1])])
    heading = rng.normal(0.0, 0.08)
    roots = [_root(habit, TAP, -1, (base, heading, habit.length), size, step, rng)]
    grown = 0
    while grown < len(roots):
        parent = roots[grown]
        if parent.order < habit.orders:
            buds = _buds(habit, parent, rng)
            laterals = (_root(habit, parent.order + 1, grown, bud, size, step, rng) for bud in buds)
            roots.extend(root for root in laterals if len(root.points) > 3)
        grown += 1
    return tuple(roots)


def _root(
    habit: Habit,
    order: int,
    parent: int,
    bud: tuple[np.ndarray, float, float],
    size: tuple[float, float],
    step: float,
    rng: np.random.Generator,
) -> Root:
    """Grow one root; heading 0 is straight down."""
    base, heading, length = bud
    count = max(2, round(length / step))
    tropism = habit.tropism / (1.0 if order == TAP else 3.0)
    turns = habit.wander * np.sqrt(step) * rng.standard_normal(count)
    row, column = float(base[0]), float(base[1])
    grown = [(row, column)]
    for turn in turns.tolist():
        heading += turn - tropism * step * math.sin(heading)
        row, column = row + step * math.cos(heading), column + step * math.sin(heading)
        if not _on_sheet(row, column, size):
            break
        grown.append((row, column))
    points = np.array(grown)
    along = np.arange(len(points)) / count
    thick = habit.diameter * 0.52 ** (order - TAP) * rng.uniform(0.85, 1.15)
    diameters = thick * (1.0 - 0.5 * along) * np.sqrt(np.clip((1.02 - along) / 0.04, 0.0, 1.0))
    return Root(points, np.maximum(diameters, 0.25 * thick), order, parent)


def _buds(habit: Habit, parent: Root, rng: np.random.Generator) -> list[tuple[np.ndarray, float, float]]:
    """Give base, heading and length of laterals: the nearer to the base, the older and longer."""
    steps = np.linalg.norm(np.diff(parent.points, axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    spacing = habit.spacing * 1.8 ** (parent.order - TAP)
    branching = along[-1] * 0.7  # the youngest part has none yet
    places = np.cumsum(rng.gamma(4.0, spacing / 4.0, max(1, int(2 * branching / spacing) + 2)))
    longest = habit.lateral_length * 0.3 ** (parent.order - TAP)
    side = rng.choice([-1.0, 1.0])
    buds = []
    for place in places[(places < branching) & (places > 0.03 * along[-1])]:
        i = min(int(np.searchsorted(along, place)), len(parent.points) - 2)
        ahead = parent.points[i + 1] - parent.points[i]
        side = -side if rng.random() < 0.75 else side
        heading = np.arctan2(ahead[1], ahead[0]) + side * rng.normal(1.15, 0.16)
        age = (1.0 - place / branching) ** 0.8
        buds.append((parent.points[i], float(heading), float(longest * age * rng.uniform(0.35, 1.1))))
    return buds


def _on_sheet(row: float, column: float, size: tuple[float, float]) -> bool:
    margin = 0.015 * min(size)
    return margin <= row <= size[0] - margin and margin <= column <= size[1] - margin
