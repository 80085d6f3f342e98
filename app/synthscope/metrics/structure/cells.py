"""Cells or nuclei: number, shape, brightness, texture, granularity, what lies where, how channels go along."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import ndimage

from synthscope.imaging.grey_texture import co_occurrence, granularity
from synthscope.imaging.object_grey import (
    RINGS,
    correlation_within,
    means_and_deviations,
    radial_distribution,
    rings,
)
from synthscope.imaging.objects import separate, whole_only
from synthscope.imaging.sections import sections
from synthscope.metrics.structure.choosing import SMOOTH, clearest_channel, foreground, sign_of
from synthscope.records.metric import Frame, Layout

LEAST_AREA = 30
"""Pixels; a smaller thing is no cell."""
GRAINS = (3, 5, 9, 15)
WAIST = 0.5
"""Pixels by which the waist between two cells that touch is narrower than both."""
AROUND = 20.0
"""Standard deviation (pixels) of the neighbourhood that a dim cell must stand out from,"""
STANDING = 0.2
"""by this part of what lies between the dark limit of the real set and its threshold."""
_SHAPES = {
    "count": "Cells for each area",
    "covered": "Part of the field that cells cover",
    "area": "Median area",
    "area-spread": "Interquartile range of areas",
    "elongation": "Short over long axis (median)",
    "solidity": "Area over that of the ellipse of the same moments (median)",
    "spacing": "Distance to the next cell (median)",
}
_TEXTURES = {"contrast": "Contrast", "homogeneity": "Homogeneity", "correlation": "Correlation", "entropy": "Entropy"}


@dataclass(frozen=True)
class CellFeature:
    """One number of a field: which channel it is of (0 for none, 1 to C, or a pair), and what kind it is."""

    name: str
    title: str
    channel: str
    category: str


def cell_features(frame: Frame) -> tuple[CellFeature, ...]:
    """List what is measured, in its order: shapes first, then channel by channel, then pairs of channels."""
    unit = frame.unit
    units = {"count": f" (1/{unit}²)", "area": f" ({unit}²)", "area-spread": f" ({unit}²)", "spacing": f" ({unit})"}
    found = [CellFeature(name, title + units.get(name, ""), "", "shape") for name, title in _SHAPES.items()]
    for c in range(1, frame.channels + 1):
        found += [_of(c, name, title, "intensity") for name, title in _INTENSITIES.items()]
        found += [_of(c, name, f"{title} of neighbours", "texture") for name, title in _TEXTURES.items()]
        found += [_of(c, f"grains-{size}", f"Lost at an opening of {size} px", "granularity") for size in GRAINS]
        found += [_of(c, f"ring-{r + 1}", f"Brightness of ring {r + 1} of {RINGS}", "radial") for r in range(RINGS)]
    for a, b in itertools.combinations(range(1, frame.channels + 1), 2):
        title = f"Correlation of channels {a} and {b} in cells"
        found.append(CellFeature(f"correlation-{a}-{b}", title, f"{a}-{b}", "correlation"))
    return tuple(found)


_INTENSITIES = {
    "mean": "Mean brightness of cells",
    "mean-spread": "How much cells differ in brightness",
    "within": "Standard deviation within cells",
    "around": "Mean brightness around cells",
}


def _of(channel: int, name: str, title: str, category: str) -> CellFeature:
    return CellFeature(f"c{channel}-{name}", f"{title}, channel {channel}", str(channel), category)


class CellExtractor(Protocol):
    """What an extractor of cells can also do: say of which channel and kind each column is."""

    def features(self, frame: Frame) -> tuple[CellFeature, ...]:
        """List what is measured, in the order of the columns."""
        ...


def family_of(feature: CellFeature) -> str:
    """Name the features of one kind and channel, such as ``texture-1``."""
    return f"{feature.category}-{feature.channel}" if feature.channel else feature.category


def family_title(feature: CellFeature) -> str:
    """Give the words of a family."""
    words = {0: "", 1: ", channel ", 2: ", channels "}
    channels = feature.channel.split("-") if feature.channel else []
    return f"{feature.category.capitalize()}{words[len(channels)]}{' and '.join(channels)}"


def told_mean(rows: np.ndarray) -> np.ndarray:
    """Average rows (N, D) over what is told of each column; not a number where nothing is."""
    told = np.isfinite(rows)
    count = told.sum(axis=0)
    mean: np.ndarray = np.where(told, rows, 0).sum(axis=0) / np.where(count > 0, count, np.nan)
    return mean


class Cells:
    """Of each field the averages over its cells, which are told apart in the channel that shows them best."""

    def features(self, frame: Frame) -> tuple[CellFeature, ...]:
        """List what is measured, in the order of the columns."""
        return cell_features(frame)

    def layout(self, frame: Frame) -> Layout:
        """Name what is measured."""
        features = cell_features(frame)
        return Layout(tuple(f.name for f in features), {f.name: f.title for f in features})

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, 1, Y, X, C)."""
        return np.stack([_measured(field[0], frame) for field in fields])


