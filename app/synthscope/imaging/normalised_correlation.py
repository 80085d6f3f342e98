"""Normalised cross-correlation of small fields with large images, at every shift, by Fourier transform."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.fft import irfftn, rfftn

FLAT = 1e-3
"""Where an image deviates less than this share of its block's deviation it is flat: nothing fits there."""
AXES = (-3, -2, -1)

Triple = tuple[int, int, int]


@dataclass(frozen=True, eq=False)
class Block:
    """A piece of an image at whose positions fields of one size are laid, transformed once for all of them.

    Parameters
    ----------
    start : tuple of int
        First position; negative where fields reach beyond the image.
    shape : tuple of int
        Number of positions along each axis.
    spectra : ndarray of complex64 (C, ...)
    scale : ndarray of float32
        One over the image's deviation under a field that lies on it fully; 0 elsewhere and where the image is flat.
    edges : tuple of Edge
        The positions at which a field lies on the image in part.
    """

    start: Triple
    shape: Triple
    grid: Triple
    spectra: np.ndarray
    scale: np.ndarray
    edges: tuple[Edge, ...]


@dataclass(frozen=True, eq=False)
class Edge:
    """A slab of positions at which fields lie on the image in part.

    Parameters
    ----------
    box : tuple of slice
        In the positions of the block.
    first, last : tuple of ndarray of int
        Of each axis and position: which voxels of a field lie on the image (`last` excluded).
    count, sums, spread : ndarray
        Voxels, sums by channel (C, ...) and squared deviations of the image there.
    """

    box: tuple[slice, slice, slice]
    first: tuple[np.ndarray, ...]
    last: tuple[np.ndarray, ...]
    count: np.ndarray
    sums: np.ndarray
    spread: np.ndarray


@dataclass(frozen=True, eq=False)
class Fields:
    """Fields (K, Z, Y, X, C) of one size made ready: centred by channel, of unit norm, transformed.

    Parameters
    ----------
    tables, squares : ndarray of float64
        Running sums (K, C, Z + 1, Y + 1, X + 1) and of squares (K, ...), for parts of fields.
    """

    size: Triple
    grid: Triple
    spectra: np.ndarray
    tables: np.ndarray
    squares: np.ndarray


def turned(field: np.ndarray, symmetry: int) -> np.ndarray:
    """Give a field (Z, Y, X, C) put through one of the eight symmetries of `synthscope.records.trust.SYMMETRIES`."""
    flipped = field[:, :, ::-1] if symmetry >= 4 else field
    return np.rot90(flipped, symmetry % 4, axes=(1, 2))


def unit(field: np.ndarray) -> np.ndarray:
    """Centre a field (Z, Y, X, C) by channel and divide it by its norm; all zero where it is constant."""
    values = np.asarray(field, np.float64)
    centred = values - values.mean(axis=(0, 1, 2))
    norm = math.sqrt(float((centred**2).sum()))
    level = float(np.abs(values).max(initial=0.0)) * math.sqrt(values.size)
    return centred / norm if norm > 1e-12 * level else np.zeros_like(centred)


def positions(extent: Triple, size: Triple, least_overlap: float) -> tuple[Triple, Triple]:
    """Give the first position and the one after the last at which enough of a field can lie on an image.

    Along one axis the overlap may be as little as `least_overlap` (the others then overlap fully); a range without
    positions is empty: its stop is not above its start.
    """
    need = [math.ceil(least_overlap * s - 1e-9) for s in size]
    if any(n < k for n, k in zip(extent, need, strict=True)):
        return (0, 0, 0), (0, 0, 0)
    start = tuple(k - s for s, k in zip(size, need, strict=True))
    stop = tuple(n - k + 1 for n, k in zip(extent, need, strict=True))
    return start, stop  # type: ignore[return-value]


def prepare_fields(fields: np.ndarray, grid: Triple) -> Fields:
    """Transform fields (K, Z, Y, X, C)."""
    ready = np.moveaxis(np.stack([unit(field) for field in fields]), -1, 1)
    spectra = rfftn(ready.astype(np.float32), grid, axes=AXES).conj()
    return Fields(fields.shape[1:4], grid, spectra, _running(ready), _running((ready**2).sum(axis=1)))


def prepare_block(
    image: Any, start: Triple, stop: Triple, size: Triple, grid: Triple, least_overlap: float
) -> Block:  # fmt: skip
    """Read and transform the piece of an image that positions `start` to `stop` (excluded) need.

    Parameters
    ----------
    image : array (Z, Y, X, C)
        May be lazy: only the piece is read.
    size : tuple of int
        Of the fields.
    grid : tuple of int
        Of the transform: at least ``stop - start + size - 1``.
    """
    shape: Triple = tuple(b - a for a, b in zip(start, stop, strict=True))  # type: ignore[assignment]
    padded, here = _read(image, start, shape, size)
    spectra = rfftn(padded.astype(np.float32), grid, axes=AXES)
    count = _counts(here, shape, size)
    sums, squares = _windows(padded, size), _windows((padded**2).sum(axis=0), size)
    spread = squares - (sums**2).sum(axis=0) / np.maximum(count, 1)
    flat = spread <= FLAT**2 * count * float((padded**2).sum()) / max(int(here.all(axis=0).sum()), 1)
    spread[flat] = np.inf
    whole = count == math.prod(size)
    scale = np.where(whole, 1 / np.sqrt(spread), 0).astype(np.float32)
    enough = count >= math.ceil(least_overlap * math.prod(size) - 1e-9)
    edges = tuple(
        _edge(box, start, image.shape[:3], size, (np.where(enough, count, 0), sums, spread))
        for box in _slabs(start, shape, image.shape[:3], size)
    )
    return Block(start, shape, grid, spectra, scale, edges)


