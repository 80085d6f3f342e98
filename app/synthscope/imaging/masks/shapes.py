"""Lasso, rectangle and ellipse as pixels, and a plane through a range of slices."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synthscope.errors import MaskError, ParameterError
from synthscope.imaging.masks.grids import Mask, as_mask

Rule: TypeAlias = Literal["nonzero", "even-odd"]
"""What a line that crosses itself encloses: everything it goes around, or every other area."""

_SLACK = 1e-9  # pixels; a centre that lies on the outline by construction shall not depend on rounding


def polygon(plane_shape: tuple[int, int], vertices: ArrayLike, rule: Rule = "nonzero") -> Mask:
    """Paint the inside of a closed polygon or lasso line.

    A pixel is painted when its centre is inside. Centres that lie on the outline belong to it on its
    upper and left sides only, so that polygons which share an edge neither overlap nor leave a gap.

    Parameters
    ----------
    plane_shape : tuple of int
        Rows and columns.
    vertices : array-like (n, 2)
        Row and column in pixels; (0, 0) is the centre of the first pixel. May go beyond the plane; the
        last vertex is joined to the first.
    rule : {"nonzero", "even-odd"}

    Returns
    -------
    bool ndarray (Y, X)
        Empty for fewer than three vertices.

    Raises
    ------
    ParameterError
        If the vertices are not finite pairs.
    """
    points = _points(vertices)
    rows, columns, turns = _crossings(points, plane_shape)
    winding = np.zeros((plane_shape[0], plane_shape[1] + 1), dtype=np.int32)
    np.add.at(winding, (rows, columns), turns if rule == "nonzero" else 1)
    around = np.cumsum(winding, axis=1)[:, :-1]
    inside: Mask = around != 0 if rule == "nonzero" else around % 2 == 1
    return inside


def rectangle(plane_shape: tuple[int, int], corner: Sequence[float], opposite: Sequence[float]) -> Mask:
    """Paint the pixels whose centres are within a rectangle, its outline included.

    Parameters
    ----------
    plane_shape : tuple of int
    corner, opposite : sequence of float
        Row and column of two opposite corners, in pixels, in any order.

    Raises
    ------
    ParameterError
        If a corner is not a finite pair.
    """
    ends = _points([corner, opposite])
    low, high = ends.min(axis=0) - _SLACK, ends.max(axis=0) + _SLACK
    within = [(np.arange(n) >= a) & (np.arange(n) <= b) for n, a, b in zip(plane_shape, low, high, strict=True)]
    painted: Mask = within[0][:, None] & within[1][None, :]
    return painted


def ellipse(plane_shape: tuple[int, int], centre: Sequence[float], radii: Sequence[float], angle: float = 0.0) -> Mask:
    """Paint the pixels whose centres are within an ellipse, its outline included.

    Parameters
    ----------
    plane_shape : tuple of int
    centre : sequence of float
        Row and column, in pixels.
    radii : sequence of float
        Half axes along rows and columns before turning, in pixels. On anisotropic pixels a circle has
        unequal radii.
    angle : float
        Turn from rows towards columns, in degrees.

    Raises
    ------
    ParameterError
        If a number is not finite or a radius is negative.
    """
    (y0, x0), (ry, rx) = _points([centre, radii])
    if ry < 0 or rx < 0 or not math.isfinite(angle):
        raise ParameterError(
            f"An ellipse with radii {ry:g} and {rx:g} and angle {angle:g} cannot be drawn; give radii of at least 0.",
            problems={"radii": "Give radii of at least 0."},
        )
    y, x = np.ogrid[: plane_shape[0], : plane_shape[1]]
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    along_y = (y - y0) * cos + (x - x0) * sin
    along_x = (x - x0) * cos - (y - y0) * sin
    # multiplied out, so that a radius of zero leaves a line and not a division by zero
    inside: Mask = (along_y * rx) ** 2 + (along_x * ry) ** 2 <= (ry * rx) ** 2 * (1 + _SLACK) + _SLACK**2
    inside &= (np.abs(along_y) <= ry + _SLACK) & (np.abs(along_x) <= rx + _SLACK)
    return inside


def expand_2d(mask: Mask, slices: int | range | slice | None, *, depth: int, axis: int = 0) -> Mask:
    """Repeat a plane through slices of a stack.

    Parameters
    ----------
    mask : bool ndarray (Y, X)
    slices : int, range, slice or None
        One slice, a range of them, or all. Negative numbers count from the end in an int or slice.
    depth : int
        Number of slices of the stack.
    axis : int
        Where the axis of the slices goes: 0 for a plane drawn on (Y, X), 1 on (Z, X), 2 on (Z, Y).

    Returns
    -------
    bool ndarray of three axes
        False on all other slices.

    Raises
    ------
    MaskError
        If the mask is not a plane.
    ParameterError
        If a slice is not in the stack.
    """
    plane = as_mask(mask)
    if plane.ndim != 2:
        raise MaskError(f"A mask of shape {plane.shape} is no plane; give one with two axes to repeat.")
    stack = np.zeros((depth, *plane.shape), dtype=bool)
    stack[chosen_slices(slices, depth)] = plane
    return np.moveaxis(stack, 0, axis)


def chosen_slices(slices: int | range | slice | None, depth: int) -> list[int]:
    """List the slices that are meant; see `expand_2d`.

    Raises
    ------
    ParameterError
        If a slice is not in the stack.
    """
    if slices is None:
        return list(range(depth))
    if isinstance(slices, slice):
        return list(range(depth))[slices]
    chosen = [slices + depth if slices < 0 else slices] if isinstance(slices, int) else list(slices)
    wrong = [z for z in chosen if not 0 <= z < depth]
    if wrong:
        raise ParameterError(
            f"Slice {wrong[0]} is not in a stack of {depth}; give slices from 0 to {depth - 1}.",
            problems={"slices": f"Give slices from 0 to {depth - 1}."},
        )
    return chosen


def _points(vertices: ArrayLike) -> NDArray[np.float64]:
    points = np.asarray(vertices, dtype=np.float64)
    if points.size == 0:
        return np.zeros((0, 2))
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise ParameterError("The outline is not a list of finite (row, column) pairs; draw it again.")
    return points


def _crossings(
    points: NDArray[np.float64], plane_shape: tuple[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """Find where the outline crosses each row: the first pixel centre right of it, and the direction."""
    start, end = points, np.roll(points, -1, axis=0)
    down = np.where(end[:, 0] > start[:, 0], 1, -1).astype(np.int32)
    # always from the upper end, so that an edge shared by two polygons is rounded the same way in both
    upper = np.where(down[:, None] > 0, start, end)
    lower = np.where(down[:, None] > 0, end, start)
    first = np.clip(np.ceil(upper[:, 0]), 0, plane_shape[0]).astype(np.int64)
    last = np.clip(np.ceil(lower[:, 0]), 0, plane_shape[0]).astype(np.int64)
    lengths = last - first
    edge = np.repeat(np.arange(len(points)), lengths)
    rows = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths) + first[edge]
    share = (rows - upper[edge, 0]) / (lower[edge, 0] - upper[edge, 0])
    columns = upper[edge, 1] + share * (lower[edge, 1] - upper[edge, 1])
    right = np.clip(np.ceil(columns - _SLACK), 0, plane_shape[1]).astype(np.int64)
    return rows, right, down[edge]
