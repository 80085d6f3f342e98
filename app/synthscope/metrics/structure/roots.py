"""Roots: their length, width, tips, branches and the ground they cover, by the definitions of RhizoVision."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from scipy import ndimage
from scipy.spatial import ConvexHull

from synthscope.imaging.skeletons import Network, network
from synthscope.metrics.structure.choosing import clearest_channel, foreground, sign_of
from synthscope.metrics.structure.columns import Line, Measured, Quantity, layout_of, row_of
from synthscope.records.metric import Frame, Layout

AROUND = 12.0
"""Standard deviation (pixels) of the neighbourhood that a root is brighter than: parts roots that lie close, and
leaves out the halo of root hairs."""
LEAST_AREA = 150
"""Pixels; a smaller piece is dust."""
CLASSES = (4.0, 8.0)
"""Ends of the classes of diameter, in pixels."""
DIAMETERS = np.arange(1, 25)


class Roots:
    """Of the channel that shows roots best, in which they are the rarer phase."""

    def layout(self, frame: Frame) -> Layout:
        """Name what is measured, in units of the voxel size."""
        unit, pixel = frame.unit, _pixel(frame)
        thin, thick = (f"{bound * pixel:.3g}" for bound in CLASSES)
        found = [
            Quantity("length", f"Total length ({unit})"),
            Quantity("length-fine", f"Length up to {thin} {unit} wide ({unit})"),
            Quantity("length-middle", f"Length {thin} to {thick} {unit} wide ({unit})"),
            Quantity("length-coarse", f"Length above {thick} {unit} wide ({unit})"),
            Quantity("tips", "Tips"),
            Quantity("branch-points", "Branch points"),
            Quantity("branch-length", f"Median length of branches ({unit})"),
            Quantity("branch-angle", "Mean branching angle (degrees)"),
            Quantity("steepness", "Mean angle to the horizontal (degrees)"),
            Quantity("area", f"Network area ({unit}²)"),
            Quantity("hull-area", f"Area of the convex hull ({unit}²)"),
            Quantity("solidity", "Network area over hull area"),
            Quantity("diameter", f"Median diameter ({unit})"),
            Quantity("diameter-most", f"Largest diameter ({unit})"),
        ]
        x_title = f"Diameter ({unit})"
        line = Line("diameters", "Length by diameter", DIAMETERS * pixel, x_title, "Part of the length up to it")
        return layout_of(found, [line])

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, 1, Y, X, C)."""
        channel = clearest_channel(frame)
        return np.stack([row_of([_measured(root_mask(field[0, ..., channel], frame), frame)]) for field in fields])


def root_mask(plane: np.ndarray, frame: Frame) -> np.ndarray:
    """Tell roots from what lies around them, in the clearest channel (Y, X) of a field."""
    channel = clearest_channel(frame)
    mask = foreground(plane, frame, channel, sign_of(frame, channel), AROUND)
    filled = ~_large(~mask, LEAST_AREA // 5, 4)
    return _large(filled, LEAST_AREA, 8)


def _large(mask: np.ndarray, least: int, connected: int) -> np.ndarray:
    labels, _ = ndimage.label(mask, np.ones((3, 3)) if connected == 8 else None)
    large = np.bincount(labels.ravel()) >= least
    large[0] = False
    kept: np.ndarray = large[labels]
    return kept


def _measured(mask: np.ndarray, frame: Frame) -> Measured:
    pixel = _pixel(frame)
    found = network(mask)
    area = float(np.count_nonzero(mask))
    hull = hull_area(mask)
    told = bool(len(found.steps))
    bounds = (0.0, *CLASSES, math.inf)
    lengths = [
        float(found.steps[(found.widths > low) & (found.widths <= high)].sum()) * pixel
        for low, high in pairwise(bounds)
    ]
    numbers = [
        found.length * pixel,
        *lengths,
        float(found.tips),
        float(found.branch_points),
        float(np.median(found.branches)) * pixel if told else math.nan,
        float(found.angles.mean()) if len(found.angles) else math.nan,
        float(np.average(found.slopes, weights=found.steps)) if told else math.nan,
        area * pixel**2,
        hull * pixel**2,
        area / hull if hull else math.nan,
        _weighted_median(found.widths, found.steps) * pixel if told else math.nan,
        float(found.widths.max()) * pixel if told else math.nan,
    ]
    return Measured(numbers, [_by_diameter(found)])


def hull_area(mask: np.ndarray) -> float:
    """Give the area of the convex hull of a mask in pixels, whose corners belong to it; 0 for an empty mask."""
    y, x = np.nonzero(mask)
    if not len(y):
        return 0.0
    corners = np.concatenate([np.stack([y + dy, x + dx], axis=1) for dy in (0, 1) for dx in (0, 1)])
    return float(ConvexHull(corners).volume)


def _by_diameter(found: Network) -> np.ndarray:
    if not len(found.steps):
        return np.full(len(DIAMETERS), np.nan)
    parts: np.ndarray = np.array([found.steps[found.widths <= d].sum() for d in DIAMETERS]) / found.length
    return parts


def _weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _pixel(frame: Frame) -> float:
    return math.sqrt(frame.voxel_size[1] * frame.voxel_size[2])
