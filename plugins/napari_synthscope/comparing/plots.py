"""Curves of two images over each other: what is read, and from where; nothing here touches the window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import ndimage

from napari_synthscope.comparing.pair import Pair, cropped, synthetic_box
from synthscope.errors import InputError, MaskError
from synthscope.imaging.profiles import histograms, line_profile
from synthscope.imaging.spectra import radial_spectrum
from synthscope.qt.curves import Curve, Plot
from synthscope.records.image import Image
from synthscope.records.request import Region
from synthscope.services.figures import SURROUNDINGS

Where = Literal["inside", "around", "slice"]
REAL, FILL, AROUND = "real", "synthetic", "real around it"
BINS, FEWEST = 96, 8
LARGEST = 2**25


@dataclass(frozen=True)
class Line:
    """A drawn line, in voxels of the real image's layer: all but rows and columns are those of one slice."""

    start: tuple[float, ...]
    stop: tuple[float, ...]


def histogram_of(pair: Pair, where: Where, index: tuple[int, ...]) -> Plot:
    """Count grey values of both, over the same bins.

    Parameters
    ----------
    where : str
        ``inside``: under the mask in both. ``around``: real voxels around the mask, synthetic ones in it.
        ``slice``: the slice `index` of the compared part.
    index : tuple of int
        Of all axes of the real image but rows and columns.
    """
    if where == "slice":
        first, second = _slices(pair, index)
    else:
        first, second = _values(pair, around=where == "around")
    bins = int(np.clip(np.sqrt(min(first.size, second.size)), FEWEST, BINS))
    counted = histograms([first, second], bins=bins)
    shares = counted.counts / np.maximum(counted.counts.sum(axis=1, keepdims=True), 1)
    names = (AROUND if where == "around" else REAL, FILL)
    curves = (
        Curve(names[0], counted.edges, shares[0], "real", steps=True),
        Curve(names[1], counted.edges, shares[1], "synthetic", steps=True),
    )
    return Plot(curves, "grey value", "share of voxels", title="Histogram")


def spectrum_of(pair: Pair, where: Where, index: tuple[int, ...]) -> Plot:
    """Give the radial power spectra of both; parameters as for `histogram_of`.

    ``inside`` reads the box of the mask, ``around`` a real box of the same size beside it.
    """
    if where == "slice":
        first, second = _slices(pair, index)
        steps = pair.fill.space.voxel_size[-3:-1] if pair.fill.space.is_rgb else pair.fill.space.voxel_size[-2:]
    else:
        first, second, steps = _boxes(pair, beside=where == "around")
    spectra = [radial_spectrum(np.asarray(pixels, np.float64), steps) for pixels in (first, second)]
    unit = pair.fill.space.unit
    return Plot(
        (
            Curve(AROUND if where == "around" else REAL, spectra[0].frequency, spectra[0].power, "real"),
            Curve(FILL, spectra[1].frequency, spectra[1].power, "synthetic"),
        ),
        f"frequency (1/{unit})",
        "power (grey value²)",
        log_x=True,
        log_y=True,
        title="Power spectrum",
    )


def profile_of(pair: Pair, line: Line) -> Plot:
    """Read both along a line; outside a candidate's box the real image is what a person sees."""
    space, rank = pair.real.space, len(line.start)
    index = tuple(round(v) for v in line.start[:-2])
    colour = (slice(None),) if space.is_rgb else ()
    real = _grey(np.asarray(pair.real.pixels[(*index, slice(None), slice(None), *colour)]), space.is_rgb)
    steps = space.voxel_size[rank - 2 : rank]
    ends = [tuple(v * s for v, s in zip(end[-2:], steps, strict=True)) for end in (line.start, line.stop)]
    filled = real.astype(np.float64)
    inner = tuple(i - a for i, a in zip(index, pair.region.start, strict=False))
    if all(0 <= i < n for i, n in zip(inner, pair.fill.shape, strict=False)):
        rows, columns = (slice(pair.region.start[a], pair.region.stop[a]) for a in (rank - 2, rank - 1))
        plane = np.asarray(pair.fill.pixels[(*inner, slice(None), slice(None), *colour)])
        filled[rows, columns] = _grey(plane, space.is_rgb)
    found = [line_profile(pixels, steps, *ends) for pixels in (real, filled)]
    return Plot(
        (
            Curve(FILL, found[1].distance, found[1].values, "synthetic"),
            Curve(REAL, found[0].distance, found[0].values, "real"),
        ),
        f"distance ({space.unit})",
        "grey value",
        title="Line profile",
    )


