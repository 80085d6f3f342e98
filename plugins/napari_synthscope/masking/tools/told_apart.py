"""Differences of two prompts as they lie on the voxels of a mask."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from typing import Any

import numpy as np

from napari_synthscope.canvas.layers import KEY, shown_axes
from napari_synthscope.canvas.placing import add_quietly
from napari_synthscope.canvas.transposing import transposed
from napari_synthscope.masking.tools.ground import Ground
from napari_synthscope.masking.tools.overlay import over_mask
from synthscope.errors import MaskError
from synthscope.imaging.regions import mask_to_image
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.services.finding_masks import Finding

ROLE = "differences"
COLOURS = "viridis"
"""Of the map: the orange of what is proposed and the blue of the mask stand out from it."""


@dataclass(frozen=True, eq=False)
class ToldApart:
    """What was found, and on which layer.

    Parameters
    ----------
    finding : Finding
    source : weakref of napari.layers.Image
        The layer that was looked at.
    values : ndarray of float32
        The differences in the order of the layer's axes.
    lead : tuple of int
        The moment that was looked at.
    slices : slice
        Which slices; of a plane all of it.
    """

    finding: Finding
    source: weakref.ref[Any]
    values: np.ndarray
    lead: tuple[int, ...]
    slices: slice

    def on(self, ground: Ground) -> Placed:
        """Give the differences on the voxels of a mask.

        Raises
        ------
        MaskError
            If the shown slice or moment was not looked at.
        """
        first, last = self.slices.start, self.slices.stop - 1
        stack = len(ground.shape) == 3
        if ground.lead != self.lead or (stack and not first <= ground.shown <= last):
            there = f"slice {first}" if first == last else f"slices {first} to {last}"
            raise MaskError(f"What is shown was not looked at; press Find, or go back to {there}.")
        return Placed(self.values[(0,) * len(self.lead)], first if stack else 0, ground.shape)

    def layer(self, ground: Ground) -> Any:
        """Make the layer that shows them: the brighter, the more both prompts differ there."""
        start = (*self.lead, *((self.slices.start,) if len(ground.shape) == 3 else ()), 0, 0)
        most = float(self.values.max(initial=0.0))
        name, limits = "Difference of two prompts", (0.0, most or 1.0)
        return over_mask(self.values, start, ground.layer, name, ROLE, limits, colormap=COLOURS, blending="translucent")


class Placed:
    """Slices of differences in a stack whose other slices were not looked at: there nothing differs."""

    dtype = np.dtype(np.float32)

    def __init__(self, values: np.ndarray, first: int, shape: tuple[int, ...]) -> None:
        self._values = values
        self._first = first
        self.shape = shape
        self.ndim = len(shape)

    def __getitem__(self, key: Any) -> np.ndarray:
        if self.ndim == 2:
            plane: np.ndarray = self._values[key]
            return plane
        number = int(key) - self._first
        known = 0 <= number < len(self._values)
        return self._values[number] if known else np.zeros(self.shape[1:], self.dtype)


def region_of(ground: Ground, slices: slice, image: Image) -> Region:
    """Give some slices of a mask's ground, all rows and columns, in the axes of the image that it lies on."""
    order, own = shown_axes(image.space.mask_axes), image.space.mask_axes
    rest = (slices, *(slice(0, n) for n in ground.shape[1:])) if len(ground.shape) == 3 else tuple(
        slice(0, n) for n in ground.shape
    )  # fmt: skip
    sides = dict(zip(order, (*(slice(i, i + 1) for i in ground.lead), *rest), strict=True))
    box = Region(tuple(sides[a].start for a in own), tuple(sides[a].stop for a in own))
    return mask_to_image(box, image.space, image.shape)


def told_apart(finding: Finding, layer: Any) -> ToldApart:
    """Bring what was found into the order of a layer's axes."""
    source = finding.recipe.request.source
    assert source is not None, "else it was not read"
    own = source.space.mask_axes
    order = shown_axes(own)
    starts, stops = (dict(zip(own, ends, strict=True)) for ends in (finding.box.start, finding.box.stop))
    return ToldApart(
        finding, weakref.ref(layer), np.ascontiguousarray(transposed(finding.differences, own, order)),
        tuple(starts[a] for a in order if a not in "zyx"), slice(starts.get("z", 0), stops.get("z", 1)),
    )  # fmt: skip


class MapView:
    """The layer of differences on the canvas, while it is wanted."""

    def __init__(self, viewer: Any) -> None:
        self._viewer = weakref.ref(viewer)

    def show(self, found: ToldApart, ground: Ground) -> None:
        """Show a map in place of an earlier one, under the mask."""
        self.hide()
        viewer, source = self._viewer(), found.source()
        if viewer is not None:
            add_quietly(viewer, found.layer(ground), source)

    def hide(self) -> None:
        """Take it off the canvas."""
        viewer = self._viewer()
        if viewer is None:
            return
        for layer in [one for one in viewer.layers if one.metadata.get(KEY, {}).get("role") == ROLE]:
            viewer.layers.remove(layer)
