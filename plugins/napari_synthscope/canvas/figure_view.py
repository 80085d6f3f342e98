"""The slice that is shown, as the panels of a figure: every visible image at one contrast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_synthscope.canvas.layers import KEY, image_of
from synthscope.errors import InputError
from synthscope.records.image import Image, PixelArray

if TYPE_CHECKING:
    from synthscope.io.figures import Panel


@dataclass(frozen=True, eq=False)
class Plane:
    """Which slice of an image is shown: `position` by axis letter, rows and columns whole."""

    image: Image
    position: dict[str, int]
    limits: tuple[float, float] | None

    def cut(self, array: PixelArray, axes: str) -> np.ndarray:
        """Read the slice of an array of these axes, as (rows, columns) or (rows, columns, colours)."""
        kept = [letter for letter in axes if letter in "yxs"]
        index = tuple(slice(None) if letter in "yxs" else self.position[letter] for letter in axes)
        return np.asarray(array[index]).transpose([kept.index(letter) for letter in "yxs" if letter in kept])


def shown_planes(viewer: Any) -> tuple[Plane, ...]:
    """Tell what of each visible image layer is shown; nothing is read yet.

    Raises
    ------
    InputError
        If no image is visible, or the view is not a slice of rows and columns.
    """
    from napari.layers import Image as ImageLayer

    layers = [layer for layer in viewer.layers if isinstance(layer, ImageLayer) and layer.visible]
    layers = [layer for layer in layers if not layer.metadata.get(KEY, {}).get("role")]
    if not layers:
        raise InputError("No image is visible; show at least one layer to export a figure of it.")
    if viewer.dims.ndisplay != 2 or tuple(viewer.dims.order[-2:]) != (viewer.dims.ndim - 2, viewer.dims.ndim - 1):
        raise InputError("A figure shows a slice of rows and columns; switch the view to 2D without rolled axes.")
    return tuple(_plane(viewer, layer) for layer in layers)


def write_view(path: Path, planes: tuple[Plane, ...]) -> Path:
    """Read the slices and write the figure; `path` ends in ``.png``, ``.svg`` or ``.pdf``."""
    from synthscope.io.figures import write_figure

    space = planes[0].image.space
    step = space.voxel_size[space.axes.index("y")], space.voxel_size[space.axes.index("x")]
    limits = next((plane.limits for plane in planes if plane.limits is not None), None)
    return write_figure(path, [_panel(plane) for plane in planes], step=step, unit=space.unit, limits=limits)


def figure_work(viewer: Any, path: Path) -> Callable[[], Path]:
    """Note what is shown now, and give the work that writes it as a figure."""
    planes = shown_planes(viewer)
    return lambda: write_view(path, planes)


def _plane(viewer: Any, layer: Any) -> Plane:
    image = image_of(layer)
    where = np.asarray(layer.world_to_data(np.asarray(viewer.dims.point)[-layer.ndim :]))
    letters = [letter for letter in "ctzyx" if letter in image.space.axes]
    if len(letters) != layer.ndim:
        letters = [letter for letter in image.space.axes if letter != "s"]
    lengths = dict(zip(image.space.axes, image.shape, strict=True))
    position = {a: int(np.clip(round(float(v)), 0, lengths[a] - 1)) for a, v in zip(letters, where, strict=True)}
    limits = None if layer.rgb else (float(layer.contrast_limits[0]), float(layer.contrast_limits[1]))
    return Plane(image, position, limits)


def _panel(plane: Plane) -> Panel:
    from synthscope.io.figures import Panel

    image = plane.image
    synthetic = None
    if image.synthetic is not None:
        synthetic = plane.cut(image.synthetic, image.space.mask_axes).astype(bool)
    words = [f"{letter} {plane.position[letter]}" for letter in image.space.axes if letter in "tzc"]
    return Panel(plane.cut(image.pixels, image.space.axes), ", ".join([image.name, *words]), synthetic)
