"""Figures for a paper: panels side by side at one contrast, with a scale bar, as PNG, SVG or PDF."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from synthscope.errors import FileError, InputError
from synthscope.io.atomic import replacing
from synthscope.io.scale_bar import ScaleBar, scale_bar
from synthscope.records.colours import SYNTHETIC

OUTLINE = SYNTHETIC
"""Colour of the outline of synthetic voxels: the one of the canvas."""

_FORMATS = {".png": "png", ".svg": "svg", ".pdf": "pdf"}
_PANEL = 3.2
_WIDEST = 6


@dataclass(frozen=True, eq=False)
class Panel:
    """One picture of a figure.

    Parameters
    ----------
    pixels : ndarray (Y, X) or (Y, X, 3 or 4)
        Grey values in their own units, or colours.
    title : str
        Words above it.
    synthetic : ndarray of bool (Y, X), optional
        Where voxels are synthetic; outlined.
    """

    pixels: np.ndarray
    title: str = ""
    synthetic: np.ndarray | None = None


def write_figure(
    path: Path | str,
    panels: Sequence[Panel],
    *,
    step: tuple[float, float] = (1.0, 1.0),
    unit: str = "pixel",
    limits: tuple[float, float] | None = None,
    caption: str = "",
    columns: int = 0,
    dots_per_inch: int = 200,
) -> Path:
    """Draw panels side by side, grey ones all at the same contrast.

    Parameters
    ----------
    path : Path or str
        Ending in ``.png``, ``.svg`` or ``.pdf``.
    panels : sequence of Panel
        At least one.
    step : tuple (row, column)
        Voxel size in `unit`.
    unit : str
        Unit of the scale bar, ``pixel`` for none.
    limits : tuple (low, high), optional
        Values shown black and white; without them the 0.1 and 99.9 % quantiles of the first grey panel's
        finite values, for all panels.
    caption : str
        Words below; what the outline means is added to them.
    columns : int
        Panels in a row; 0 for a good number.

    Raises
    ------
    DiskFull, FileError
        If it cannot be written.
    InputError
        If a panel is no picture, or its mask does not fit it.
    """
    path = Path(path)
    if path.suffix.casefold() not in _FORMATS:
        raise FileError(f"{path.name} names no format of figures; end it with .png, .svg or .pdf.")
    _check(panels)
    shown = limits or contrast_of(panels)
    words = _caption(panels, caption, shown)
    # Text stays text in an SVG, and its ids do not depend on the clock: the same figure is the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "synthscope"}), replacing(path) as partial:
        figure = _draw(panels, step, unit, shown, words, columns or min(len(panels), _WIDEST))
        metadata = {"Date": None} if path.suffix.casefold() == ".svg" else None
        kind = _FORMATS[path.suffix.casefold()]
        figure.savefig(partial, format=kind, dpi=dots_per_inch, metadata=metadata)
    return path


def contrast_of(panels: Sequence[Panel]) -> tuple[float, float]:
    """Give the contrast that all grey panels share: 0.1 to 99.9 % of the first one's finite values."""
    for panel in panels:
        finite = panel.pixels[np.isfinite(panel.pixels)] if panel.pixels.ndim == 2 else np.zeros(0)
        if finite.size:
            low, high = (float(q) for q in np.quantile(finite.astype(np.float64), (0.001, 0.999)))
            return (low, high) if low < high else (low, low + 1.0)
    return 0.0, 1.0


def _check(panels: Sequence[Panel]) -> None:
    if not panels:
        raise InputError("A figure needs at least one panel; none was given.")
    for panel in panels:
        shape = panel.pixels.shape
        if len(shape) not in (2, 3) or (len(shape) == 3 and shape[-1] not in (3, 4)) or min(shape) < 1:
            raise InputError(f"Panel {panel.title!r} has shape {shape}; give rows × columns, with 3 or 4 colours.")
        if panel.synthetic is not None and panel.synthetic.shape != shape[:2]:
            raise InputError(f"Mask of panel {panel.title!r} has shape {panel.synthetic.shape}; give {shape[:2]}.")


