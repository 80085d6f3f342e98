"""What a picture tells beside its content: grey values, borders, fine detail, blocks, noise, steps between slices."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.ndimage import convolve

from synthscope.imaging.spectra import radial_spectrum
from synthscope.records.leaks import LeakGroup

Features = dict[LeakGroup, dict[str, float]]
PERCENTILES = (1, 5, 25, 50, 75, 95, 99)
BANDS = ((0.0625, 0.125), (0.125, 0.25), (0.25, 0.375), (0.375, 0.5))
"""Of the power spectrum, in cycles per pixel."""
MOST_SLICES = 8
BLOCK = 8
"""Pixels of a block of JPEG."""
FRAME = 32
"""The border is this part of a side."""
LAPLACIAN = np.array([[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]])
"""Immerkær 1996, Fast noise variance estimation: blind to planes, with a gain of 6 for white noise."""


def picture_features(picture: np.ndarray, magnification: float = 1.0) -> Features:
    """Measure a picture (Z, Y, X, C) of uint8; of a long stack, eight slices.

    Parameters
    ----------
    magnification : float
        Pixels of the picture for a pixel of the source: blocks of compression are that much larger.
    """
    index = np.unique(np.linspace(0, len(picture) - 1, min(len(picture), MOST_SLICES)).round().astype(int))
    slices = picture[index].astype(np.float64)
    found: Features = {
        "picture": {"bytes": float(picture.nbytes), **{f"axis {i}": float(n) for i, n in enumerate(picture.shape)}},
        "histogram": _histogram(picture),
        "border": _border(slices),
        "spectrum": _spectrum(slices),
        "blocks": _blocks(slices, BLOCK * magnification),
        "noise": _noise(slices),
    }
    if len(picture) > 1:
        found["slices"] = _between(picture)
    return found


def _histogram(picture: np.ndarray) -> dict[str, float]:
    values = picture.astype(np.float64)
    counts = np.bincount(picture.ravel(), minlength=256)
    first, last = np.flatnonzero(counts)[[0, -1]]
    inner = counts[first : last + 1]
    spread = values.std()
    skewness = float(((values - values.mean()) ** 3).mean() / spread**3) if spread > 0 else 0.0
    found = {
        "mean": float(values.mean()),
        "standard deviation": float(spread),
        "skewness": skewness,
        "lowest": float(first),
        "highest": float(last),
        "different values": float((counts > 0).sum()),
        "gaps between values": float((inner == 0).mean()),
        "unevenness of neighbouring values": float(np.abs(np.diff(inner, 2)).sum() / max(inner.sum(), 1)),
        "black": float(counts[0] / picture.size),
        "white": float(counts[255] / picture.size),
    }
    levels = np.percentile(values, PERCENTILES)
    return found | {f"percentile {p}": float(v) for p, v in zip(PERCENTILES, levels, strict=True)}


def _border(slices: np.ndarray) -> dict[str, float]:
    width = max(1, slices.shape[1] // FRAME)
    inside = slices[:, width:-width, width:-width]
    edges = {
        "top": slices[:, :width], "bottom": slices[:, -width:], "left": slices[:, :, :width],
        "right": slices[:, :, -width:],
    }  # fmt: skip
    wide = 2 * width
    corners = np.stack([slices[:, a, b] for a in (slice(wide), slice(-wide, None))
                        for b in (slice(wide), slice(-wide, None))])  # fmt: skip
    spread = inside.std() + 1.0
    found = {f"{name} less inside": float((edge.mean() - inside.mean()) / spread) for name, edge in edges.items()}
    found |= {f"variation of {name}": float(edge.std() / spread) for name, edge in edges.items()}
    found["corners less inside"] = float((corners.mean() - inside.mean()) / spread)
    found["variation of corners"] = float(corners.std(axis=(1, 2, 3, 4)).mean() / spread)
    return found


def _spectrum(slices: np.ndarray) -> dict[str, float]:
    spectra = [radial_spectrum(one, (1.0, 1.0)) for one in slices]
    frequency = spectra[0].frequency
    power = np.mean([one.power for one in spectra], axis=0) + 1e-9
    relative = np.log10(power / power.mean())
    found = {
        f"power at {a:g} to {b:g}": float(relative[(frequency > a) & (frequency <= b)].mean())
        for a, b in BANDS
        if ((frequency > a) & (frequency <= b)).any()
    }
    half = frequency > 0.125
    found["slope of power"] = float(np.polyfit(np.log10(frequency[half]), relative[half], 1)[0])
    found["roughness of power"] = float(np.abs(np.diff(relative[half], 2)).mean())
    return found


def _blocks(slices: np.ndarray, period: float) -> dict[str, float]:
    """Compare steps across the lines of a grid of blocks with all others, at the offset where they are largest."""
    found = {}
    for name, axis in (("rows", 1), ("columns", 2)):
        steps = np.abs(np.diff(slices, axis=axis)).mean(axis=tuple({0, 1, 2, 3} - {axis}))
        seconds = np.abs(np.diff(slices, 2, axis=axis)).mean(axis=tuple({0, 1, 2, 3} - {axis}))
        for kind, profile in (("steps", steps), ("bends", seconds)):
            phase = np.floor(np.arange(len(profile)) % period * BLOCK / period).astype(int)
            means = np.bincount(phase, profile, BLOCK) / np.maximum(np.bincount(phase, minlength=BLOCK), 1)
            found[f"{kind} at {name} of blocks"] = float(means.max() / (np.median(means) + 1e-6))
    return found


def _noise(slices: np.ndarray) -> dict[str, float]:
    planes = slices.mean(axis=3)
    bent = np.stack([convolve(one, LAPLACIAN, mode="nearest")[1:-1, 1:-1] for one in planes])
    inner = planes[:, 1:-1, 1:-1]
    low, high = np.percentile(inner, (33, 67))
    dark, bright = (np.abs(bent[mask]) for mask in (inner <= low, inner >= high))
    flat = np.sort(np.abs(bent), axis=None)
    sigma = float(np.sqrt(np.pi / 2) / 6 * np.abs(bent).mean())
    return {
        "noise": sigma,
        "noise where it is flattest": float(flat[: max(1, flat.size // 4)].mean()),
        "noise, bright over dark": float((bright.mean() + 0.1) / (dark.mean() + 0.1)),
        "pixels like their neighbours": float((bent == 0).mean()),
    }


def _between(picture: np.ndarray) -> dict[str, float]:
    values = picture.astype(np.float32)
    steps = np.abs(np.diff(values, axis=0)).mean(axis=(1, 2, 3))
    within = np.abs(np.diff(values, axis=2)).mean() + 0.1
    return {
        "step between slices": float(steps.mean() / within),
        "variation of steps between slices": float(steps.std() / (steps.mean() + 0.1)),
        "variation of the mean between slices": float(values.mean(axis=(1, 2, 3)).std()),
    }


def flattened(groups: Mapping[LeakGroup, Mapping[str, float]]) -> dict[str, float]:
    """Give the features of several groups as one."""
    return {f"{group}: {name}": value for group, features in groups.items() for name, value in features.items()}
