"""The outline of synthetic voxels on the canvas: one colour everywhere, shown and hidden together."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from napari_synthscope.canvas.layers import KEY, image_of, shown_axes, spatial, uuid_of
from napari_synthscope.canvas.placing import add_quietly
from napari_synthscope.canvas.transposing import transposed
from synthscope.records.colours import SYNTHETIC
from synthscope.records.image import Image

ROLE = "outline"
WAITING = "outline to come"
NAME = "outline of "
WIDE, THICKEST = 300, 4
"""An outline gets one voxel thicker per so many voxels of the picture, so that it is seen when that is shown whole."""

_SHOWN: weakref.WeakKeyDictionary[Any, bool] = weakref.WeakKeyDictionary()


def add_outline(viewer: Any, layer: Any) -> Any | None:
    """Outline the synthetic voxels of an image layer.

    Returns
    -------
    Labels or None
        The outline layer, locked against painting and never the active one; None for an image without synthetic
        voxels.
    """
    image = image_of(layer)
    return None if image.synthetic is None else _add(viewer, layer, image)


def add_box_outline(viewer: Any, layer: Any, box: Image) -> Any | None:
    """Outline the synthetic voxels of a stored box that `layer` shows."""
    if box.synthetic is None:
        return None
    return _add(viewer, layer, box.with_(synthetic=np.asarray(box.synthetic[...], bool)))


def add_waiting_outline(viewer: Any, layer: Any, box: Image) -> Any:
    """Make the outline of a layer that is not shown yet: hidden, and found by nobody before `claim_outline`."""
    return _add(viewer, layer, box, role=WAITING, visible=False)


def claim_outline(outline: Any, viewer: Any, box: Image) -> None:
    """Let a waiting outline be that of `box`, shown where outlines are shown."""
    if box.synthetic is not None:
        mask = _voxels(box.with_(synthetic=np.asarray(box.synthetic[...], bool)))
        if not np.array_equal(outline.data, mask):
            outline.data = mask
    outline.metadata[KEY]["role"] = ROLE
    outline.visible = _shown(viewer)


def hand_outline(outline: Any, viewer: Any, layer: Any) -> Any | None:
    """Let an outline be that of another image layer, right over it; napari needs a fifth of the time of a new one.

    Returns
    -------
    Labels or None
        As `add_outline` does: another one, where the old one has another number of axes.
    """
    image = image_of(layer)
    if image.synthetic is None or outline.ndim != len(image.space.mask_axes):
        viewer.layers.remove(outline)
        return add_outline(viewer, layer)
    outline.data = _voxels(image)
    for name, value in spatial(layer, mask=True).items():
        if not np.array_equal(getattr(outline, name), value):
            setattr(outline, name, value)
    outline.name = NAME + layer.name
    outline.metadata[KEY]["of"] = uuid_of(layer)
    outline.visible = _shown(viewer)
    viewer.layers.move(viewer.layers.index(outline), viewer.layers.index(layer) + 1)
    return outline


def outline_of(viewer: Any, layer: Any) -> Any | None:
    """Find the outline of a layer; None where it has none, or somebody deleted it."""
    identity = uuid_of(layer)
    for other in viewer.layers:
        record = other.metadata.get(KEY, {})
        if record.get("role") == ROLE and record.get("of") == identity:
            return other
    return None


def show_outlines(viewer: Any, shown: bool) -> None:
    """Show or hide the outlines of all layers, and of those that come."""
    _SHOWN[getattr(viewer, "__wrapped__", viewer)] = shown
    for layer in viewer.layers:
        if layer.metadata.get(KEY, {}).get("role") == ROLE:
            layer.visible = shown


def _add(viewer: Any, layer: Any, image: Image, *, role: str = ROLE, visible: bool | None = None) -> Any:
    from napari.layers import Labels
    from napari.utils.colormaps import DirectLabelColormap

    voxels = _voxels(image)
    outline = Labels(
        voxels,
        name=NAME + layer.name,
        colormap=DirectLabelColormap(color_dict={0: "transparent", 1: SYNTHETIC, None: "transparent"}),
        metadata={KEY: {"role": role, "of": uuid_of(layer)}},
        visible=_shown(viewer) if visible is None else visible,
        **spatial(layer, mask=True),
    )
    wide = max(*voxels.shape[-2:], *viewer.dims.nsteps[-2:])
    outline.contour = min(THICKEST, -(-int(wide) // WIDE))
    outline.editable = False
    add_quietly(viewer, outline, layer)
    return outline


def _voxels(image: Image) -> Any:
    """Give the synthetic voxels in the order in which layers show them."""
    assert image.synthetic is not None
    mask = transposed(image.synthetic, image.space.mask_axes, shown_axes(image.space.mask_axes))
    return mask.view(np.uint8) if isinstance(mask, np.ndarray) else mask.astype(np.uint8)


def _shown(viewer: Any) -> bool:
    return _SHOWN.get(getattr(viewer, "__wrapped__", viewer), True)
