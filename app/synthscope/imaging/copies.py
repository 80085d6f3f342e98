"""The longest piece of a fill that is found verbatim, or within noise, in its source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.fft import irfftn, next_fast_len, rfftn

from synthscope.imaging.channels import check_mask, with_channels

SEED_WIDTH = 4
"""Width (voxels) of the blocks that are looked up; smaller pieces are not found."""
OFFSETS = 64
"""Offsets that are followed up, most frequent first."""
PROBES = 24
"""Blocks of the fill that are looked for, spread evenly, when a copy need not be exact."""
PROBE_WIDTH = 9
"""Width (voxels) of those blocks."""
MEDIAN_OF_NORMAL = 0.6745
"""Median of the absolute value of a standard normal number."""
LEFT_OVER = 0.25
"""Part of the fill's own detail that the difference from a copy may have: smooth is not copied."""
FEW = 8
"""A block that lies in more places than this (a flat background) says nothing of where it is from."""


@dataclass(frozen=True)
class Copy:
    """A piece of the fill that lies in the source at `offset`.

    Parameters
    ----------
    voxels : int
        Size of the connected piece; 0 when there is none.
    side : int
        Width of the largest square (cube, in a stack of several slices) in it.
    offset : tuple of int
        Position in the source minus position in the fill.
    """

    voxels: int
    side: int
    offset: tuple[int, ...]


def longest_copy(generated: np.ndarray, source: np.ndarray, mask: np.ndarray, *, noise: float = 0.0) -> Copy:
    """Find the largest connected piece of the fill that is copied from the known source at one offset.

    Parameters
    ----------
    generated, source : ndarray (Y, X[, C]) or (Z, Y, X[, C])
        The filled image and its source; what `source` holds under the mask is not looked at.
    mask : ndarray of bool
        What was generated.
    noise : float
        0 asks for equal values. Above, a piece is a copy where the fine detail of the difference (its
        Laplacian, root mean square over 3 x 3 (x 3), in units of white noise) is below this: what
        blending adds, constants and slopes, does not hide a copy. Half of `noise_level` tells copies
        from independent samples of one texture, whose difference has about 1.4 times its level.

    Returns
    -------
    Copy
        The largest found. Exact pieces narrower than 4 voxels are not looked for.
    """
    check_mask(generated, mask)
    check_mask(source, mask)
    mask = mask.astype(bool)
    fill, known = with_channels(generated, mask.ndim), with_channels(source, mask.ndim)
    known = np.where(mask[..., None], np.nan, known)
    offsets = _exact_offsets(fill, known, mask) if noise <= 0 else _similar_offsets(fill, known, mask)
    best = Copy(0, 0, (0,) * mask.ndim)
    for offset in offsets:
        found = _piece(fill, known, mask, offset, noise)
        best = max(best, found, key=lambda copy: copy.voxels)
    return best


