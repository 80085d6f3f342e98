"""What the mask tools work on: the shown moment of the mask layer, and the source's pixels under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from napari_synthscope.canvas.layers import image_of
from napari_synthscope.session.mask_fit import same_grid
from synthscope.errors import InputError, MaskError
from synthscope.imaging.masks.grids import Box, box_shape
from synthscope.records.events import Job, Progress
from synthscope.records.request import Region

if TYPE_CHECKING:
    from napari_synthscope.session.session import Session

MOST_VOXELS = 1 << 29
"""Voxels that one operation may hold in memory at once."""

Extent = Literal["slice", "range", "all"]


@dataclass(frozen=True, eq=False)
class Ground:
    """The part of a mask layer that tools and operations work on.

    Parameters
    ----------
    layer : napari.layers.Labels
    lead : tuple of int
        Where its axes before depth, rows and columns (time) stand now.
    pixels : array (Z, Y, X) or (Y, X)
        Of that moment; what is written into it is written into the layer.
    voxel_size : tuple of float
        One step per axis of `pixels`.
    unit : str
    shown : int
        The slice that is shown; 0 in a mask without slices.
    """

    layer: Any
    lead: tuple[int, ...]
    pixels: Any
    voxel_size: tuple[float, ...]
    unit: str
    shown: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis of `pixels`."""
        return tuple(int(n) for n in self.pixels.shape)

    @property
    def depth(self) -> int:
        """Number of slices; 1 for a plane."""
        return self.shape[0] if len(self.shape) == 3 else 1

    def region(self, box: Box) -> Region:
        """Give a box of `pixels` in the axes of the layer."""
        start = (*self.lead, *(side.start for side in box))
        stop = (*(i + 1 for i in self.lead), *(side.stop for side in box))
        return Region(start, stop)

    def inside(self, region: Region) -> Box:
        """Give a region of the layer's axes as a box of `pixels`."""
        n = len(self.shape)
        return tuple(slice(a, b) for a, b in zip(region.start[-n:], region.stop[-n:], strict=True))

    def through(self, slices: slice, plane: Box) -> Box:
        """Give the box of a part of a plane through some slices."""
        return (slices, *plane) if len(self.shape) == 3 else plane


@dataclass(frozen=True)
class Where:
    """Which slices are meant; `first` and `last` count as the slider under the picture does."""

    extent: Extent = "slice"
    first: int = 0
    last: int = 0

    def slices(self, ground: Ground) -> slice:
        """Give the slices of a mask.

        Raises
        ------
        MaskError
            If the range is none of this stack.
        """
        if self.extent == "all" or ground.depth == 1:
            return slice(0, ground.depth)
        if self.extent == "slice":
            return slice(ground.shown, ground.shown + 1)
        if not 0 <= self.first <= self.last < ground.depth:
            raise MaskError(
                f"Slices {self.first} to {self.last} are not in this stack; give two from 0 to {ground.depth - 1}."
            )
        return slice(self.first, self.last + 1)