def _slices(pair: Pair, index: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    inner = tuple(i - a for i, a in zip(index, pair.region.start, strict=False))
    if not all(0 <= i < n for i, n in zip(inner, pair.fill.shape, strict=False)):
        raise InputError("The compared part does not reach the slice that is shown; move to one of its slices.")
    return np.asarray(pair.part.pixels[inner]), np.asarray(pair.fill.pixels[inner])


def _masked(pair: Pair, margin: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Read both around the synthetic voxels, and where these are: (real, fill, mask)."""
    region, synthetic = synthetic_box(pair, margin, 0)
    if synthetic is None:
        raise MaskError(f"Nothing says which voxels of {pair.fill.name} are synthetic; look at the whole slice.")
    if int(np.prod(region.shape, dtype=np.int64)) > LARGEST:
        raise InputError("The mask is too large to be read whole; look at the whole slice.")
    parts = (np.asarray(cropped(image.pixels, region)) for image in (pair.part, pair.fill))
    return (*parts, np.asarray(synthetic, bool))  # type: ignore[return-value]  # two parts and a mask are three


def _values(pair: Pair, *, around: bool) -> tuple[np.ndarray, np.ndarray]:
    real, fill, mask = _masked(pair, SURROUNDINGS)
    axes = pair.fill.space.axes
    chosen = mask
    if around:
        flat = np.zeros((3,) * mask.ndim, bool)
        flat[(1,) * (mask.ndim - 2)] = ndimage.generate_binary_structure(2, 1)
        chosen = ndimage.binary_dilation(mask, flat, iterations=SURROUNDINGS) & ~mask
    spread = [np.broadcast_to(_spread(m, axes), real.shape) for m in (chosen, mask)]
    return real[spread[0]], fill[spread[1]]


def _boxes(pair: Pair, *, beside: bool) -> tuple[np.ndarray, np.ndarray, tuple[float, ...]]:
    space = pair.fill.space
    if space.is_rgb or "c" in space.axes:
        raise InputError("Spectra of masks are worked out for grey images; look at the whole slice.")
    region, synthetic = synthetic_box(pair, 0, 0)
    if synthetic is None:
        raise MaskError(f"Nothing says which voxels of {pair.fill.name} are synthetic; look at the whole slice.")
    fill = np.asarray(cropped(pair.fill.pixels, region))
    start = tuple(a + b for a, b in zip(region.start, pair.region.start, strict=True))
    box = Region(start, tuple(a + n for a, n in zip(start, region.shape, strict=True)))
    if beside:
        box = _neighbour(pair.real, box)
    steps = tuple(space.voxel_size[space.axes.index(a)] for a in space.axes)
    return np.asarray(cropped(pair.real.pixels, box)), fill, steps


def _neighbour(real: Image, box: Region) -> Region:
    """Find a box of the same size beside another, in the same slices."""
    axis = len(real.shape) - 1
    for along in (axis, axis - 1):
        for sign in (1, -1):
            move = sign * (box.shape[along] + SURROUNDINGS)
            start = tuple(a + (move if i == along else 0) for i, a in enumerate(box.start))
            stop = tuple(b + (move if i == along else 0) for i, b in enumerate(box.stop))
            if min(start) >= 0 and all(b <= n for b, n in zip(stop, real.shape, strict=True)):
                return Region(start, stop)
    raise InputError("There is no room for a real box of that size beside the mask; compare inside the mask.")


def _spread(mask: np.ndarray, axes: str) -> np.ndarray:
    """Give a mask an axis of length 1 for each channel or colour axis."""
    return mask[tuple(None if letter in "cs" else slice(None) for letter in axes)]


def _grey(plane: np.ndarray, colour: bool) -> np.ndarray:
    return plane.astype(np.float64).mean(axis=-1) if colour else plane
