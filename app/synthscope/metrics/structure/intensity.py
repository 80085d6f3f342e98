"""Grey values of fields: their distribution, sharpness, noise and texture."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.grey_texture import PATTERNS, binary_patterns, co_occurrence, granularity, noise_level
from synthscope.imaging.quantiles import rounded_quantiles
from synthscope.imaging.spectra import image_roll_off
from synthscope.imaging.texture import laplacian_variance
from synthscope.metrics.structure.columns import (
    Line,
    Measured,
    Quantity,
    layout_of,
    row_of,
    shape_of,
    spatial,
    step_of,
)
from synthscope.records.metric import Frame, Layout

QUANTILES = (1, 5, 25, 50, 75, 95, 99)
BINS = 64
SIZES = (3, 5, 7, 9, 13, 17, 25, 33, 49, 65)


class Intensity:
    """Numbers in original grey values; the histogram spans the limits of the real set and half as much again."""

    def layout(self, frame: Frame) -> Layout:
        """Name what is measured of each channel."""
        quantities = [Quantity("mean", "Mean grey value"), Quantity("deviation", "Standard deviation of grey values")]
        quantities += [Quantity(f"quantile-{q:02d}", f"{q} % quantile of grey values") for q in QUANTILES]
        quantities += [
            Quantity("sharpness", "Variance of the Laplacian (log10)"),
            Quantity("roll-off", f"95 % of the power lies below (1/{frame.unit})"),
            Quantity("noise", "Noise (standard deviation, in grey values)"),
            Quantity("contrast", "Contrast of neighbours (co-occurrence)"),
            Quantity("homogeneity", "Homogeneity of neighbours (co-occurrence)"),
            Quantity("correlation", "Correlation of neighbours (co-occurrence)"),
            Quantity("entropy", "Entropy of neighbours (co-occurrence, bits)"),
        ]
        edges = _edges()
        centres = (edges[1:] + edges[:-1]) / 2
        sizes = np.asarray(_sizes(frame), float)
        lines = [
            Line("histogram", "Histogram", centres, "Grey value (limits)", "Part"),
            Line("patterns", "Local binary patterns", np.arange(PATTERNS), "Brighter neighbours; 9: mixed", "Part"),
            Line("granularity", "Granularity", sizes, "Side of the opening (pixel)", "Part lost"),
        ]
        return layout_of(quantities, lines, frame.channels)

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C)."""
        rows = []
        for field in fields:
            values, scaled = spatial(field), spatial(frame.scaled(field))
            found = [_measured(values[..., c], scaled[..., c], frame) for c in range(frame.channels)]
            rows.append(row_of(found))
        return np.stack(rows)


def _measured(values: np.ndarray, scaled: np.ndarray, frame: Frame) -> Measured:
    sharpness = laplacian_variance(values, np.ones(values.shape, bool))
    step = 1.0 if values.dtype.kind in "iu" else 0.0
    texture = co_occurrence(scaled)
    numbers = [
        float(values.mean()),
        float(values.std()),
        *rounded_quantiles(values, [q / 100 for q in QUANTILES], step).tolist(),
        float(np.log10(sharpness)) if sharpness > 0 else float("nan"),
        image_roll_off(values, step_of(frame)),
        noise_level(values),
        *(texture[name] for name in ("contrast", "homogeneity", "correlation", "entropy")),
    ]
    edges = _edges()
    histogram = np.histogram(np.clip(scaled, edges[0], edges[-1]), edges)[0] / scaled.size
    return Measured(numbers, [histogram, binary_patterns(scaled), granularity(scaled, _sizes(frame))])


def _edges() -> np.ndarray:
    return np.linspace(-0.25, 1.25, BINS + 1)


def _sizes(frame: Frame) -> tuple[int, ...]:
    side = min(shape_of(frame)[-2:])
    return tuple(size for size in SIZES if size <= max(side // 3, SIZES[0]))
