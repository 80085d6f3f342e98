"""What is measured of every candidate when it is made: seam, texture, copied pieces."""

from __future__ import annotations

import math

import numpy as np
from scipy import ndimage

from synthscope.imaging.copies import longest_copy, noise_level
from synthscope.imaging.regions import image_to_mask, moments, to_block, whole
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.texture import texture_ratio
from synthscope.records.request import Region
from synthscope.records.space import Space

SURROUNDINGS = 12
"""Voxels around the mask that count as its surroundings."""

SMOOTH = 0.5
ROUGH = 2.0
LARGEST = 2**24
"""Regions of more values are not measured: the fill itself is what a person waits for."""


def measure(
    real: np.ndarray | None, pixels: np.ndarray, mask: np.ndarray | None, space: Space
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Measure a filled region beside its own surroundings.

    Parameters
    ----------
    real, pixels : ndarray
        The region of the source and of the result, of the image's axes.
    mask : ndarray of bool, optional
        What was made, of the mask's axes; without one nothing is measured.

    Returns
    -------
    figures : dict
        ``seam_ratio`` of the result and ``source_seam_ratio`` of the untouched source on the same mask,
        ``texture_ratio`` of the fill to its surroundings, ``longest_copy`` in voxels.
    remarks : tuple of str
        A sentence for each figure that a person should know of.
    """
    if real is None or mask is None or mask.all() or pixels.size > LARGEST:
        return {}, ()
    part = _largest_moment(mask, pixels.shape, space)
    inside = to_block(mask[image_to_mask(part, space).slices], space.mask_space())[..., 0]
    before, after = (to_block(array[part.slices], space) for array in (real, pixels))
    before, after, inside = _flat_where_thin(before, after, inside)
    near = ndimage.binary_dilation(inside, iterations=SURROUNDINGS) & ~inside
    copy = longest_copy(after, before, inside, noise=noise_level(before, inside) / 2)
    figures = {
        "seam_ratio": seam_ratio(after, inside),
        "source_seam_ratio": seam_ratio(before, inside),
        "texture_ratio": texture_ratio(after, after, inside, near),
        "longest_copy": float(copy.voxels),
    }
    known = {name: round(value, 4) for name, value in figures.items() if math.isfinite(value)}
    return known, _remarks(known, int(inside.sum()))


def _flat_where_thin(
    before: np.ndarray, after: np.ndarray, inside: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take the slice with the most of the mask where it is thinner than three slices.

    Detail through the stack cannot be told from the step to the next slice there.
    """
    per_slice = inside.sum(axis=(1, 2))
    if np.count_nonzero(per_slice) >= 3:
        return before, after, inside
    one = slice(int(per_slice.argmax()), int(per_slice.argmax()) + 1)
    return before[one], after[one], inside[one]


def _largest_moment(mask: np.ndarray, shape: tuple[int, ...], space: Space) -> Region:
    parts = moments(whole(shape), space)
    return max(parts, key=lambda part: int(mask[image_to_mask(part, space).slices].sum()))


def _remarks(figures: dict[str, float], made: int) -> tuple[str, ...]:
    remarks = []
    texture = figures.get("texture_ratio", 1.0)
    if texture < SMOOTH:
        remarks.append(f"The fill is smoother than its surroundings (texture ratio {texture:.2f}; 1 is alike).")
    if texture > ROUGH:
        remarks.append(f"The fill is rougher than its surroundings (texture ratio {texture:.2f}; 1 is alike).")
    copied = figures.get("longest_copy", 0.0)
    if copied > made / 4:
        remarks.append(f"One piece of {copied:.0f} of {made} voxels was copied as it stands from nearby.")
    return tuple(remarks)