def cell_labels(field: np.ndarray, frame: Frame) -> np.ndarray:
    """Label the cells of a field (Y, X, C): int32 (Y, X), 0 outside.

    What lies beyond the threshold of the real set, or stands out from what is around it though it is dimmer, with
    holes filled, and divided at waists. A cell ends at that threshold, a dim one half way between the darkest and its
    own brightest. All limits are fixed on the real set.
    """
    channel = clearest_channel(frame)
    sign, plane = sign_of(frame, channel), field[..., channel]
    values = ndimage.gaussian_filter(sign * np.asarray(plane, float), SMOOTH)
    limit, dark = sign * frame.thresholds[channel], min(sign * end for end in frame.limits[channel])
    mask = foreground(plane, frame, channel, sign) | _standing_out(values, STANDING * max(limit - dark, 0.0))
    labels = separate(ndimage.binary_opening(ndimage.binary_fill_holes(mask)), LEAST_AREA, WAIST)
    if not labels.any():
        return labels
    brightest = ndimage.maximum(values, labels, np.arange(labels.max() + 1))
    ends = np.minimum(limit, (dark + brightest) / 2)[labels]
    return _with_holes(np.where(values > ends, labels, 0))


def _standing_out(values: np.ndarray, least: float) -> np.ndarray:
    found: np.ndarray = values - ndimage.gaussian_filter(values, AROUND) > least
    return found


def _with_holes(labels: np.ndarray) -> np.ndarray:
    """Fill the holes of each label."""
    inside = ndimage.binary_fill_holes(labels > 0)
    nearest = ndimage.distance_transform_edt(labels == 0, return_distances=False, return_indices=True)
    filled: np.ndarray = np.where(inside, labels[tuple(nearest)], 0).astype(np.int32)
    return filled


def _measured(field: np.ndarray, frame: Frame) -> np.ndarray:
    labels = cell_labels(field, frame)
    scaled = frame.scaled(field)
    numbers = _shapes(labels, frame)
    ring = rings(labels)
    for c in range(frame.channels):
        numbers += _channel(scaled[..., c], labels, ring)
    for a, b in itertools.combinations(range(frame.channels), 2):
        numbers.append(correlation_within(scaled[..., a], scaled[..., b], labels > 0))
    return np.asarray(numbers, float)


def _shapes(labels: np.ndarray, frame: Frame) -> list[float]:
    pixel = frame.voxel_size[1] * frame.voxel_size[2]
    every, whole = sections(labels), sections(whole_only(labels))
    # A cell that the border cuts counts by half: it belongs to the next field as much.
    count = (len(every.areas) + len(whole.areas)) / 2 / (labels.size * pixel)
    covered = float(np.mean(labels > 0))
    if not len(whole.areas):
        return [count, covered, *[np.nan] * 5]
    low, middle, high = np.percentile(whole.areas, [25, 50, 75]) * pixel
    ellipses = np.pi / 4 * whole.long * whole.short
    spacing = every.spacing()
    return [
        count,
        covered,
        middle,
        high - low,
        float(np.median(whole.short / whole.long)),
        float(np.median(whole.areas / ellipses)),
        float(np.median(spacing)) * pixel**0.5 if len(spacing) else np.nan,
    ]


def _channel(scaled: np.ndarray, labels: np.ndarray, ring: np.ndarray) -> list[float]:
    outside = float(scaled[labels == 0].mean()) if (labels == 0).any() else np.nan
    texture = co_occurrence(scaled)
    grains = granularity(scaled, GRAINS)
    if not labels.any():
        brightness = [np.nan] * 3
    else:
        mean, deviation = means_and_deviations(scaled, labels)
        brightness = [float(mean.mean()), float(mean.std()), float(deviation.mean())]
    return [
        *brightness,
        outside,
        *(texture[name] for name in _TEXTURES),
        *grains.tolist(),
        *radial_distribution(scaled, ring).tolist(),
    ]
