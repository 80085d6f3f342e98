"""Does the border of a mask show: steps across it over steps beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from scipy import ndimage

from synthscope.imaging.channels import check_mask, with_channels

BAND = 8
"""How far (voxels) the known surroundings reach that a border is compared with."""


def seam_ratio(image: np.ndarray, mask: np.ndarray, *, band: int = BAND, axes: Iterable[int] | None = None) -> float:
    """Divide the mean absolute step across the mask's border by that in its surroundings.

    ``mean |u(p) - u(q)|`` over face neighbours with p inside and q outside the mask, divided by the
    same over neighbours of which both are known and at most `band` voxels from the mask. 1 says that
    the border cannot be told from its surroundings on average; a smooth fill gives less, a visible
    seam more. What "real" gives on this mask is the ratio of the untouched image: compare with that.

    Parameters
    ----------
    image : ndarray (Y, X[, C]) or (Z, Y, X[, C])
        Steps are averaged over channels.
    mask : ndarray of bool (Y, X) or (Z, Y, X)
    axes : iterable of int, optional
        Directions of the steps that count; all by default. ``axes=(0,)`` on a stack tells of the seam
        between slices.

    Returns
    -------
    float
        1 where neither border nor surroundings have any step, infinite where only the border has,
        not a number where the mask has no border or no surroundings in these directions.
    """
    across, beside = seam_steps(image, mask, band=band, axes=axes)
    if not len(across) or not len(beside):
        return float("nan")
    above, below = float(across.mean()), float(beside.mean())
    if below == 0:
        return 1.0 if above == 0 else float("inf")
    return above / below


def seam_steps(
    image: np.ndarray, mask: np.ndarray, *, band: int = BAND, axes: Iterable[int] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Give the absolute steps across the border, and those in the known surroundings.

    Returns
    -------
    across, beside : ndarray of float64
        In units of the image, one per pair of neighbours.
    """
    check_mask(image, mask)
    mask = mask.astype(bool)
    box = _around(mask, band + 1)
    mask, values = mask[box], with_channels(image[box], mask.ndim)
    near = _near(mask, band)
    across, beside = [np.empty(0)], [np.empty(0)]
    for before, after in _pairs(mask.ndim, range(mask.ndim) if axes is None else axes):
        step = np.abs(values[after] - values[before]).mean(axis=-1)
        across.append(step[mask[before] != mask[after]])
        beside.append(step[near[before] & near[after]])
    return np.concatenate(across), np.concatenate(beside)


def _near(mask: np.ndarray, band: int) -> np.ndarray:
    """Known voxels within `band` city blocks of the mask."""
    grown: np.ndarray = ndimage.binary_dilation(mask, iterations=band) & ~mask
    return grown


def _around(mask: np.ndarray, margin: int) -> tuple[slice, ...]:
    found = ndimage.find_objects(mask.astype(np.uint8))
    if not found:
        return tuple(slice(0, n) for n in mask.shape)
    return tuple(
        slice(max(s.start - margin, 0), min(s.stop + margin, n)) for s, n in zip(found[0], mask.shape, strict=True)
    )


def _pairs(ndim: int, axes: Iterable[int]) -> Iterator[tuple[tuple[slice, ...], tuple[slice, ...]]]:
    for axis in axes:
        before, after = [slice(None)] * ndim, [slice(None)] * ndim
        before[axis], after[axis] = slice(None, -1), slice(1, None)
        yield tuple(before), tuple(after)