def correlate(block: Block, fields: Fields) -> np.ndarray:
    """Correlate fields with a block at all of its positions.

    Returns
    -------
    ndarray of float32 (K, Z, Y, X)
        Normalised cross-correlation, Lewis 1995, with the means and deviations of the part of field and image that lie
        on each other (Padfield 2012); 0 where either is flat there, -1 where too little of the field lies on the image.
    """
    product = fields.spectra[:, 0] * block.spectra[0]
    for c in range(1, len(block.spectra)):
        product += fields.spectra[:, c] * block.spectra[c]
    cut = (slice(None), *(slice(0, n) for n in block.shape))
    raw = irfftn(product, block.grid, axes=AXES)[cut]
    values: np.ndarray = raw * block.scale
    for edge in block.edges:
        at = (slice(None), *edge.box)
        values[at] = _partial(edge, raw[at], fields)
    return values


def _partial(edge: Edge, raw: np.ndarray, fields: Fields) -> np.ndarray:
    """Correlate parts of fields with parts of an image."""
    count = np.maximum(edge.count, 1)
    mine = _between(fields.tables, edge)
    above = raw - (mine * edge.sums).sum(axis=1) / count
    spread = _between(fields.squares, edge) - (mine**2).sum(axis=1) / count
    spread[spread <= FLAT**2 * edge.count / math.prod(fields.size)] = np.inf
    values: np.ndarray = np.where(edge.count > 0, above / np.sqrt(spread * edge.spread), -1.0)
    return values


def _edge(
    box: tuple[slice, slice, slice], start: Triple, extent: Triple, size: Triple,
    image: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> Edge:  # fmt: skip
    at = [np.arange(s.start, s.stop) + a for s, a in zip(box, start, strict=True)]
    first = tuple(np.clip(-p, 0, s) for p, s in zip(at, size, strict=True))
    last = tuple(np.clip(n - p, 0, s) for p, n, s in zip(at, extent, size, strict=True))
    count, sums, spread = image
    return Edge(box, first, last, count[box], sums[(slice(None), *box)], spread[box])


def _slabs(start: Triple, shape: Triple, extent: Triple, size: Triple) -> list[tuple[slice, slice, slice]]:
    """Cut the positions at which a field does not lie on the image fully into boxes that do not overlap."""
    boxes = []
    inner = [slice(0, n) for n in shape]
    for axis in range(3):
        low = min(max(-start[axis], 0), shape[axis])
        high = max(min(extent[axis] - size[axis] + 1 - start[axis], shape[axis]), low)
        for part in (slice(0, low), slice(high, shape[axis])):
            box = [*inner[:axis], part, *inner[axis + 1 :]]
            if all(s.stop > s.start for s in box):
                boxes.append((box[0], box[1], box[2]))
        inner[axis] = slice(low, high)
    return boxes


def _read(image: Any, start: Triple, shape: Triple, size: Triple) -> tuple[np.ndarray, np.ndarray]:
    """Read (C, Z, Y, X) with zeros around the image, free of its mean, and where the image is (C, Z, Y, X)."""
    whole = [n + s - 1 for n, s in zip(shape, size, strict=True)]
    low = [max(a, 0) for a in start]
    high = [min(a + n, m) for a, n, m in zip(start, whole, image.shape[:3], strict=True)]
    pixels = np.asarray(image[tuple(slice(a, b) for a, b in zip(low, high, strict=True))], np.float64)
    inside = tuple(slice(a - o, b - o) for a, b, o in zip(low, high, start, strict=True))
    padded = np.zeros((pixels.shape[-1], *whole))
    padded[(slice(None), *inside)] = np.moveaxis(pixels - pixels.mean(axis=(0, 1, 2)), -1, 0)
    here = np.zeros((1, *whole), bool)
    here[(slice(None), *inside)] = True
    return padded, here


def _counts(here: np.ndarray, shape: Triple, size: Triple) -> np.ndarray:
    """Voxels of a field that lie on the image, at each position: a product over axes."""
    rows = [np.flatnonzero(here[0].any(axis=tuple(a for a in range(3) if a != axis))) for axis in range(3)]
    counts = []
    for found, n, s in zip(rows, shape, size, strict=True):
        p = np.arange(n)
        counts.append(np.clip(np.minimum(p + s, found[-1] + 1) - np.maximum(p, found[0]), 0, s))
    return np.asarray(counts[0][:, None, None] * counts[1][:, None] * counts[2])


def _running(values: np.ndarray) -> np.ndarray:
    """Give running sums (..., Z + 1, Y + 1, X + 1) along the last three axes."""
    padded = np.pad(values, [(0, 0)] * (values.ndim - 3) + [(1, 0)] * 3)
    for axis in AXES:
        np.cumsum(padded, axis=axis, out=padded)
    return padded


def _windows(values: np.ndarray, size: Triple) -> np.ndarray:
    """Sum over the window at each position (..., Z, Y, X)."""
    for axis, s in zip(AXES, size, strict=True):
        if s > 1:
            total = np.cumsum(values, axis=axis)
            n = values.shape[axis] - s + 1
            first = np.take(total, [s - 1], axis=axis)
            rest = np.take(total, np.arange(s, s + n - 1), axis=axis) - np.take(total, np.arange(n - 1), axis=axis)
            values = np.concatenate([first, rest], axis=axis)
    return values


def _between(tables: np.ndarray, edge: Edge) -> np.ndarray:
    """Sum the part of each field that lies on the image, from running sums."""
    for axis, first, last in zip(AXES, edge.first, edge.last, strict=True):
        tables = np.take(tables, last, axis=axis) - np.take(tables, first, axis=axis)
    return tables
