"""Two layers that lie on one grid: the real one, and the one that is compared with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from napari_synthscope.canvas.layers import KEY, image_of, shown_axes
from napari_synthscope.canvas.transposing import transposed
from synthscope.errors import InputError
from synthscope.imaging.regions import image_to_mask, mask_to_image, painted, whole, widened
from synthscope.records.image import Image, PixelArray
from synthscope.records.request import Region
from synthscope.records.space import Space

TOLERANCE = 1e-3
"""Part of a voxel by which two grids may lie apart: what files round."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A real image and one that is compared with it; nothing is read until it is looked at.

    Parameters
    ----------
    real : Image
        All of the real image, axes in the order of its layer.
    fill : Image
        The other one, of the same axes; it may cover a part of the real one.
    region : Region
        Where `fill` lies in `real`.
    hint : Region, optional
        The part of `fill` that holds what was made last, where its record says so: a mask of a stack larger
        than memory need not be searched then.
    """

    real: Image
    fill: Image
    region: Region
    hint: Region | None = None

    @property
    def part(self) -> Image:
        """What of the real image lies under the other one."""
        if self.region == whole(self.real.shape):
            return self.real
        space = self.real.space.cropped(self.region.start)
        return Image(cropped(self.real.pixels, self.region), space, self.real.name)

    @property
    def alike(self) -> str:
        """Why voxels cannot be subtracted; empty when they can."""
        if self.real.dtype == self.fill.dtype:
            return ""
        return f"{self.real.name} is {self.real.dtype}, {self.fill.name} is {self.fill.dtype}: numbers need one type."


def pair_of(real: Any, fill: Any) -> Pair:
    """Join two image layers that lie voxel on voxel.

    Raises
    ------
    InputError
        If their grids differ; the sentence says in what.
    """
    if bool(real.rgb) != bool(fill.rgb) or real.ndim != fill.ndim:
        raise InputError(f"{fill.name} has other axes than {real.name}; choose two layers of one kind.")
    if tuple(map(str, real.units)) != tuple(map(str, fill.units)):
        raise InputError(f"{fill.name} is measured in other units than {real.name}; set one unit for both.")
    first, second = shown_image(real), shown_image(fill)
    start, steps = _placed(real, fill)
    if not np.allclose(steps, 1.0, atol=TOLERANCE):
        words = " × ".join(f"{step:.4g}" for step in steps)
        raise InputError(f"One voxel of {fill.name} is {words} voxels of {real.name}; bring them to one grid first.")
    nearest = np.rint(start)
    if not np.allclose(start, nearest, atol=0.05):
        raise InputError(f"The voxels of {fill.name} lie between those of {real.name}; bring them to one grid first.")
    begin = (*(int(v) for v in nearest), *((0,) if real.rgb else ()))
    stop = tuple(a + n for a, n in zip(begin, second.shape, strict=True))
    if min(begin) < 0 or any(b > n for b, n in zip(stop, first.shape, strict=True)):
        raise InputError(f"{fill.name} reaches beyond {real.name}; choose a layer that lies within it.")
    second = replace(second, space=replace(second.space, axes=first.space.axes))
    return Pair(first, second, Region(begin, stop), _made_where(fill, second))


def shown_image(layer: Any) -> Image:
    """Give the image of a layer with its axes in the layer's own order, at full resolution."""
    image = image_of(layer)
    axes = image.space.axes
    order = shown_axes(axes)
    if len(layer.axis_labels) == layer.ndim and not set(layer.axis_labels) - set("ctzyx"):
        order = "".join(layer.axis_labels) + ("s" if image.space.is_rgb else "")
    order = order if sorted(order) == sorted(axes) else axes
    pixels = transposed(image.pixels, axes, order)
    synthetic = image.synthetic
    if synthetic is not None:
        wanted = "".join(letter for letter in order if letter not in "cs")
        synthetic = transposed(synthetic, image.space.mask_axes, wanted)
    return Image(pixels, reordered(image.space, order), image.name, synthetic)


def reordered(space: Space, order: str) -> Space:
    """Give a space with its axes in another order."""
    where = [space.axes.index(letter) for letter in order]
    steps, origin = (tuple(values[i] for i in where) for values in (space.voxel_size, space.origin))
    return replace(space, axes=order, voxel_size=steps, origin=origin)


def cropped(array: PixelArray, region: Region) -> Any:
    """Give a box of an array without reading it."""
    if isinstance(array, np.ndarray) or hasattr(array, "dask"):
        return array[region.slices]
    return Cropped(array, region)


