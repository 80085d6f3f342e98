"""Power spectra of fields: by frequency and by direction."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.spectra import directional_spectrum, radial_spectrum
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

FLOOR = 1e-12
"""Power below which nothing is told: of grey values that are 0 to 1 between the limits of the real set."""
MIDDLE = (0.05, 0.5)
"""Of the highest frequency: between these the slope is taken."""


class Spectra:
    """Logarithms of power, the slope over the middle frequencies, and how much directions differ."""

    def layout(self, frame: Frame) -> Layout:
        """Name two numbers and two curves for each channel."""
        empty, size = np.zeros(shape_of(frame)), step_of(frame)
        frequency = radial_spectrum(empty, size).frequency
        direction = directional_spectrum(empty, size).frequency
        quantities = [
            Quantity("slope", "Slope of log power over log frequency"),
            Quantity("anisotropy", "Strongest over weakest direction (log10)"),
        ]
        lines = [
            Line("radial", "Power by frequency", frequency, f"Frequency (1/{frame.unit})", "log10 power"),
            Line("directional", "Power by direction", direction, "Direction from x (degrees)", "log10 power"),
        ]
        return layout_of(quantities, lines, frame.channels)

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C)."""
        size = step_of(frame)
        rows = []
        for field in fields:
            scaled = spatial(frame.scaled(field))
            rows.append(row_of([_measured(scaled[..., c], size) for c in range(frame.channels)]))
        return np.stack(rows)


def _measured(image: np.ndarray, size: tuple[float, ...]) -> Measured:
    radial, directional = radial_spectrum(image, size), directional_spectrum(image, size)
    power, directions = np.log10(radial.power + FLOOR), np.log10(directional.power + FLOOR)
    return Measured([_slope(radial.frequency, power), float(np.ptp(directions))], [power, directions])


def _slope(frequency: np.ndarray, power: np.ndarray) -> float:
    highest = float(frequency.max())
    middle = (frequency >= MIDDLE[0] * highest) & (frequency <= MIDDLE[1] * highest)
    if middle.sum() < 3 or power.max() <= np.log10(FLOOR) + 1e-9:
        return float("nan")
    return float(np.polyfit(np.log10(frequency[middle]), power[middle], 1)[0])
