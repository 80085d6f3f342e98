"""A figure of pairs in parts: inside the mask, outside it, at its border; by channel; by slice."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np

from synthscope.imaging.masks.morphology import grow, shrink
from synthscope.metrics.protocol import PairedMetric
from synthscope.records.metric import Frame

Part = Literal["inside", "outside", "border"]
BAND = 3.0
"""Half the width of the border in pixels of the plane: what feathering and seams reach."""


def border_band(
    mask: np.ndarray, width: float = BAND, voxel_size: tuple[float, float, float] = (1.0, 1.0, 1.0)
) -> np.ndarray:
    """Give the voxels within `width` of the border of a mask, on both sides of it.

    Parameters
    ----------
    mask : ndarray of bool (Z, Y, X)
    width : float
        In the unit of `voxel_size`. The edge of the image is no border.

    Returns
    -------
    ndarray of bool (Z, Y, X)
        Empty for a mask that is empty or everywhere.
    """
    size = voxel_size[-mask.ndim :]
    band: np.ndarray = grow(mask, width, size) & ~shrink(mask, width, size)
    return band


def mask_of(part: Part, mask: np.ndarray, frame: Frame, width: float = BAND) -> np.ndarray:
    """Give the voxels (Z, Y, X) of a part; `width` in pixels of the plane, by the frame's voxel size."""
    if part == "border":
        return border_band(mask, width * frame.voxel_size[2], frame.voxel_size)
    return mask if part == "inside" else ~mask


def by_part(
    metric: PairedMetric, real: np.ndarray, generated: np.ndarray, mask: np.ndarray, frame: Frame, width: float = BAND
) -> Mapping[Part, float]:
    """Measure a pair (Z, Y, X, C) inside a mask (Z, Y, X), outside it and at its border; NaN where a part is empty."""
    parts: tuple[Part, ...] = ("inside", "outside", "border")
    found = {}
    for part in parts:
        here = mask_of(part, mask, frame, width)
        found[part] = metric.measure(real, generated, here, frame) if here.any() else math.nan
    return found


def by_channel(
    metric: PairedMetric, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame
) -> tuple[float, ...]:
    """Measure a pair (Z, Y, X, C) in each channel by itself."""
    return tuple(
        metric.measure(real[..., c : c + 1], generated[..., c : c + 1], mask, frame.of_channel(c))
        for c in range(real.shape[-1])
    )


def by_slice(
    metric: PairedMetric, real: np.ndarray, generated: np.ndarray, mask: np.ndarray | None, frame: Frame
) -> tuple[float, ...]:
    """Measure a pair (Z, Y, X, C) in each slice by itself; NaN where no voxel of the mask lies in it."""
    thin = replace(frame, shape=(1, *frame.shape[1:]))
    found = []
    for z in range(len(real)):
        here = None if mask is None else mask[z : z + 1]
        empty = here is not None and not here.any()
        found.append(math.nan if empty else metric.measure(real[z : z + 1], generated[z : z + 1], here, thin))
    return tuple(found)
