"""Artefacts of single fields as named quantities: blur, collapse, intensity, noise, rings, patterns, repetition."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.imaging.lattices import FACTORS, clearest_grid, lattice_score, periodic_power
from synthscope.imaging.repetition import repetition
from synthscope.imaging.ring_score import ring_score
from synthscope.imaging.spectra import roll_off
from synthscope.imaging.texture import edge_strength, flat_share, laplacian_variance, wavelet_noise
from synthscope.records.metric import Curve, Frame, Layout
from synthscope.records.trust import ControlKind

QUANTILES = (1, 5, 25, 50, 75, 95, 99)
EDGES = np.linspace(-0.25, 1.25, 61)
"""Bins of the histogram, in units of the limits; what is beyond counts in the outermost."""
SLICES = 8
"""Slices of a stack that are looked at, evenly spread."""
FLAT_LEVEL = 0.01
"""Standard deviation, in units of the limits, below which a tile is flat."""

TITLES = {
    "sharpness": "Variance of the Laplacian (limits²)",
    "roll-off": "Frequency below which 95 % of the power lies (cycles per pixel)",
    "deviation": "Standard deviation (limits)",
    "edges": "Mean gradient (limits per pixel)",
    "flat": "Share of flat tiles",
    "noise": "Noise by wavelets (limits)",
    "rings": "Rings or arcs around the clearest centre, over others",
    "pattern-2": "Pattern of 2 pixels (robust z)",
    "pattern-4": "Pattern of 4 pixels (robust z)",
    "pattern-8": "Pattern of 8 pixels (robust z)",
    "seams": "Clearest grid of seams (robust z)",
    "repetition": "Highest correlation with itself, moved",
    "mean": "Mean grey value (limits)",
    **{f"q{q:02d}": f"Grey value, {q} % quantile (limits)" for q in QUANTILES},
}

SEES: Mapping[str, tuple[ControlKind, ...]] = {
    "sharpness": ("blurred", "noised"),
    "roll-off": ("blurred", "noised"),
    "edges": ("blurred", "noised"),
    "noise": ("noised",),
}
"""Which damage a quantity is meant to see; the others look for what no control has (rings, patterns, seams)."""


class Artefacts:
    """What generators leave behind, field by field, in units of the frame's limits: no bit depth plays a part."""

    def layout(self, _frame: Frame) -> Layout:
        """Name the quantities; after them comes the histogram."""
        middles = tuple(float(x) for x in (EDGES[1:] + EDGES[:-1]) / 2)
        start = len(TITLES)
        histogram = Curve(
            "histogram", "Grey values", start, start + len(middles), middles, "Grey value (limits)", "Share of voxels"
        )
        return Layout(tuple(TITLES), TITLES, (histogram,))

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Measure fields (N, Z, Y, X, C)."""
        return np.stack([_row(frame.scaled(field)) for field in fields])


def _row(field: np.ndarray) -> np.ndarray:
    """Measure one scaled field (Z, Y, X, C)."""
    chosen = np.unique(np.linspace(0, len(field) - 1, min(len(field), SLICES)).round().astype(int))
    planes = field[chosen]
    power = periodic_power(planes)
    channels = [planes[z, :, :, c] for z in range(len(planes)) for c in range(planes.shape[-1])]
    every = np.ones(planes.shape[1:3], bool)
    quantities = {
        "sharpness": np.mean([laplacian_variance(plane, every) for plane in channels]),
        "roll-off": roll_off(power),
        "deviation": planes.std(axis=(1, 2)).mean(),
        "edges": edge_strength(planes),
        "flat": flat_share(planes, FLAT_LEVEL),
        "noise": wavelet_noise(planes),
        "rings": np.mean([ring_score(plane) for plane in channels]),
        **{f"pattern-{factor}": lattice_score(power, factor) for factor in FACTORS},
        "seams": clearest_grid(planes).score,
        "repetition": np.mean([repetition(plane) for plane in planes]),
        "mean": field.mean(),
        **{f"q{q:02d}": v for q, v in zip(QUANTILES, np.percentile(field, QUANTILES), strict=True)},
    }
    counts, _ = np.histogram(np.clip(field, EDGES[0], EDGES[-1]), EDGES)
    return np.concatenate([[float(quantities[name]) for name in TITLES], counts / field.size])
