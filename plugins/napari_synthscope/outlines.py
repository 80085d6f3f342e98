"""The outline of synthetic voxels on the canvas: one colour everywhere, shown and hidden together."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_synthscope.layers import KEY, image_of, shown_axes, spatial, uuid_of
from napari_synthscope.transposing import transposed
from synthscope.qt.theme import SYNTHETIC

ROLE = "outline"
NAME = "outline of "


def add_outline(viewer: Any, layer: Any) -> Any | None:
    """Outline the synthetic voxels of an image layer.

    Returns
    -------
    Labels or None
        The outline layer, locked against painting; None for an image without synthetic voxels.
    """
    from napari.layers import Labels
    from napari.utils.colormaps import DirectLabelColormap

    image = image_of(layer)
    if image.synthetic is None:
        return None
    arguments = spatial(layer, mask=True)
    mask = transposed(image.synthetic, image.space.mask_axes, shown_axes(image.space.mask_axes))
    outline = Labels(
        mask.view(np.uint8) if isinstance(mask, np.ndarray) else mask.astype(np.uint8),
        name=NAME + layer.name,
        colormap=DirectLabelColormap(color_dict={0: "transparent", 1: SYNTHETIC, None: "transparent"}),
        metadata={KEY: {"role": ROLE, "of": uuid_of(layer)}},
        **arguments,
    )
    outline.contour = 1
    outline.editable = False
    viewer.layers.insert(viewer.layers.index(layer) + 1, outline)
    return outline


def show_outlines(viewer: Any, shown: bool) -> None:
    """Show or hide the outlines of all layers."""
    for layer in viewer.layers:
        if layer.metadata.get(KEY, {}).get("role") == ROLE:
            layer.visible = shown