def noise_level(image: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Estimate the standard deviation of fine detail: the median absolute Laplacian, scaled for white noise.

    Parameters
    ----------
    image : ndarray (Y, X) or (Z, Y, X); with `mask` also with channels last
    mask : ndarray of bool, optional
        What is left out, with all that borders it.

    Returns
    -------
    float
        0 where everything borders the mask, as in a stack with room between its slices.
    """
    if mask is None:
        mask = np.zeros(image.shape, dtype=bool)
    values = with_channels(image, mask.ndim)
    use = ~ndimage.binary_dilation(mask)
    if not use.any():
        return 0.0
    levels = [np.median(np.abs(ndimage.laplace(values[..., c])[use])) for c in range(values.shape[-1])]
    return float(np.mean(levels)) / MEDIAN_OF_NORMAL / _laplacian_gain(mask.shape)


def _piece(fill: np.ndarray, known: np.ndarray, mask: np.ndarray, offset: tuple[int, ...], noise: float) -> Copy:
    """Measure the largest connected piece that agrees at an offset."""
    here, there = _overlap(mask.shape, offset)
    difference = fill[here] - known[there]
    same = np.zeros(mask.shape, dtype=bool)
    if noise <= 0:
        same[here] = (difference == 0).all(axis=-1)
    else:
        same[here] = _steady(difference, fill[here], noise)
    labels, n = ndimage.label(same & mask)
    if n == 0:
        return Copy(0, 0, offset)
    sizes = np.bincount(labels.ravel())[1:]
    piece = labels == int(sizes.argmax()) + 1
    return Copy(int(sizes.max()), _inner_width(piece), offset)


def _steady(difference: np.ndarray, fill: np.ndarray, noise: float) -> np.ndarray:
    """Say where the difference has no fine detail, and far less than the fill itself.

    What is next to a masked voxel is left out.
    """
    bad = np.isnan(difference).any(axis=-1)
    detail = _detail(np.where(bad[..., None], 0, difference))
    within = detail <= np.minimum(noise**2, LEFT_OVER * _detail(fill))
    return np.asarray(within & ~ndimage.binary_dilation(bad))


def _detail(values: np.ndarray) -> np.ndarray:
    """Give the local mean square of the Laplacian, in units of the variance of white noise."""
    size = tuple(min(3, n) for n in values.shape[:-1])
    squares = np.mean([ndimage.laplace(values[..., c]) ** 2 for c in range(values.shape[-1])], axis=0)
    return np.asarray(ndimage.uniform_filter(squares, size) / _laplacian_gain(squares.shape) ** 2)


def _laplacian_gain(shape: tuple[int, ...]) -> float:
    """Give what the Laplacian multiplies the standard deviation of white noise by."""
    axes = sum(n > 1 for n in shape)
    return float(np.sqrt((2 * axes) ** 2 + 2 * axes))


def _inner_width(piece: np.ndarray) -> int:
    """Width of the largest square or cube in a piece; single slices count as planes."""
    starts = np.atleast_1d(np.squeeze(piece))
    width = 0
    # a square of width w + 1 begins where squares of width w begin in all corners of a 2 x 2 block
    while starts.any():
        width += 1
        for axis in range(starts.ndim):
            before, after = [slice(None)] * starts.ndim, [slice(None)] * starts.ndim
            before[axis], after[axis] = slice(None, -1), slice(1, None)
            starts = starts[tuple(before)] & starts[tuple(after)]
    return width


def _overlap(shape: tuple[int, ...], offset: tuple[int, ...]) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    here = tuple(slice(max(0, -o), min(n, n - o)) for n, o in zip(shape, offset, strict=True))
    there = tuple(slice(s.start + o, s.stop + o) for s, o in zip(here, offset, strict=True))
    return here, there


def _exact_offsets(fill: np.ndarray, known: np.ndarray, mask: np.ndarray) -> Iterable[tuple[int, ...]]:
    """Look all blocks of the fill up among those of the source by a hash of their values."""
    width = tuple(min(SEED_WIDTH, n) for n in mask.shape)
    if any(n < 2 for n in width[-2:]):
        return []
    outside = _whole_blocks(~np.isnan(known).any(axis=-1), width)
    inside = _whole_blocks(mask, width)
    table = _block_hashes(np.nan_to_num(known), width)[outside]
    order = np.argsort(table, kind="stable")
    wanted = _block_hashes(fill, width)[inside]
    first = np.searchsorted(table[order], wanted, "left")
    last = np.searchsorted(table[order], wanted, "right")
    few = np.flatnonzero((last > first) & (last - first <= FEW))
    source, target = np.argwhere(outside)[order], np.argwhere(inside)
    pairs = [source[first[i] : last[i]] - target[i] for i in few]
    return _most_frequent(np.concatenate(pairs)) if pairs else []


def _most_frequent(offsets: np.ndarray) -> list[tuple[int, ...]]:
    found, counts = np.unique(offsets, axis=0, return_counts=True)
    best = np.argsort(-counts, kind="stable")[:OFFSETS]
    return [tuple(int(o) for o in found[i]) for i in best]


def _whole_blocks(flags: np.ndarray, width: tuple[int, ...]) -> np.ndarray:
    """Say at which starts all voxels of a block are flagged."""
    for axis, n in enumerate(width):
        length = flags.shape[axis] - n + 1
        parts = [np.take(flags, np.arange(i, i + length), axis=axis) for i in range(n)]
        flags = np.logical_and.reduce(parts)
    return flags


def _block_hashes(values: np.ndarray, width: tuple[int, ...]) -> np.ndarray:
    """Hash the values of each block: odd multipliers modulo 2**64, the same in every call."""
    rng = np.random.default_rng(0)
    bits = np.ascontiguousarray(values + 0.0).view(np.uint64)
    mixed = (bits * rng.integers(1, 2**63, values.shape[-1], dtype=np.uint64)).sum(axis=-1, dtype=np.uint64)
    # values that differ in high bits only must differ in the low ones too
    mixed ^= mixed >> np.uint64(29)
    for axis, n in enumerate(width):
        length = mixed.shape[axis] - n + 1
        factors = rng.integers(1, 2**63, n, dtype=np.uint64) | np.uint64(1)
        parts = [np.take(mixed, np.arange(i, i + length), axis=axis) * f for i, f in enumerate(factors)]
        mixed = np.sum(parts, axis=0, dtype=np.uint64)
        mixed ^= mixed >> np.uint64(31)
    return np.asarray(mixed)


def _similar_offsets(fill: np.ndarray, known: np.ndarray, mask: np.ndarray) -> Iterable[tuple[int, ...]]:
    """Find where probes from all over the fill fit best, up to an added constant."""
    width = tuple(min(PROBE_WIDTH, n) for n in mask.shape)
    starts = np.argwhere(_whole_blocks(mask, width))
    if not len(starts):
        return []
    allowed = _whole_blocks(~np.isnan(known).any(axis=-1), width)
    chosen = starts[np.linspace(0, len(starts) - 1, min(PROBES, len(starts))).astype(int)]
    field = _Field(np.nan_to_num(known), allowed, width)
    blocks = (tuple(slice(s, s + w) for s, w in zip(start, width, strict=True)) for start in chosen)
    found = [np.subtract(field.best(fill[block]), start) for block, start in zip(blocks, chosen, strict=True)]
    return _most_frequent(np.array(found))


class _Field:
    """The source, transformed once, in which blocks are looked for."""

    def __init__(self, known: np.ndarray, allowed: np.ndarray, width: tuple[int, ...]) -> None:
        self._allowed, self._count = allowed, int(np.prod(width))
        self._grid = tuple(next_fast_len(n, real=True) for n in known.shape[:-1])
        self._spectra = [rfftn(known[..., c], self._grid) for c in range(known.shape[-1])]
        box = rfftn(np.ones(width), self._grid).conj()
        squares = self._back(rfftn((known**2).sum(axis=-1), self._grid) * box)
        means = sum(self._back(spectrum * box) ** 2 for spectrum in self._spectra)
        self._variance = squares - means / self._count

    def best(self, block: np.ndarray) -> tuple[int, ...]:
        """Give the start where the mean-free squared difference is least."""
        cross = np.zeros(self._allowed.shape)
        for c, spectrum in enumerate(self._spectra):
            centred = block[..., c] - block[..., c].mean()
            cross += self._back(spectrum * rfftn(centred, self._grid).conj())
        cost = np.where(self._allowed, self._variance - 2 * cross, np.inf)
        return tuple(int(i) for i in np.unravel_index(int(cost.argmin()), cost.shape))

    def _back(self, spectrum: np.ndarray) -> np.ndarray:
        whole = irfftn(spectrum, self._grid)
        return np.asarray(whole[tuple(slice(n) for n in self._allowed.shape)])
