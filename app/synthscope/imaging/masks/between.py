"""Paint the slices between painted slices, by the distances to their outlines."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from synthscope.errors import MaskError
from synthscope.imaging.masks.grids import Box, Mask, as_mask, painted_box, steps
from synthscope.imaging.masks.pairing import paired_pieces
from synthscope.imaging.masks.shapes import chosen_slices

_FAR = -1e12  # signed distance beyond the array: inside no shape
_TIE = 1e-9  # distances nearer than this are equal: which end a share is counted from must not decide


def interpolate_slices(
    mask: Mask,
    voxel_size: Sequence[float] | None = None,
    *,
    axis: int = 0,
    painted: Sequence[int] | None = None,
) -> Mask:
    """Fill the gaps between painted slices with shapes that turn one into the next.

    Shape-based interpolation (Raya and Udupa 1990): the signed distances to the outlines of two
    slices are mixed by the position between them. Pieces are interpolated each with its partner in
    the other slice: those that overlap, also several with one, and then the nearest that is left
    within reach. Partners of which none holds the other are moved along the line between their
    centres (Herman et al. 1992). A piece without a partner dwindles towards the slice where it
    is missing.

    Parameters
    ----------
    mask : bool ndarray (Z, Y, X)
    voxel_size : sequence of float, optional
        Step along each axis of `mask`.
    axis : int
        The axis of the slices.
    painted : sequence of int, optional
        The slices to interpolate between; those with anything on them when left out. Name an empty
        one to let a shape end there. What is on slices between named ones is replaced.

    Returns
    -------
    bool ndarray (Z, Y, X)
        The painted slices, and all before the first and after the last one, are bit-identical.

    Raises
    ------
    MaskError
        If the mask is no stack, or fewer than two slices are painted.
    ParameterError
        If `voxel_size` does not fit or a slice is not in the stack.
    """
    mask = as_mask(mask)
    if mask.ndim != 3:
        raise MaskError(f"A mask of shape {mask.shape} has no slices to interpolate between; give a stack.")
    size = steps(voxel_size, 3)
    filled = mask.copy()
    stack = np.moveaxis(filled, axis, 0)
    known = _painted_slices(stack, painted)
    in_plane = tuple(step for i, step in enumerate(size) if i != axis % 3)
    for low, high in itertools.pairwise(known):
        stack[low + 1 : high] = _gap(stack[low], stack[high], high - low, in_plane)
    return filled


def _painted_slices(stack: Mask, painted: Sequence[int] | None) -> list[int]:
    depth = stack.shape[0]
    found = np.flatnonzero(stack.any(axis=(1, 2))).tolist() if painted is None else painted
    known = sorted({z for index in found for z in chosen_slices(int(index), depth)})
    if len(known) < 2:
        raise MaskError(f"The number of painted slices is {len(known)}; paint at least two, with a gap between them.")
    return known


def _gap(first: Mask, last: Mask, distance: int, size: tuple[float, ...]) -> Mask:
    """Give the slices strictly between two that are `distance` apart."""
    between = np.zeros((distance - 1, *first.shape), dtype=bool)
    box = painted_box(first | last)
    if box is None or distance < 2:
        return between
    for before, after in paired_pieces(first[box], last[box], size):
        blend = _Blend(before, after, size)
        for k in range(1, distance):
            plane = between[k - 1][box]
            plane[blend.box] |= blend.at(k / distance)
    return between


class _Blend:
    """One piece on its way from a slice to the next; either end may be empty."""

    def __init__(self, before: Mask, after: Mask, size: tuple[float, ...]) -> None:
        self.box: Box = painted_box(before | after) or (slice(0, 0), slice(0, 0))
        first, last = before[self.box], after[self.box]
        self.before = _signed_distance(first, size)
        self.after = _signed_distance(last, size)
        self.way = _way(first, last)

    def at(self, share: float) -> Mask:
        """Give the piece within `box` at a position from 0 (before) to 1 (after)."""
        if self.before is None or self.after is None:
            return self._dwindled(share)
        mixed = (1 - share) * _moved(self.before, share * self.way)
        mixed += share * _moved(self.after, (share - 1) * self.way)
        inside: Mask = mixed[1:-1, 1:-1] > _TIE
        return inside

    def _dwindled(self, share: float) -> Mask:
        """Keep what is deeper than the share of the way that has been gone."""
        depth, gone = (self.before, share) if self.after is None else (self.after, 1 - share)
        if depth is None:
            return np.zeros((0, 0), dtype=bool)
        inside: Mask = depth[1:-1, 1:-1] > gone * depth.max() + _TIE
        return inside


def _signed_distance(piece: Mask, size: tuple[float, ...]) -> NDArray[np.float64] | None:
    """Give the distance to the outline, positive inside, on a frame of one voxel more on each side.

    Half a step is taken off on both sides, since the outline runs half-way between voxel centres.
    """
    if not piece.any():
        return None
    framed = np.pad(piece, 1)
    inside = ndimage.distance_transform_edt(framed, sampling=size)
    outside = ndimage.distance_transform_edt(~framed, sampling=size)
    half = min(size) / 2
    signed: NDArray[np.float64] = np.where(framed, inside - half, half - outside)
    return signed


def _way(first: Mask, last: Mask) -> NDArray[np.float64]:
    """Give the way between the centres in voxels; none where one shape holds the other."""
    overlap = np.count_nonzero(first & last)
    if overlap in (np.count_nonzero(first), np.count_nonzero(last)):
        return np.zeros(2)
    way: NDArray[np.float64] = np.argwhere(last).mean(axis=0) - np.argwhere(first).mean(axis=0)
    return way


def _moved(distance: NDArray[np.float64], way: NDArray[np.float64]) -> NDArray[np.float64]:
    if not way.any():
        return distance
    moved: NDArray[np.float64] = ndimage.shift(distance, way, order=1, mode="constant", cval=_FAR)
    return moved
