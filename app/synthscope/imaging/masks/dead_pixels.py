"""Dead and hot pixels: single voxels far from all their neighbours, or wrong at one place in every slice."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from synthscope.imaging.masks.grids import Mask
from synthscope.imaging.masks.proposals import (
    Plane,
    Proposal,
    blank_surround,
    finished,
    planes_of,
    read_planes,
    stacked,
)
from synthscope.records.events import Job, Progress

_RING = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=bool)
_SPARE = 2  # bad neighbours that a bad pixel may have
_ENOUGH_SLICES = 5
_MOST_SLICES = 25  # evenly chosen, for what is wrong in all of them; they are held in memory
_TYPICAL = 0.9  # quantile of all differences; up to a tenth of the pixels may be bad
_LASTING = 1.5  # what lasts through slices is less noisy, so that fine structure stands out more
_LARGEST = 6  # pixels of a cluster; what is larger is a thing in the image


def find_dead_pixels(pixels: Any, *, strength: float = 5.5) -> Proposal:
    """Propose dead and hot pixels.

    A pixel is proposed when it lies outside the range of its eight neighbours (the two most extreme left out,
    so that pairs and corners of three are found) by more than `strength` times the robust spread of the
    texture around it. In stacks of at least five slices a pixel is also proposed, in every slice, when its
    median difference from its neighbours over (at most 25 of) the slices stands out from that of all other places.

    Parameters
    ----------
    pixels : array (Y, X) or (Z, Y, X)
        One channel; may be lazy.
    strength : float
        Robust standard deviations from which a pixel is proposed.

    Returns
    -------
    Proposal
        `count` is the number of places (of a stack: pixels of a slice, each place once).

    Raises
    ------
    MaskError
        If the image has a shape that cannot be searched.
    """
    return finished(dead_pixels_job(pixels, strength=strength))


def dead_pixels_job(pixels: Any, *, strength: float = 5.5) -> Job[Proposal]:
    """Do as `find_dead_pixels`, telling the progress slice by slice."""
    shape = tuple(pixels.shape)
    masks: list[Mask] = []
    differences: list[NDArray[np.float32]] = []
    score = 0.0
    enough = len(shape) == 3 and shape[0] >= _ENOUGH_SLICES
    sampled = set(np.linspace(0, shape[0] - 1, min(shape[0], _MOST_SLICES)).astype(int).tolist() if enough else [])
    for plane in read_planes(pixels):
        yield Progress(len(masks), planes_of(shape), "Looking for dead pixels")
        z = _excess(plane)
        mask = _small_clusters(z >= strength)
        masks.append(mask)
        score = max(score, float(z[mask].max()) if mask.any() else 0.0)
        if len(masks) - 1 in sampled:
            differences.append(_scaled_difference(plane))
    mask = stacked(masks, len(shape))
    lasting = np.zeros(shape[-2:], dtype=bool)
    if differences:
        lasting, clearest = _lasting(differences, strength)
        mask |= lasting
        score = max(score, clearest)
    places = int(np.count_nonzero(mask.any(axis=0) if mask.ndim == 3 else mask))
    return Proposal(mask, "pixels", places, score, _sentence(places, int(np.count_nonzero(lasting)), score))


def _excess(plane: Plane) -> NDArray[np.float32]:
    """Give how far each pixel lies outside its neighbours, in robust spreads of the texture around it."""
    highest = ndimage.rank_filter(plane, rank=-1 - _SPARE, footprint=_RING, mode="mirror")
    lowest = ndimage.rank_filter(plane, rank=_SPARE, footprint=_RING, mode="mirror")
    excess = np.maximum(np.maximum(plane - highest, lowest - plane), 0)
    difference = np.abs(plane - ndimage.median_filter(plane, footprint=_RING, mode="mirror"))
    around = 1.4826 * ndimage.median_filter(difference, 7, mode="mirror")
    valid = ~blank_surround(plane, 2)
    spread = np.maximum(around, _least_spread(difference[valid]))
    return np.where(valid, excess / spread, np.float32(0)).astype(np.float32)


def _least_spread(difference: NDArray[np.float32]) -> float:
    """Give the spread that flat places are taken to have, so that rounding there is not taken for a fault."""
    if difference.size == 0:
        return 1.0
    return max(float(np.quantile(difference, _TYPICAL)), 1e-30)


def _small_clusters(mask: Mask) -> Mask:
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    small = np.bincount(labels.ravel(), minlength=count + 1) <= _LARGEST
    small[0] = False
    kept: Mask = small[labels]
    return kept


def _scaled_difference(plane: Plane) -> NDArray[np.float32]:
    """Give the difference from the median of the neighbours, in spreads of the slice."""
    difference = plane - ndimage.median_filter(plane, footprint=_RING, mode="mirror")
    difference[blank_surround(plane, 2)] = 0
    scaled: NDArray[np.float32] = difference / np.float32(max(float(difference.std()), 1e-30))
    return scaled


def _lasting(differences: list[NDArray[np.float32]], strength: float) -> tuple[Mask, float]:
    """Mark the places that are wrong in most slices.

    The median over the slices leaves what lasts through all of them, edges along the stack too; so a place
    must lie as far outside its neighbours there as a single bad pixel does in a slice.
    """
    z = _excess(np.median(np.stack(differences), axis=0).astype(np.float32))
    mask = _small_clusters(z >= _LASTING * strength)
    return mask, float(z[mask].max()) if mask.any() else 0.0


def _sentence(places: int, lasting: int, score: float) -> str:
    if places == 0:
        return "No dead or hot pixels stand out."
    noun = "pixel lies" if places == 1 else "pixels lie"
    text = (
        f"{places} {noun} far outside the range of the neighbours; the clearest by {score:.1f} times the "
        "spread of the texture around it."
    )
    return text + (f" {lasting} of them are wrong at the same place in most slices." if lasting else "")
