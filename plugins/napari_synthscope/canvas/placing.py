"""Where a box of an image lies on the canvas, and the look it takes from its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from napari_synthscope.canvas.layers import KEY, layer_data, shown_axes, spatial
from synthscope.records.image import Image

LOOK = ("contrast_limits", "gamma", "colormap")
"""What two layers that are compared must have in common."""


def box_layer(box: Image, source: Any | None, place: Mapping[str, Any] | None, role: str, **changes: Any) -> Any:
    """Make an image layer of a stored box, in place over its source.

    Parameters
    ----------
    box : Image
        Small: it is read whole.
    source : napari.layers.Image, optional
        Gives contrast and colours.
    place : mapping, optional
        Spatial arguments, from `moved` or `finer`; without them the box lies where its own space says.
    role : str
        What the layer is for: layers with a role are never taken for sources.
    """
    from napari.layers import Image as ImageLayer

    data, arguments, _ = layer_data(box.with_(pixels=np.asarray(box.pixels[...]), levels=()))
    arguments |= place or {}
    if source is not None and not source.rgb:
        arguments |= {name: getattr(source, name) for name in LOOK}
    arguments["metadata"][KEY] |= {"role": role}
    return ImageLayer(data, **(arguments | changes))


def moved(source: Any, axes: str, start: Sequence[float], *, mask: bool = False) -> dict[str, Any]:
    """Give the spatial arguments of a layer that begins at voxel `start` of `source`.

    Parameters
    ----------
    axes : str
        Of the image that `source` shows; `start` has one number for each.
    mask : bool
        For a layer without channels.
    """
    arguments = spatial(source, mask=mask)
    place = dict(zip(axes, start, strict=True))
    order = shown_axes(axes).removesuffix("s")
    world = np.append(source.data_to_world([place[a] for a in order]), 1.0)
    translate = np.linalg.solve(source.affine.affine_matrix, world)[:-1]
    kept = [i for i, a in enumerate(order) if not (mask and a == "c")]
    return arguments | {"translate": translate[kept]}


def finer(source: Any, axes: str, start: Sequence[float], factors: Mapping[str, int]) -> dict[str, Any]:
    """Give the spatial arguments of a layer whose voxels are so many times finer, over the same place as `source`.

    Parameters
    ----------
    start : sequence
        Voxel of `source` that the finer ones begin with; the first of them lies in its corner.
    factors : mapping
        By axis; 1 for those left out.
    """
    corner = [first - (1 - 1 / factors.get(axis, 1)) / 2 for first, axis in zip(start, axes, strict=True)]
    order = shown_axes(axes).removesuffix("s")
    steps = [step / factors.get(axis, 1) for step, axis in zip(source.scale, order, strict=True)]
    return moved(source, axes, corner) | {"scale": tuple(steps)}


def follow_look(layer: Any, source: Any | None, viewer: Any) -> None:
    """Keep contrast and colours of two layers alike, whichever is changed."""
    if source is not None and not source.rgb:
        viewer.layers.link_layers([source, layer], LOOK)


def top_image(viewer: Any, source: Any | None) -> Any | None:
    """Give the topmost image layer that is seen, which what is shown in place must lie over; else the source.

    A second image, or an accepted result, may lie over the source and cover it.
    """
    from napari.layers import Image as ImageLayer

    seen = [layer for layer in viewer.layers if isinstance(layer, ImageLayer) and (layer.visible or layer is source)]
    return seen[-1] if source is not None and seen else source


def add_quietly(viewer: Any, layer: Any, above: Any | None = None) -> None:
    """Add a layer without making it the active one: a brush in hand stays on its mask.

    Nobody hears of a selection that comes and goes within: napari would change the controls of its layers, and
    back, for a quarter of the time that a layer takes.

    Parameters
    ----------
    above : layer, optional
        The new layer is put right over this one, and so under what lies on top of it.
    """
    place = viewer.layers.index(above) + 1 if above is not None and above in viewer.layers else len(viewer.layers)
    selection = viewer.layers.selection
    selected, active = set(selection), selection.active
    with selection.events.blocker_all():
        viewer.layers.insert(place, layer)
        viewer.layers.selection = selected
        selection.active = active
