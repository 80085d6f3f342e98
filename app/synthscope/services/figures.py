"""What is measured of every candidate when it is made: seam, steps between slices, texture, copied pieces."""

from __future__ import annotations

import math

import numpy as np
from scipy import ndimage

from synthscope.imaging.copies import longest_copy, noise_level
from synthscope.imaging.regions import image_to_mask, moments, to_block, whole
from synthscope.imaging.seams import seam_ratio
from synthscope.imaging.slice_seams import Ratio, slice_ratios
from synthscope.imaging.texture import texture_ratio
from synthscope.records.request import Region
from synthscope.records.space import Space

SURROUNDINGS = 12
"""Voxels around the mask that count as its surroundings."""

SLICE_FIGURES = ("slice_step_ratio", "slice_seam_ratio")
SMOOTH = 0.5
ROUGH = 2.0
JUMP = 1.5
"""From here on steps between slices, by the low end of their interval, are worth a sentence."""
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
        ``seam_ratio`` of the result and ``source_seam_ratio`` of the untouched source on the same mask, where
        something was there; ``texture_ratio`` of the fill to its surroundings, ``longest_copy`` in voxels; in a
        stack what `slice_figures` gives of both.
    remarks : tuple of str
        A sentence for each figure that a person should know of.
    """
    if real is None or mask is None or mask.all() or pixels.size > LARGEST:
        return {}, ()
    part = _largest_moment(mask, pixels.shape, space)
    inside = to_block(mask[image_to_mask(part, space).slices], space.mask_space())[..., 0]
    before, after = (to_block(array[part.slices], space) for array in (real, pixels))
    deep = slice_figures(after, inside)
    if not _is_blank(before, inside):
        below = slice_figures(before, inside)
        deep |= {f"source_{name}": value for name, value in below.items() if name in SLICE_FIGURES}
    before, after, inside = _flat_where_thin(before, after, inside)
    near = ndimage.binary_dilation(inside, iterations=SURROUNDINGS) & ~inside
    copy = longest_copy(after, before, inside, noise=noise_level(before, inside) / 2)
    figures = {
        "seam_ratio": seam_ratio(after, inside),
        "source_seam_ratio": math.nan if _is_blank(before, inside) else seam_ratio(before, inside),
        "texture_ratio": texture_ratio(after, after, inside, near),
        "longest_copy": float(copy.voxels),
        **deep,
    }
    known = {name: round(value, 4) for name, value in figures.items() if math.isfinite(value)}
    return known, _remarks(known, int(inside.sum()))


def slice_figures(block: np.ndarray, inside: np.ndarray) -> dict[str, float]:
    """Measure the steps from slice to slice of a block (Z, Y, X, C) where `inside` (Z, Y, X) was made.

    Returns
    -------
    dict
        ``slice_step_ratio`` between slices that were made and ``slice_seam_ratio`` from known ones to those, each
        over the same of the known stack, with ``_low`` and ``_high`` (95 %). What cannot be told is left out: both
        in a picture, the seam where a hole goes through all slices, intervals of small holes.
    """
    found = slice_ratios(block, inside)
    pairs = zip(SLICE_FIGURES, (found.within, found.border), strict=True)
    figures = {name + end: value for name, ratio in pairs for end, value in _ends(ratio)}
    return {name: value for name, value in figures.items() if math.isfinite(value)}


def _is_blank(before: np.ndarray, inside: np.ndarray) -> bool:
    """Whether the source has one value all over the mask: room that was made, or a dead area; no border to compare."""
    hidden = before[inside]
    return bool((hidden == hidden[:1]).all())


def _ends(ratio: Ratio) -> tuple[tuple[str, float], ...]:
    return ("", ratio.value), ("_low", ratio.low), ("_high", ratio.high)


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
    if figures.get("slice_seam_ratio_low", 0.0) > JUMP:
        remarks.append(
            f"The fill jumps where it meets known slices ({figures['slice_seam_ratio']:.2f} of the stack's own steps)."
        )
    if figures.get("slice_step_ratio_low", 0.0) > JUMP:
        remarks.append(
            f"Slices of the fill do not go on from one to the next ({figures['slice_step_ratio']:.2f} of the stack's "
            "own steps)."
        )
    copied = figures.get("longest_copy", 0.0)
    if copied > made / 4:
        remarks.append(f"One piece of {copied:.0f} of {made} voxels was copied as it stands from nearby.")
    return tuple(remarks)