def _caption(panels: Sequence[Panel], caption: str, limits: tuple[float, float]) -> str:
    parts = [caption] if caption else []
    if any(panel.synthetic is not None and panel.synthetic.any() for panel in panels):
        parts.append("Synthetic voxels outlined.")
    if any(panel.pixels.ndim == 2 for panel in panels):
        parts.append(f"Grey values {limits[0]:.5g} to {limits[1]:.5g} in all panels.")
    return " ".join(parts)


def _draw(
    panels: Sequence[Panel], step: tuple[float, float], unit: str, limits: tuple[float, float], words: str, columns: int
) -> Figure:
    rows = -(-len(panels) // columns)
    height, width = panels[0].pixels.shape[:2]
    aspect = step[0] / step[1]
    tall = min(max(_PANEL * aspect * height / width, 0.6), 4 * _PANEL) + 0.35
    figure = Figure(figsize=(_PANEL * columns, tall * rows + 0.3), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes, panel in zip(grid.flat, panels, strict=False):
        _draw_panel(axes, panel, aspect, limits)
        _draw_bar(axes, panel.pixels.shape, scale_bar(panel.pixels.shape[1], step[1], unit))
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    figure.supxlabel("\n".join(textwrap.wrap(words, int(34 * columns))), fontsize=7)
    return figure


def _draw_panel(axes: Any, panel: Panel, aspect: float, limits: tuple[float, float]) -> None:
    pixels = panel.pixels
    if pixels.ndim == 2:
        axes.imshow(
            pixels.astype(np.float64), cmap="gray", vmin=limits[0], vmax=limits[1], aspect=aspect, interpolation="none"
        )
    else:
        axes.imshow(_colours(pixels), aspect=aspect, interpolation="none")
    axes.set_title(panel.title, fontsize=9)
    axes.set_xticks([])
    axes.set_yticks([])
    if panel.synthetic is not None and panel.synthetic.any():
        axes.add_collection(LineCollection(_edges(panel.synthetic), colors=OUTLINE, linewidths=0.8), autolim=False)


def _colours(pixels: np.ndarray) -> np.ndarray:
    """Bring colours into 8 bits: by the range of their type, floats by 0 to 1."""
    if pixels.dtype.kind == "f":
        share: np.ndarray = np.clip(np.nan_to_num(pixels), 0, 1)
    else:
        top = np.iinfo(pixels.dtype).max if pixels.dtype.kind in "iu" else 1
        share = np.clip(pixels, 0, top) / top
    rounded: np.ndarray = np.rint(share * 255).astype(np.uint8)
    return rounded


def _edges(mask: np.ndarray) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Give the sides of pixels where a mask begins or ends, neighbours joined, as two points (x, y) each."""
    padded = np.pad(mask.astype(bool), 1)
    level = _runs(padded[1:] != padded[:-1])
    upright = _runs((padded[:, 1:] != padded[:, :-1]).T)
    return [((start - 1.5, y - 0.5), (stop - 1.5, y - 0.5)) for y, start, stop in level] + [
        ((x - 0.5, start - 1.5), (x - 0.5, stop - 1.5)) for x, start, stop in upright
    ]


def _runs(lines: np.ndarray) -> list[tuple[int, int, int]]:
    """Give (line, start, stop) of each run of true values."""
    ends = np.diff(np.pad(lines.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, start = np.nonzero(ends == 1)
    _, stop = np.nonzero(ends == -1)
    return list(zip(row.tolist(), start.tolist(), stop.tolist(), strict=True))


def _draw_bar(axes: Any, shape: tuple[int, ...], bar: ScaleBar) -> None:
    """Draw a white bar on a dark plate: seen on any image."""
    height, width = shape[:2]
    margin, thick = 0.03, 0.02
    left, low = width * (1 - margin) - bar.pixels - 0.5, height * (1 - margin) - 0.5
    corner = (left - 0.01 * width, low - 0.13 * height)
    plate = Rectangle(corner, bar.pixels + 0.02 * width, 0.145 * height, color="black", alpha=0.55, linewidth=0)
    axes.add_patch(plate)
    axes.add_patch(Rectangle((left, low - thick * height), bar.pixels, thick * height, color="white", linewidth=0))
    axes.text(left + bar.pixels / 2, low - 0.03 * height, bar.text, color="white", ha="center", va="bottom", fontsize=7)
