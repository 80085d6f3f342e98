"""The structure of two phases: what a threshold of the real set tells apart, in fields of rock, soil and fibres."""

from __future__ import annotations

import numpy as np

from synthscope.imaging.chords import chord_lengths, lineal_path, mean_chord
from synthscope.imaging.configurations import minkowski
from synthscope.imaging.correlations import correlation_distances, two_point_probability
from synthscope.imaging.quantiles import rounded_quantiles
from synthscope.imaging.thickness import local_thickness
from synthscope.imaging.tortuosity import geodesic_tortuosity
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

AXES = {2: "yx", 3: "zyx"}
WIDEST_BALL = 64
CHORD_BINS = 24


class Phases:
    """Numbers and curves of the bright and the dark phase of every channel."""

    def layout(self, frame: Frame) -> Layout:
        """Name what is measured, in units of the voxel size."""
        return layout_of(_quantities(frame), _lines(frame), frame.channels)

    def extract(self, fields: np.ndarray, frame: Frame) -> np.ndarray:
        """Give (N, D) features of fields (N, Z, Y, X, C)."""
        bright = frame.phases(fields)
        return np.stack([row_of([_measured(phase, frame) for phase in _channels(field)]) for field in bright])


def _channels(field: np.ndarray) -> list[np.ndarray]:
    return [np.ascontiguousarray(spatial(field)[..., c]) for c in range(field.shape[-1])]


def _quantities(frame: Frame) -> list[Quantity]:
    unit, ndim = frame.unit, len(shape_of(frame))
    volume = f"{unit}²" if ndim == 2 else f"{unit}³"
    boundary = "Length of the boundary" if ndim == 2 else "Surface of the boundary"
    found = [
        Quantity("porosity", "Fraction of the dark phase (porosity)"),
        Quantity("boundary", f"{boundary} (1/{unit})"),
        Quantity("euler-dark", f"Euler density of the dark phase (1/{volume})"),
        Quantity("euler-bright", f"Euler density of the bright phase (1/{volume})"),
    ]
    if ndim == 3:
        found.append(Quantity("curvature", f"Mean curvature of the bright phase (1/{unit}²)"))
    for phase in ("dark", "bright"):
        found.append(Quantity(f"chord-{phase}", f"Mean chord, {phase} phase ({unit})"))
        found.append(Quantity(f"radius-{phase}", f"Median local thickness as a radius, {phase} phase ({unit})"))
    found.append(Quantity("crossings", "Axes that the dark phase leads along from end to end (part)"))
    found += [Quantity(f"tortuosity-{axis}", f"Tortuosity of the dark phase along {axis}") for axis in AXES[ndim]]
    return found


def _lines(frame: Frame) -> list[Line]:
    shape, size, unit = shape_of(frame), step_of(frame), frame.unit
    found = [Line("two-point", "Two-point probability S2, dark phase", _distances(frame), f"Distance ({unit})", "S2")]
    segments = np.arange(max(min(shape[axis] for axis in _finest(size)) // 2, 1)) * min(size)
    edges, radii = _chord_edges(frame), _radii(frame)
    for phase in ("dark", "bright"):
        title = f"{phase} phase"
        found.append(Line(f"lineal-{phase}", f"Lineal path L, {title}", segments, f"Length ({unit})", "L"))
        middle = (edges[1:] + edges[:-1]) / 2
        found.append(Line(f"chords-{phase}", f"Chord lengths, {title}", middle, f"Length ({unit})", f"1/{unit}"))
        sizes = "Pore sizes" if phase == "dark" else "Local thickness"
        found.append(Line(f"sizes-{phase}", f"{sizes}, {title}", radii, f"Radius ({unit})", "Part up to it"))
    return found


def _measured(bright: np.ndarray, frame: Frame) -> Measured:
    size = step_of(frame)
    dark = ~bright
    functionals = minkowski(bright, size)
    numbers = [1 - functionals.fraction, functionals.boundary, minkowski(dark, size).euler, functionals.euler]
    if bright.ndim == 3:
        numbers.append(functionals.curvature)
    curves = [two_point_probability(dark, size).value]
    for phase in (dark, bright):
        radius = local_thickness(phase, size)[phase]
        numbers += [mean_chord(phase, size), float(rounded_quantiles(radius, [0.5], min(size), lowest=0.0)[0])]
        curves += [lineal_path(phase, _finest(size)), _chord_density(phase, frame), _up_to(radius, _radii(frame))]
    ways = [geodesic_tortuosity(dark, axis, size) for axis in range(dark.ndim)]
    return Measured([*numbers, float(np.isfinite(ways).mean()), *ways], curves)


def _distances(frame: Frame) -> np.ndarray:
    return correlation_distances(shape_of(frame), step_of(frame))


def _finest(size: tuple[float, ...]) -> list[int]:
    """Give the axes whose voxels are as short as any: lengths along them can be averaged."""
    return [axis for axis, step in enumerate(size) if step <= min(size) * (1 + 1e-6)]


def _chord_edges(frame: Frame) -> np.ndarray:
    """Bins that grow by a constant factor, each of whole voxels, up to the side of a field."""
    longest = max(shape_of(frame)[-2:])
    grown = np.unique(np.rint(np.geomspace(1, longest + 1, CHORD_BINS + 1)).astype(int))
    edges: np.ndarray = (grown - 0.5) * min(step_of(frame))
    return edges


def _chord_density(phase: np.ndarray, frame: Frame) -> np.ndarray:
    edges = _chord_edges(frame)
    lengths = chord_lengths(phase, step_of(frame))
    if not len(lengths):
        return np.full(len(edges) - 1, np.nan)
    density: np.ndarray = np.histogram(lengths, edges)[0] / (len(lengths) * np.diff(edges))
    return density


def _radii(frame: Frame) -> np.ndarray:
    most = max(2, min(max(shape_of(frame)[-2:]) // 4, WIDEST_BALL))
    radii: np.ndarray = np.arange(1, most + 1) * min(step_of(frame))
    return radii


def _up_to(values: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Give the part of values up to each radius; not a number where there are none or they are not known."""
    if not len(values) or not np.isfinite(values).all():
        return np.full(len(radii), np.nan)
    ranks: np.ndarray = np.searchsorted(np.sort(values), radii * (1 + 1e-6), side="right") / len(values)
    return ranks
