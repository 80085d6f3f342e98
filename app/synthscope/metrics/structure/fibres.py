"""Fibres: how many, how thick, how round where they are cut, and which way they run."""

from __future__ import annotations

import math

import numpy as np

from synthscope.imaging.objects import separate, whole_only
from synthscope.imaging.orientation import Orientation, orientation
from synthscope.imaging.sections import sections
from synthscope.metrics.structure.choosing import clearest_channel, foreground, sign_of
from synthscope.metrics.structure.columns import (
    Measured,
    Quantity,
    layout_of,
    row_of,
    shape_of,
    spatial,
    step_of,
)
from synthscope.records.metric import Frame, Layout

LEAST_AREA = 12
"""Pixels of a section."""


class Fibres:
    """Sections of fibres in every slice, averaged over slices, and directions in the whole field."""

    def layout(self, frame: Frame) -> Layout:
        """Name what is measured."""
        unit, ndim = frame.unit, len(shape_of(frame))
        found = [
            Quantity("fraction", "Fraction of fibres"),
            Quantity("count", f"Sections of fibres for each area (1/{unit}²)"),
            Quantity("radius", f"Median radius of sections ({unit})"),
            Quantity("radius-spread", f"Interquartile range of radii ({unit})"),
            Quantity("roundness", "Short over long axis of sections (median)"),
            Quantity("spacing", f"Distance to the next fibre (median, {unit})"),
            Quantity("order", "Order of directions (0 all ways, 1 one way)"),
            Quantity("dispersion", "Spread about the mean direction (degrees)"),
        ]
        found += [Quantity(f"along-{axis}", f"Part of directions along {axis}") for axis in "zyx"[3 - ndim :]]
        if ndim == 2:
            found.append(Quantity("direction", "Mean direction from x (degrees)", 180.0))
        else:
            found.append(Quantity("inclination", "Mean direction to the z axis (degrees)"))
        return layout_of(found)

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C)."""
        channel = clearest_channel(frame)
        return np.stack([row_of([_measured(field[..., channel], frame, channel)]) for field in fields])


def _measured(field: np.ndarray, frame: Frame, channel: int) -> Measured:
    # Of two phases fibres are the brighter: in a dense bundle they are no rarer than what binds them.
    crowded = 0.25 <= (frame.fractions[channel] if frame.fractions else 0.5) <= 0.75
    sign = 1.0 if crowded else sign_of(frame, channel)
    slices = np.array([_sections_of(foreground(plane, frame, channel, sign), frame) for plane in field])
    told = np.isfinite(slices)
    with np.errstate(invalid="ignore"):
        means = np.where(told, slices, 0).sum(axis=0) / np.where(told.any(axis=0), told.sum(axis=0), np.nan)
    turned = orientation(spatial(field[..., None])[..., 0], step_of(frame))
    return Measured([*means, *_directions(turned, len(shape_of(frame)))])


def _sections_of(mask: np.ndarray, frame: Frame) -> list[float]:
    pixel = math.sqrt(frame.voxel_size[1] * frame.voxel_size[2])
    labels = separate(mask, LEAST_AREA)
    every, whole = sections(labels), sections(whole_only(labels))
    # A section that the border cuts counts by half: it belongs to the next field as much.
    count = (len(every.areas) + len(whole.areas)) / 2 / (mask.size * pixel**2)
    if not len(whole.areas):
        return [float(mask.mean()), count, *[math.nan] * 4]
    low, middle, high = np.percentile(whole.radii, [25, 50, 75]) * pixel
    spacing = every.spacing()
    return [
        float(mask.mean()),
        count,
        middle,
        high - low,
        float(np.median(whole.short / whole.long)),
        float(np.median(spacing)) * pixel if len(spacing) else math.nan,
    ]


def _directions(found: Orientation | None, ndim: int) -> list[float]:
    if found is None:
        return [math.nan] * (ndim + 3)
    last = (
        math.degrees(math.atan2(found.mean[0], found.mean[1])) % 180
        if ndim == 2
        else math.degrees(math.acos(min(abs(found.mean[0]), 1.0)))
    )
    return [found.order, found.dispersion, *np.diagonal(found.tensor).tolist(), last]