class Picked:
    """An array with its first axes held at one place; read and written by box."""

    def __init__(self, base: Any, lead: tuple[int, ...]) -> None:
        self._base = base
        self._lead = lead

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis that is left."""
        return tuple(self._base.shape[len(self._lead) :])

    @property
    def dtype(self) -> np.dtype:
        """Type of a voxel."""
        dtype: np.dtype = np.dtype(self._base.dtype)
        return dtype

    @property
    def ndim(self) -> int:
        """Number of axes that are left."""
        return len(self.shape)

    def __getitem__(self, key: Any) -> Any:
        return self._base[(*self._lead, *_items(key))]

    def __setitem__(self, key: Any, value: Any) -> None:
        self._base[(*self._lead, *_items(key))] = value


class Slab:
    """Some slices of a stack, read when indexed."""

    def __init__(self, base: Any, slices: slice) -> None:
        self._base = base
        self._slices = range(slices.start, slices.stop)
        self.shape = (len(self._slices), *tuple(base.shape[1:]))
        self.dtype = np.dtype(base.dtype)
        self.ndim = len(self.shape)

    def __getitem__(self, key: Any) -> Any:
        first, *rest = _items(key)
        moved = self._slices[first]
        index = slice(moved.start, moved.stop, moved.step) if isinstance(moved, range) else moved
        return self._base[(index, *rest)]


class Grey:
    """The mean of the colours of an RGB image, as float32; computed when read."""

    dtype = np.dtype(np.float32)

    def __init__(self, base: Any) -> None:
        self._base = base
        self.shape = tuple(base.shape[:-1])
        self.ndim = len(self.shape)

    def __getitem__(self, key: Any) -> np.ndarray:
        colours = np.asarray(self._base[key])[..., :3]  # opacity is no colour
        grey: np.ndarray = colours.mean(axis=-1, dtype=np.float32)
        return grey


def ground_of(session: Session) -> Ground:
    """Give the shown moment of the session's mask.

    Raises
    ------
    MaskError
        If there is no mask, or it cannot be written.
    """
    layer = session.mask
    if layer is None:
        raise MaskError("There is no mask yet; press New mask, or take a brush.")
    data = layer.data
    if isinstance(data, np.ndarray) and not data.flags.writeable:
        raise MaskError(f"The mask {layer.name!r} cannot be written; make a new one on the image.")
    place = shown_place(session.viewer, layer)
    lead = place[: layer.ndim - _spatial_axes(layer)]
    pixels = Picked(data, lead) if lead else data
    size = tuple(float(step) for step in layer.scale)[len(lead) :]
    try:
        unit = image_of(layer).space.unit
    except InputError:  # axes that no image of ours has can be painted all the same
        unit = "pixel"
    shown = place[len(lead)] if pixels.ndim == 3 else 0
    return Ground(layer, lead, pixels, size, unit, shown)


def source_pixels(session: Session, ground: Ground) -> Any:
    """Give the shown channel of the source as an array on the voxels of `ground`; nothing is read yet.

    Raises
    ------
    MaskError
        If there is no image, or the mask does not lie on its voxels.
    """
    source = session.source
    if source is None:
        raise MaskError("There is no image; open one first: Open.")
    if not same_grid(ground.layer, source):
        raise MaskError(
            f"The mask {ground.layer.name!r} does not lie on the voxels of the image; press 'Bring onto the image' "
            "first, or make a new mask."
        )
    data = source.data[0] if source.multiscale else source.data
    place = shown_place(session.viewer, source)
    channel = tuple(place[i] for i, label in enumerate(source.axis_labels) if label == "c")
    lead = (*channel, *ground.lead)
    pixels = Picked(data, lead) if lead else data
    return Grey(pixels) if source.rgb else pixels


def shown_place(viewer: Any, layer: Any) -> tuple[int, ...]:
    """Give the voxel of a layer that stands where the sliders stand."""
    place = np.round(layer.world_to_data(viewer.dims.point[-layer.ndim :]))
    shape = layer.level_shapes[0] if layer.multiscale else layer.data.shape
    return tuple(int(np.clip(i, 0, n - 1)) for i, n in zip(place, shape, strict=False))


def chosen_slices_job(pixels: Any, slices: slice, choose: Any) -> Job[np.ndarray]:
    """Choose voxels slice by slice; gives a mask of those slices.

    Parameters
    ----------
    pixels : array (Z, Y, X) or (Y, X)
    slices : slice
        Of the first of three axes.
    choose : callable
        ``(pixels of a slice) -> mask of it``.
    """
    if len(pixels.shape) == 2:
        return np.asarray(choose(np.asarray(pixels[slice(None)])))
    chosen = np.zeros((slices.stop - slices.start, *pixels.shape[1:]), dtype=bool)
    for n, z in enumerate(range(slices.start, slices.stop)):
        yield Progress(n, len(chosen), "Selecting")
        chosen[n] = choose(np.asarray(pixels[z]))
    return chosen


def check_size(box: Box, doing: str) -> None:
    """Refuse what would need more memory than one operation may have.

    Raises
    ------
    MaskError
        If the box holds more than `MOST_VOXELS`.
    """
    count = int(np.prod(box_shape(box), dtype=np.int64))
    if count > MOST_VOXELS:
        raise MaskError(
            f"{doing} needs {count / 1e9:.1f} billion voxels at once, {MOST_VOXELS / 1e9:.1f} are possible; "
            "choose this slice only, or fewer slices."
        )


def whole_box(shape: tuple[int, ...]) -> Box:
    """Give the box of a whole array."""
    return tuple(slice(0, n) for n in shape)


def _items(key: Any) -> Iterator[Any]:
    yield from key if isinstance(key, tuple) else (key,)


def _spatial_axes(layer: Any) -> int:
    """Count the axes of depth, rows and columns; they come last."""
    labels = list(layer.axis_labels)
    named = set("yx") <= set(labels) <= set("ctzyx")
    return sum(label in "zyx" for label in labels) if named else min(3, layer.ndim)
