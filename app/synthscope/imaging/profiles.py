"""Line profiles, overlaid histograms, and pictures of two images in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.contrast import BUDGET, sample
from synthscope.records.image import PixelArray


@dataclass(frozen=True, eq=False)
class LineProfile:
    """Values along a line.

    Parameters
    ----------
    distance : ndarray (N,)
        From the start, in world units.
    positions : ndarray (N, D)
        World coordinates.
    values : ndarray (N,) of float64
        NaN outside the image.
    """

    distance: np.ndarray
    positions: np.ndarray
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class Histograms:
    """Histograms of K images over the same B bins: `counts` (K, B), `edges` (B + 1,)."""

    edges: np.ndarray
    counts: np.ndarray

    @property
    def density(self) -> np.ndarray:
        """Counts (K, B) as density: each image's integral is 1, or 0 if it has no values."""
        total = np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        density: np.ndarray = self.counts / total / np.diff(self.edges)
        return density


def line_profile(
    pixels: PixelArray,
    voxel_size: Sequence[float],
    start: Sequence[float],
    stop: Sequence[float],
    *,
    origin: Sequence[float] | None = None,
    step: float | None = None,
) -> LineProfile:
    """Read an image along a straight line between two world points, interpolating linearly.

    Parameters
    ----------
    pixels : array
        Spatial axes only; may be lazy, only the box around the line is read.
    voxel_size : sequence of float
        World step of each axis; may differ from axis to axis.
    start, stop : sequence of float
        World coordinates, in the same unit.
    origin : sequence of float, optional
        World position of the centre of the first voxel; 0 if left out.
    step : float, optional
        Distance of readings, about; the smallest voxel size if left out.

    Raises
    ------
    InputError
        If numbers of axes differ, or a size is not positive.
    """
    sizes = np.asarray(voxel_size, float)
    zero = np.zeros(pixels.ndim) if origin is None else np.asarray(origin, float)
    ends = np.asarray([start, stop], float)
    if {sizes.shape, zero.shape, ends[0].shape} != {(pixels.ndim,)}:
        raise InputError(f"An image of {pixels.ndim} axes needs points and voxel sizes of {pixels.ndim} numbers.")
    spacing = float(sizes.min()) if step is None else step
    if not (np.all(sizes > 0) and spacing > 0):
        raise InputError(f"Voxel size {tuple(sizes)} with step {spacing:g} is not possible; give positive ones.")
    length = float(np.linalg.norm(ends[1] - ends[0]))
    along = np.linspace(0.0, 1.0, max(2, round(length / spacing) + 1))
    positions = ends[0] + along[:, None] * (ends[1] - ends[0])
    return LineProfile(along * length, positions, _read(pixels, (positions - zero) / sizes))


