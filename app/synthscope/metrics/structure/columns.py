"""How measures of one channel become the columns of features: numbers first, then curves, channel after channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthscope.records.metric import Curve, Frame, Layout


@dataclass(frozen=True)
class Quantity:
    """A number by itself; the title ends with its unit. On a circle it comes again after `period`."""

    name: str
    title: str
    period: float = 0.0


@dataclass(frozen=True, eq=False)
class Line:
    """A curve over `x`."""

    name: str
    title: str
    x: np.ndarray
    x_title: str
    y_title: str = ""


@dataclass(frozen=True, eq=False)
class Measured:
    """What was found in one channel of one field, in the order of its quantities and lines."""

    numbers: Sequence[float]
    curves: Sequence[np.ndarray] = ()


def layout_of(quantities: Sequence[Quantity], lines: Sequence[Line] = (), channels: int = 1) -> Layout:
    """Lay out the same quantities and lines for each channel; with several, names end with the channel's number."""
    titles: dict[str, str] = {}
    periods: dict[str, float] = {}
    curves = []
    start = len(quantities) * channels
    for channel in range(channels):
        tail, words = ("", "") if channels == 1 else (f"-{channel + 1}", f", channel {channel + 1}")
        titles.update({quantity.name + tail: quantity.title + words for quantity in quantities})
        periods.update({quantity.name + tail: quantity.period for quantity in quantities if quantity.period})
        for line in lines:
            stop = start + len(line.x)
            x = tuple(float(value) for value in line.x)
            curves.append(Curve(line.name + tail, line.title + words, start, stop, x, line.x_title, line.y_title))
            start = stop
    return Layout(tuple(titles), titles, tuple(curves), periods)


def row_of(found: Sequence[Measured]) -> np.ndarray:
    """Join what was measured of each channel into one row of `layout_of`."""
    numbers = [np.asarray(one.numbers, float) for one in found]
    curves = [np.asarray(curve, float) for one in found for curve in one.curves]
    return np.concatenate([*numbers, *curves])


def spatial(field: np.ndarray) -> np.ndarray:
    """View a field (Z, Y, X, C) as (Y, X, C) where it is one slice."""
    return field[0] if len(field) == 1 else field


def step_of(frame: Frame) -> tuple[float, ...]:
    """Give the voxel size along the axes of `spatial`."""
    return frame.voxel_size[1:] if frame.shape[0] == 1 else frame.voxel_size


def shape_of(frame: Frame) -> tuple[int, ...]:
    """Give the shape of a channel of `spatial`."""
    return frame.shape[1:] if frame.shape[0] == 1 else frame.shape