def plane_index(viewer: Any, layer: Any) -> tuple[int, ...]:
    """Give the indices of the slice of a layer that is shown, of all its axes but rows and columns.

    Raises
    ------
    InputError
        If the view is not a slice of rows and columns.
    """
    if viewer.dims.ndisplay != 2 or tuple(viewer.dims.order[-2:]) != (viewer.dims.ndim - 2, viewer.dims.ndim - 1):
        raise InputError("Slices are compared in rows and columns; switch the view to 2D without rolled axes.")
    where = layer.world_to_data(np.asarray(viewer.dims.point)[-layer.ndim :])
    shape = (layer.data[0] if layer.multiscale else layer.data).shape
    return tuple(int(np.clip(np.rint(where[i]), 0, shape[i] - 1)) for i in range(layer.ndim - 2))


class Cropped:
    """A box of a lazy array; voxels are read when indexed by whole numbers and slices of positive step."""

    def __init__(self, base: PixelArray, region: Region) -> None:
        self._base = base
        self._region = region

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return self._region.shape

    @property
    def dtype(self) -> np.dtype:
        """Type of a voxel."""
        return np.dtype(self._base.dtype)

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self.shape)

    def __getitem__(self, key: Any) -> np.ndarray:
        items = list(key) if isinstance(key, tuple) else [key]
        if Ellipsis in items:
            at = items.index(Ellipsis)
            items[at : at + 1] = [slice(None)] * (self.ndim - len(items) + 1)
        items += [slice(None)] * (self.ndim - len(items))
        moved = (_moved(i, a, n) for i, a, n in zip(items, self._region.start, self.shape, strict=True))
        return np.asarray(self._base[tuple(moved)])

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[(slice(None),) * self.ndim], dtype=dtype)


def synthetic_box(pair: Pair, margin: int, depth: int) -> tuple[Region, PixelArray | None]:
    """Find the part of `fill` that is worth measuring: around its synthetic voxels, else all of it.

    Parameters
    ----------
    margin, depth : int
        Voxels around them: in rows and columns, and along other axes.

    Returns
    -------
    region : Region
        In the voxels of `fill`.
    synthetic : PixelArray, optional
        In the region, of the mask's axes.
    """
    fill = pair.fill
    box = _painted(pair, fill.synthetic) if fill.synthetic is not None else None
    if box is None or fill.synthetic is None:
        return whole(fill.shape), None
    reach = tuple(margin if letter in "yx" else depth if letter in "zt" else 0 for letter in fill.space.axes)
    region = widened(mask_to_image(box, fill.space, fill.shape), reach, fill.shape)
    return region, cropped(fill.synthetic, image_to_mask(region, fill.space))


def _painted(pair: Pair, synthetic: PixelArray) -> Region | None:
    if pair.hint is None:
        return painted(synthetic)
    place = image_to_mask(pair.hint, pair.fill.space)
    found = painted(np.asarray(cropped(synthetic, place)))
    if found is None:
        return None
    moved = (tuple(v + a for v, a in zip(end, place.start, strict=True)) for end in (found.start, found.stop))
    return Region(*moved)


def _made_where(layer: Any, image: Image) -> Region | None:
    """Read from a layer's record where its newest synthetic voxels lie; None where it does not say."""
    record = layer.metadata.get(KEY, {})
    provenance, axes = record.get("provenance") or {}, record.get("axes", "")
    box = provenance.get("box")
    if box is None or sorted(axes) != sorted(image.space.axes):
        return None
    lengths = dict(zip(image.space.axes, image.shape, strict=True))
    if tuple(provenance.get("source_shape", ())) != tuple(lengths[letter] for letter in axes):
        return None
    where = [axes.index(letter) for letter in image.space.axes]
    return Region(*(tuple(int(box[end][i]) for i in where) for end in ("start", "stop")))


def _placed(real: Any, fill: Any) -> tuple[np.ndarray, np.ndarray]:
    """Give where the first voxel of `fill` lies in `real`, and how long its steps are there."""
    corner, diagonal = (np.asarray(real.world_to_data(fill.data_to_world(np.full(fill.ndim, at)))) for at in (0.0, 1.0))
    return corner, diagonal - corner


def _moved(item: Any, start: int, length: int) -> Any:
    if isinstance(item, slice):
        first, last, step = item.indices(length)
        return slice(first + start, max(first, last) + start, step)
    return start + range(length)[int(item)]
