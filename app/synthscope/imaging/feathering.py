"""Feathering: what a fill gets wrong at its border is taken away inside the mask, less and less with depth."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from synthscope.errors import InputError
from synthscope.imaging.masks.grids import grown_box, painted_box
from synthscope.imaging.masks.morphology import feather
from synthscope.imaging.membranes import solve_membrane
from synthscope.imaging.rounding import Limits, restore
from synthscope.records.events import Job, Progress

TEXT = "Feathering the border"
ALONG = 1.0
"""Standard deviation, in steps of the finest axis, over which the mismatch is averaged along the border: less
copies the grain of the surroundings, more leaves seams at structures. Chosen by the seam ratio on soil, fibres,
roots and neurons (docs/measured.md)."""
AHEAD = 0.5
"""Steps by which both sides are continued by their own slope, to the face where they meet."""
_RING = 2  # voxels that a border and its slope need on either side
_TOLERANCE = 1e-6  # of the membrane: far below one grey value of any mismatch


def feather_fill(
    made: np.ndarray,
    known: np.ndarray,
    mask: np.ndarray,
    width: float,
    voxel_size: tuple[float, float, float],
    limits: Limits | None = None,
) -> Job[np.ndarray]:
    """Bend a fill to its surroundings within `width` of its border.

    With w the weights of `imaging.masks.morphology.feather`, the result is ``made + (1 - w) m``. On the
    border m is the mismatch between the known values and the made ones where they meet, averaged along the
    border, and of it what is more than the surroundings have among themselves; inwards it is continued by
    Laplace's equation (the membrane of Pérez, Gangnet & Blake 2003, ACM Trans. Graph. 22:313). So nothing
    outside the mask and nothing deeper than `width` changes, and nothing is looked at but known voxels and
    made ones.

    Parameters
    ----------
    made : ndarray (Z, Y, X, C)
        The fill, in the source's dtype; only its voxels in the mask count.
    known : ndarray (Z, Y, X, C)
        The source; its voxels in the mask are not looked at.
    mask : ndarray of bool (Z, Y, X)
    width : float
        In the unit of `voxel_size`; 0 changes nothing, and so does less than one step.
    voxel_size : tuple of float (z, y, x)
    limits : tuple of (float, float), optional
        Lowest and highest value per channel.

    Yields
    ------
    Progress

    Returns
    -------
    ndarray (Z, Y, X, C)
        Of the dtype of `made`.

    Raises
    ------
    InputError
        If shapes do not fit.
    """
    if made.shape != known.shape or mask.shape != made.shape[:3]:
        raise InputError(
            f"A fill of {made.shape}, a source of {known.shape} and a mask of {mask.shape} do not fit; "
            "give the same voxels three times."
        )
    painted = painted_box(mask)
    if width == 0 or painted is None:
        return made
    box = grown_box(painted, mask.shape, (2 * _RING,) * 3)
    inside = mask[box]
    values = np.where(inside[..., None], made[box], known[box]).astype(np.float64)
    finite = np.asarray(np.isfinite(values).all(axis=-1))
    values[~finite] = 0.0
    weights = feather(inside, width, voxel_size)
    border, mismatch = _excess_mismatch(values, inside, finite, voxel_size)
    band = _joined_to(border, finite & inside & (weights < 1))
    shift, rest = mismatch, band & ~border
    if rest.any():
        job = solve_membrane(mismatch, band & border, rest, voxel_size, text=TEXT, tolerance=_TOLERANCE)
        shift = yield from _quietly(job)
    bent = values[band] + (1.0 - weights[band, None]) * shift[band]
    result = made.copy()
    result[box][band] = restore(bent, made.dtype, limits)
    return result


def _excess_mismatch(
    values: np.ndarray, mask: np.ndarray, finite: np.ndarray, voxel_size: tuple[float, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Give the border of the mask, and the part of the mismatch there that is more than what is natural.

    The same mismatch is measured across a line in the known surroundings. What is left has its root mean
    square, per channel: without mismatch nature would be smoothed away at the border.
    """
    border, mismatch = _border_mismatch(values, finite & mask, finite & ~mask, voxel_size)
    wider = ndimage.binary_dilation(mask, iterations=_RING)
    line, natural = _border_mismatch(values, finite & wider & ~mask, finite & ~wider, voxel_size)
    if line.any() and border.any():
        found, usual = ((m[where] ** 2).mean(axis=0) for m, where in ((mismatch, border), (natural, line)))
        ratio = np.divide(usual, found, out=np.ones_like(found), where=found > usual)
        mismatch *= 1.0 - np.sqrt(ratio)
    return border, mismatch


def _border_mismatch(
    values: np.ndarray, inside: np.ndarray, outside: np.ndarray, voxel_size: tuple[float, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Give the voxels inside that touch one outside, and there the mismatch (Z, Y, X, C), zero elsewhere."""
    total, weight = np.zeros_like(values), np.zeros(inside.shape)
    finest = min(voxel_size)
    for axis, step in enumerate(voxel_size):
        for side in (1, -1):  # outside lies after, then before
            turned = (np.moveaxis(array, axis, 0)[::side] for array in (values, inside, outside, total, weight))
            _add_gaps(*turned, share=(finest / step) ** 2)
    border = weight > 0
    sigma = [ALONG * finest / step for step in voxel_size]
    covered = ndimage.gaussian_filter(weight, sigma, mode="constant")
    mismatch = np.zeros_like(values)
    for c in range(values.shape[-1]):
        mean = ndimage.gaussian_filter(total[..., c], sigma, mode="constant")
        mismatch[border, c] = mean[border] / covered[border]
    return border, mismatch


def _add_gaps(
    values: np.ndarray, inside: np.ndarray, outside: np.ndarray, total: np.ndarray, weight: np.ndarray, *, share: float
) -> None:
    """Add what each voxel inside misses to meet the one after it, which lies outside; along the first axis."""
    first, *rest = np.nonzero(inside[:-1] & outside[1:])

    def at(steps: int) -> tuple[np.ndarray, ...]:
        return (np.clip(first + steps, 0, len(values) - 1), *rest)

    there, here = values[at(1)], values[at(0)]
    there = there + AHEAD * np.where(outside[at(2)][:, None], there - values[at(2)], 0.0)
    here = here + AHEAD * np.where(inside[at(-1)][:, None], here - values[at(-1)], 0.0)
    total[at(0)] += share * (there - here)
    weight[at(0)] += share


def _joined_to(border: np.ndarray, band: np.ndarray) -> np.ndarray:
    """Leave out the parts of the band that no voxel of the border belongs to: nothing is known beside them."""
    parts, _ = ndimage.label(band)
    kept = np.zeros(parts.max() + 1, dtype=bool)
    kept[parts[border & band]] = True
    joined: np.ndarray = kept[parts]
    return joined


def _quietly(job: Job[np.ndarray]) -> Job[np.ndarray]:
    """Pass on that work goes on: the fill itself is done, and its bar must not go back."""
    while True:
        try:
            next(job)
        except StopIteration as stop:
            solved: np.ndarray = stop.value
            return solved
        yield Progress(1, 1, TEXT)