def histograms(
    arrays: Sequence[PixelArray],
    *,
    bins: int = 256,
    limits: tuple[float, float] | None = None,
    budget: int = BUDGET,
) -> Histograms:
    """Count the values of several images in the same bins.

    Bins of integer images are whole numbers wide and end between integers, else some would hold
    more values than their neighbours and the curve would look like a comb.

    Parameters
    ----------
    arrays : sequence of array
        May be lazy: large ones are sampled, see `synthscope.imaging.contrast.sample`.
    bins : int
        At most this many.
    limits : tuple of float, optional
        Range of the bins; that of all sampled values if left out.
    budget : int
        Voxels that are looked at in all.

    Raises
    ------
    InputError
        If there are no images or no finite values, or `bins` or `limits` are not possible.
    """
    if not arrays or bins < 1:
        raise InputError(f"{len(arrays)} images in {bins} bins make no histogram; give at least one of each.")
    values = [sample(array, max(1, budget // len(arrays))) for array in arrays]
    values = [v[np.isfinite(v)] for v in values]
    low, high = limits or _range(values)
    if not low <= high:
        raise InputError(f"Limits {low:g} and {high:g} are not in order; give the lower one first.")
    whole = all(v.dtype.kind in "iub" for v in values)
    edges = _whole_edges(low, high, bins) if whole else _edges(low, high, bins)
    return Histograms(edges, np.stack([np.histogram(v.astype(np.float64), edges)[0] for v in values]))


def difference(reference: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Give ``image - reference``, signed, in original units and without wrap-around.

    Parameters
    ----------
    reference, image : ndarray
        Of one shape and dtype.

    Returns
    -------
    ndarray
        Of the smallest signed type that holds every difference: int16 for 8-bit, int32 for 16-bit,
        int64 for 32-bit and float64 for 64-bit integers; floats keep their type.
    """
    _check_alike(reference, image)
    wide = _signed(reference.dtype)
    signed: np.ndarray = image.astype(wide) - reference.astype(wide)
    return signed


class LazyDifference:
    """The signed difference of two images, worked out where it is looked at.

    Parameters
    ----------
    reference, image : array
        Of one shape and dtype; may be lazy. The values are those of `difference`.
    """

    def __init__(self, reference: PixelArray, image: PixelArray) -> None:
        _check_alike(reference, image)
        self._reference, self._image = reference, image

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of each axis."""
        return tuple(int(n) for n in self._image.shape)

    @property
    def dtype(self) -> np.dtype:
        """Type of a voxel: signed, and wide enough for every difference."""
        return _signed(np.dtype(self._image.dtype))

    @property
    def ndim(self) -> int:
        """Number of axes."""
        return len(self._image.shape)

    def __getitem__(self, key: Any) -> np.ndarray:
        return difference(np.asarray(self._reference[key]), np.asarray(self._image[key]))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self[(slice(None),) * self.ndim], dtype=dtype)


def checkerboard(first: np.ndarray, second: np.ndarray, tile: int, *, rows: int = -2, columns: int = -1) -> np.ndarray:
    """Show two images in alternating square tiles of `tile` pixels; the upper left one is of the first.

    `rows` and `columns` say which axes those are; an RGB image has them at -3 and -2.
    """
    _check_alike(first, second)
    if tile < 1:
        raise InputError(f"Tiles of {tile} pixels are not possible; give at least 1.")
    odd = _parity(first, rows, tile) ^ _parity(first, columns, tile)
    return np.where(odd, second, first)


def curtain(first: np.ndarray, second: np.ndarray, fraction: float, *, axis: int = -1) -> np.ndarray:
    """Show the first image up to a part of an axis and the second behind it.

    Parameters
    ----------
    first, second : ndarray
        Of one shape and dtype.
    fraction : float
        Where the curtain hangs: 0 shows the second only, 1 the first only.
    axis : int
        Along which it is drawn.
    """
    _check_alike(first, second)
    if not 0.0 <= fraction <= 1.0:
        raise InputError(f"A curtain at {fraction:g} is out of the image; give 0 to 1.")
    drawn = np.moveaxis(second.copy(), axis, 0)
    hangs = round(fraction * drawn.shape[0])
    drawn[:hangs] = np.moveaxis(first, axis, 0)[:hangs]
    return np.moveaxis(drawn, 0, axis)


def _read(pixels: PixelArray, points: np.ndarray) -> np.ndarray:
    """Interpolate at points (N, D) in voxels, reading no more than their box."""
    shape = np.asarray(pixels.shape)
    low = np.floor(points.min(axis=0)).astype(int).clip(0, np.maximum(shape - 1, 0))
    high = np.maximum(np.ceil(points.max(axis=0)).astype(int).clip(0, shape - 1) + 1, low + 1)
    box = np.asarray(pixels[tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))])
    near = np.clip(points, 0, shape - 1)
    values: np.ndarray = ndimage.map_coordinates(box.astype(np.float64), (near - low).T, order=1, mode="nearest")
    outside = np.any((points < -0.5) | (points > shape - 0.5), axis=1)
    return np.where(outside, np.nan, values)


def _range(values: Sequence[np.ndarray]) -> tuple[float, float]:
    filled = [v for v in values if v.size]
    if not filled:
        raise InputError("The images have no finite values; there is nothing to count.")
    return min(float(v.min()) for v in filled), max(float(v.max()) for v in filled)


def _whole_edges(low: float, high: float, bins: int) -> np.ndarray:
    first, last = int(np.floor(low)), int(np.ceil(high))
    wide = -(-(last - first + 1) // bins)
    count = -(-(last - first + 1) // wide)
    return first - 0.5 + wide * np.arange(count + 1, dtype=np.float64)


def _edges(low: float, high: float, bins: int) -> np.ndarray:
    pad = 0.0 if low < high else max(0.5, 1e-3 * abs(low))
    return np.linspace(low - pad, high + pad, bins + 1)


def _signed(dtype: np.dtype) -> np.dtype:
    if dtype.kind == "f":
        return dtype
    if dtype.kind not in "iub" or dtype.itemsize > 4:
        return np.dtype(np.float64)
    return np.dtype(f"i{2 * dtype.itemsize}")


def _parity(array: np.ndarray, axis: int, tile: int) -> np.ndarray:
    odd = (np.arange(array.shape[axis]) // tile) % 2 == 1
    shape = [1] * array.ndim
    shape[axis] = -1
    parity: np.ndarray = odd.reshape(shape)
    return parity


def _check_alike(first: PixelArray, second: PixelArray) -> None:
    if tuple(first.shape) != tuple(second.shape) or first.dtype != second.dtype:
        raise InputError(
            f"Images {first.shape} {first.dtype} and {second.shape} {second.dtype} differ; "
            "give two of one shape and type."
        )
