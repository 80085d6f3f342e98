"""Where experts marked faults, over the map of a metric's error: density, correlation, area under the curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.stats import rankdata
from skimage.draw import polygon2mask

from synthscope.errors import InputError
from synthscope.records.study_events import Mark

SIGMA = 8.0
"""How exactly a hand points, in pixels: standard deviation."""
SHIFTS = 500
LARGEST = 2**20
"""Pixels that are compared; larger maps are averaged over squares first, which are smaller than a mark is exact."""
HALF = 0.5
"""Of what one rater adds where he marked: pixels above it count as near a mark, at least 1.18 `SIGMA` around it."""


def mark_mask(marks: Sequence[Mark], shape: tuple[int, int, int]) -> np.ndarray:
    """Draw the marks of one rater on the picture's grid.

    Parameters
    ----------
    marks : sequence of Mark
        Of one picture. Marks that lie outside it are cut at its border.
    shape : (depth, height, width)

    Returns
    -------
    ndarray of bool, shape `shape`
    """
    mask = np.zeros(shape, bool)
    for mark in marks:
        if not 0 <= mark.slice < shape[0]:
            raise InputError(f"A mark lies in slice {mark.slice}, and the picture has {shape[0]}; check its picture.")
        points = np.array(mark.points, float).reshape(-1, 2)
        if not len(points):
            raise InputError(f"A mark of shape {mark.shape!r} has no points; leave it out.")
        mask[mark.slice] |= _drawn(mark.shape, points, shape[1:])
    return mask


def _drawn(kind: str, points: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    plane = np.zeros(shape, bool)
    inside = np.clip(points, 0, np.array(shape) - 1)
    if kind == "region" and len(points) > 2:
        plane |= polygon2mask(shape, points)
        return plane
    low, high = np.floor(inside.min(axis=0) + 0.5).astype(int), np.floor(inside.max(axis=0) + 0.5).astype(int)
    plane[low[0] : high[0] + 1, low[1] : high[1] + 1] = True
    return plane


def mark_density(
    marks: Mapping[str, Sequence[Mark]], shape: tuple[int, int, int], *, sigma: float = SIGMA
) -> np.ndarray:
    """Give how many of the raters marked near each pixel.

    Parameters
    ----------
    marks : mapping
        From every rater who saw the picture, to his marks on it; none for one who found nothing.
    sigma : float
        Pixels, within a slice.

    Returns
    -------
    ndarray of float, shape `shape`, in [0, 1]
        Each rater's is 1 where he marked, and falls with the distance from there as a normal curve does; then the mean
        is taken over raters.
    """
    if not marks:
        raise InputError("Nobody saw the picture; a density of marks needs at least one rater.")
    total = np.zeros(shape)
    for mine in marks.values():
        mask = mark_mask(mine, shape)
        for place in np.flatnonzero(mask.any(axis=(1, 2))):
            total[place] += np.exp(-0.5 * (distance_transform_edt(~mask[place]) / sigma) ** 2)
    return total / len(marks)


def _binned(image: np.ndarray, factor: int) -> np.ndarray:
    """Take means of squares of pixels within slices; what is left over at the far borders is cut."""
    depth, height, width = image.shape
    rows, columns = height // factor, width // factor
    if factor == 1 or not rows * columns:
        return image
    cut = image[:, : rows * factor, : columns * factor].reshape(depth, rows, factor, columns, factor)
    return np.asarray(cut.mean(axis=(2, 4)))


@dataclass(frozen=True)
class MapAgreement:
    """How well a metric's error map tells where experts marked faults.

    Parameters
    ----------
    correlation : float
        Spearman's, over all pixels.
    area : float
        Under the curve of the error at pixels near a mark against all others; 0.5 for a map that says nothing.
    correlation_p, area_p : float
        One-sided, over the same marks shifted round the picture: neighbouring pixels are alike, so that tests of
        single pixels would be worthless.
    marked : float
        Part of the pixels near a mark.
    """

    correlation: float
    area: float
    correlation_p: float
    area_p: float
    marked: float


def compare_maps(
    error: np.ndarray, density: np.ndarray, rng: np.random.Generator, *, raters: int = 1, shifts: int = SHIFTS
) -> MapAgreement:
    """Compare an error map with the density of marks.

    Parameters
    ----------
    error : ndarray of float, shape (depth, height, width)
        Higher where the metric sees more wrong.
    density : ndarray of float, same shape
        See `mark_density`.
    raters : int
        Over whom the density was taken: a pixel is near a mark when half a rater's peak or more is there.
    shifts : int
        Of the marks round the picture, for p.
    """
    if error.shape != density.shape or error.ndim != 3:
        raise InputError(f"An error map of {error.shape} does not fit a density of {density.shape}; give (Z, Y, X).")
    if not np.isfinite(error).all():
        raise InputError("The error map holds values that are not finite; fill them before it is compared.")
    factor = int(np.ceil(np.sqrt(error.size / LARGEST)))
    error, density = _binned(error, factor), _binned(density, factor)
    near = density >= HALF / raters
    if not near.any() or near.all():
        return MapAgreement(float("nan"), float("nan"), float("nan"), float("nan"), float(near.mean()))
    ranks = rankdata(error).reshape(error.shape)
    other = rankdata(density).reshape(density.shape)
    centred, peers = ranks - ranks.mean(), other - other.mean()
    scale = float(np.sqrt((centred**2).sum() * (peers**2).sum()))
    seen = (float((centred * peers).sum()), float(ranks[near].sum()))
    beyond = np.zeros(2, int)
    for _ in range(shifts):
        move = tuple(int(rng.integers(0, side)) for side in error.shape)
        moved = np.roll(peers, move, axis=(0, 1, 2)), np.roll(near, move, axis=(0, 1, 2))
        beyond += (float((centred * moved[0]).sum()) >= seen[0], float(ranks[moved[1]].sum()) >= seen[1])
    marked, size = int(near.sum()), error.size
    return MapAgreement(
        seen[0] / scale if scale else float("nan"),
        (seen[1] - marked * (marked + 1) / 2) / (marked * (size - marked)),
        float(beyond[0] + 1) / (shifts + 1), float(beyond[1] + 1) / (shifts + 1), float(near.mean()),
    )  # fmt: skip
