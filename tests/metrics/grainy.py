"""Small fields that look like grains, and the frame that they set."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from synthscope.imaging.masks.thresholds import otsu_threshold, two_phases, widest_apart
from synthscope.records.metric import Frame


def grains(
    count: int, shape: tuple[int, int, int] = (1, 64, 64), seed: int = 0, *, sigma: float = 2.0, channels: int = 1,
    dtype: str = "uint8",
) -> np.ndarray:  # fmt: skip
    """Draw blobs (N, Z, Y, X, C) of one size, some 60 grey values deep, with a little noise."""
    rng = np.random.default_rng([20261126, seed])
    width = [0, min(sigma, shape[0] / 4) if shape[0] > 1 else 0, sigma, sigma, 0]
    smooth = ndimage.gaussian_filter(rng.standard_normal((count, *shape, channels)), width, mode="wrap")
    smooth /= smooth.std()
    fields = 128 + 40 * np.tanh(2 * smooth) + 4 * rng.standard_normal(smooth.shape)
    scale = 256 if dtype == "uint16" else 1
    return (np.clip(fields, 0, 255) * scale).astype(dtype)


def frame_of(fields: np.ndarray) -> Frame:
    """Fix everything on a set of fields (N, Z, Y, X, C), as an evaluation does."""
    flat = fields.reshape(-1, fields.shape[-1])
    low, high = np.percentile(flat, [0.1, 99.9], axis=0)
    thresholds = tuple(widest_apart(channel, otsu_threshold(channel)) for channel in flat.T)
    phases = [two_phases(channel, threshold) for channel, threshold in zip(flat.T, thresholds, strict=True)]
    return Frame(
        shape=fields.shape[1:4],
        channels=fields.shape[-1],
        limits=tuple((float(a), float(b)) for a, b in zip(low, high, strict=True)),
        thresholds=thresholds,
        fractions=tuple(phase[0] for phase in phases),
        separations=tuple(phase[1] for phase in phases),
        data_range=float(flat.max()) - float(flat.min()),
        ranges=tuple(float(channel.max()) - float(channel.min()) for channel in flat.T),
        dtype=fields.dtype.name,
    )
