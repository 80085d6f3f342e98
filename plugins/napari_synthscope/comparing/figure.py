"""The comparison as a figure for a page: real, synthetic and difference, at one contrast, with a scale bar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from napari_synthscope.comparing.pair import Pair, plane_index
from napari_synthscope.comparing.twins import DIVERGING, QUANTILE
from synthscope.errors import InputError
from synthscope.imaging.profiles import difference
from synthscope.io.figures import Panel, write_figure

WIDEST = 1024
"""Voxels of a side that are shown around the compared part: what is larger is cut around it."""


def comparison_work(viewer: Any, real: Any, pair: Pair, path: Path) -> Callable[[], Path]:
    """Note what is shown now, and give the work that writes it as a figure.

    Raises
    ------
    InputError
        If the view is no slice, or the compared part does not reach it.
    """
    if pair.alike:
        raise InputError(pair.alike)
    index = plane_index(viewer, real)
    inner = tuple(i - a for i, a in zip(index, pair.region.start, strict=False))
    if not all(0 <= i < n for i, n in zip(inner, pair.fill.shape, strict=False)):
        raise InputError("The compared part does not reach the slice that is shown; move to one of its slices.")
    limits = None if real.rgb else (float(real.contrast_limits[0]), float(real.contrast_limits[1]))
    return lambda: write_comparison(path, pair, inner, limits)


def write_comparison(path: Path, pair: Pair, inner: tuple[int, ...], limits: tuple[float, float] | None) -> Path:
    """Read one slice of both and write the figure.

    Parameters
    ----------
    path : Path
        Ending in ``.png``, ``.svg`` or ``.pdf``.
    inner : tuple of int
        The slice, in the compared part: of all axes but rows and columns.
    limits : tuple of float, optional
        The contrast of both; None for colours.
    """
    space = pair.fill.space
    rows, columns = space.axes.index("y"), space.axes.index("x")
    real, fill = np.asarray(pair.part.pixels[inner]), np.asarray(pair.fill.pixels[inner])
    mask = _mask(pair, inner)
    window = _window(mask, fill.shape[:2])
    real, fill, mask = real[window], fill[window], None if mask is None else mask[window]
    coloured, reach = signed_colours(real, fill)
    where = ", ".join(f"{letter} {i}" for letter, i in zip(space.axes, _whole(pair, inner), strict=False))
    panels = [
        Panel(real, f"real: {pair.real.name}"),
        Panel(fill, "synthetic", mask),
        Panel(coloured, f"synthetic − real, ±{reach:.4g} grey values", mask),
    ]
    step = space.voxel_size[rows], space.voxel_size[columns]
    return write_figure(path, panels, step=step, unit=space.unit, limits=limits, caption=where and f"Slice {where}.")


def signed_colours(real: np.ndarray, fill: np.ndarray) -> tuple[np.ndarray, float]:
    """Give a difference as colours (Y, X, 3) of 8 bits with grey at zero, and how far they reach."""
    signed = difference(real, fill).astype(np.float64)
    signed = signed.mean(axis=-1) if signed.ndim == 3 else signed
    changed = np.abs(signed[signed != 0])
    reach = float(np.percentile(changed, QUANTILE)) if changed.size else 1.0
    at = np.clip(signed / reach, -1, 1)
    stops = np.linspace(-1, 1, len(DIVERGING))
    colours = np.stack([np.interp(at, stops, [colour[i] for colour in DIVERGING]) for i in range(3)], axis=-1)
    return np.rint(colours * 255).astype(np.uint8), reach


def _mask(pair: Pair, inner: tuple[int, ...]) -> np.ndarray | None:
    if pair.fill.synthetic is None:
        return None
    kept = tuple(i for i, letter in zip(inner, pair.fill.space.axes, strict=False) if letter != "c")
    return np.asarray(pair.fill.synthetic[kept], bool)


def _window(mask: np.ndarray | None, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Cut a large slice around its synthetic voxels, else around its middle."""
    middles = [n / 2 for n in shape]
    if mask is not None and mask.any():
        middles = [float(np.flatnonzero(mask.any(axis=1 - axis)).mean()) for axis in (0, 1)]
    starts = [int(np.clip(m - WIDEST / 2, 0, max(0, n - WIDEST))) for m, n in zip(middles, shape, strict=True)]
    return slice(starts[0], starts[0] + WIDEST), slice(starts[1], starts[1] + WIDEST)


def _whole(pair: Pair, inner: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(i + a for i, a in zip(inner, pair.region.start, strict=False))
