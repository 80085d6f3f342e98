"""Voxels shown over the image in another colour than the mask, until somebody decides about them."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from napari_synthscope.canvas.layers import KEY, spatial
from napari_synthscope.canvas.placing import add_quietly
from napari_synthscope.masking.tools.ground import Ground
from synthscope.imaging.masks.grids import Mask

COLOUR = "#ffb056"
"""The one colour of what is proposed and not yet mask; it stays apart from blue for colour-blind eyes."""


class Overlay:
    """A labels layer of its own on the grid of the mask; memory is taken where it is painted only."""

    def __init__(self, viewer: Any, name: str, role: str) -> None:
        self._viewer = weakref.ref(viewer)
        self._name = name
        self._role = role
        self._layer: Any | None = None
        self._index: tuple[Any, ...] | None = None

    @property
    def layer(self) -> Any | None:
        """The layer, while it is on the canvas."""
        viewer = self._viewer()
        return self._layer if viewer is not None and self._layer in viewer.layers else None

    def show(self, ground: Ground, slices: slice, chosen: Mask) -> None:
        """Show a selection through some slices of the mask's grid; what was shown before goes.

        Parameters
        ----------
        ground : Ground
        slices : slice
            Of a stack; of a plane anything.
        chosen : bool ndarray
            Of the shape of these slices, or of one.
        """
        viewer = self._viewer()
        if viewer is None:
            return
        layer = self.layer
        if layer is None or tuple(layer.data.shape) != tuple(ground.layer.data.shape):
            self.hide()
            layer = self._layer = overlay_layer(ground.layer, self._name, self._role)
            add_quietly(viewer, layer)
        if self._index is not None:
            layer.data[self._index] = 0
        stack = (slices,) if len(ground.shape) == 3 else ()
        self._index = (*ground.lead, *stack) or (slice(None),)
        layer.data[self._index] = chosen
        layer.refresh()

    def hide(self) -> None:
        """Take it off the canvas."""
        viewer, layer = self._viewer(), self.layer
        self._layer = self._index = None
        if viewer is not None and layer is not None:
            viewer.layers.remove(layer)


def overlay_layer(mask: Any, name: str, role: str) -> Any:
    """Make an empty labels layer on the grid of a mask, in the colour of proposals."""
    from napari.layers import Labels
    from napari.utils.colormaps import DirectLabelColormap

    layer = Labels(
        np.zeros(mask.data.shape, np.uint8),
        name=name,
        opacity=0.6,
        colormap=DirectLabelColormap(color_dict={None: COLOUR, 0: "transparent"}),
        metadata={KEY: {"role": role}},
        **spatial(mask),
    )
    layer.editable = False
    return layer


def over_mask(
    values: np.ndarray, start: tuple[int, ...], mask: Any, name: str, role: str, limits: tuple[float, float],
    **look: Any,
) -> Any:  # fmt: skip
    """Make an image layer of values in place over a mask: it shines through, unless `look` says otherwise.

    Parameters
    ----------
    values : ndarray of float
        Of the axes of the mask's layer.
    start : tuple of int
        The voxel of the mask that they begin with.
    limits : (float, float)
        Values that are seen as darkest and brightest.
    """
    from napari.layers import Image as ImageLayer

    arguments = spatial(mask)
    world = np.append(mask.data_to_world(start), 1.0)
    arguments["translate"] = np.linalg.solve(np.asarray(mask.affine.affine_matrix), world)[:-1]
    return ImageLayer(
        values,
        name=name,
        contrast_limits=limits,
        metadata={KEY: {"role": role}},
        **({"colormap": "inferno", "blending": "additive"} | look | arguments),
    )
