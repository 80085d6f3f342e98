"""Dead rows and columns of a detector."""

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
    clipped,
    finished,
    planes_of,
    read_planes,
    sigma_of,
    stacked,
    with_flanks,
)
from synthscope.records.events import Job, Progress

_CLIP = 4.0
_STUCK = 100.0  # score of a line that shows one value only


def find_dead_lines(pixels: Any, *, strength: float = 6.0, widest: int = 3) -> Proposal:
    """Propose rows and columns that are darker or brighter than beside them, or show one value only.

    What a line shows above or below the median of the lines around it is clipped, averaged along
    the line, and compared with the median absolute deviation over all lines.

    Parameters
    ----------
    pixels : array (Y, X) or (Z, Y, X)
        One channel; may be lazy. Of a stack every slice is looked at by itself and all together: a line that
        stands out on the whole is proposed in every slice.
    strength : float
        Robust standard deviations from which a line is proposed.
    widest : int
        Width in pixels of the widest group of dead lines.

    Returns
    -------
    Proposal
        `count` is the number of rows and columns; of a stack, each place once.

    Raises
    ------
    MaskError
        If the image has a shape that cannot be searched.
    """
    return finished(dead_lines_job(pixels, strength=strength, widest=widest))


def dead_lines_job(pixels: Any, *, strength: float = 6.0, widest: int = 3) -> Job[Proposal]:
    """Do as `find_dead_lines`, telling the progress slice by slice."""
    shape = tuple(pixels.shape)
    window = 2 * widest + 1
    masks: list[Mask] = []
    everywhere = [np.zeros(n) for n in shape[-2:]]
    score = 0.0
    for plane in read_planes(pixels):
        yield Progress(len(masks), planes_of(shape), "Looking for dead lines")
        lines = [_deviations(plane, axis, window) for axis in (0, 1)]
        everywhere = [total + line for total, line in zip(everywhere, lines, strict=True)]
        chosen = [_chosen(line, strength, window) for line in lines]
        masks.append(chosen[0][0][:, None] | chosen[1][0][None, :])
        score = max(score, chosen[0][1], chosen[1][1])
    common = [_chosen(line, strength, window) for line in everywhere]
    mask = stacked(masks, len(shape)) | common[0][0][:, None] | common[1][0][None, :]
    score = max(score, common[0][1], common[1][1])
    rows, columns = (_whole_lines(mask, axis) for axis in (-2, -1))
    return Proposal(mask, "lines", rows + columns, score, _sentence(rows, columns, score))


def _deviations(plane: Plane, axis: int, window: int) -> NDArray[np.float64]:
    """Give the deviation of each row (axis 0) or column (axis 1) in robust sigmas."""
    lines = plane if axis == 0 else plane.T
    valid = ~blank_surround(plane, window // 2 + 1)
    valid = valid if axis == 0 else valid.T
    residual = lines - ndimage.median_filter(lines, size=(window, 1), mode="nearest")
    count = valid.sum(axis=1)
    usable = count >= lines.shape[1] / 5
    sums = clipped(residual, valid, _CLIP).sum(axis=1, dtype=np.float64)
    z = np.where(usable, sums / np.sqrt(np.maximum(count, 1)), 0.0)
    sigma = sigma_of(z[usable], centre=0.0)
    z = z / sigma if sigma > 0 else np.zeros_like(z)
    # a line stuck at a grey value near the mean deviates by nothing on average
    stuck = usable & (np.ptp(lines, axis=1) == 0)
    if np.count_nonzero(stuck) <= len(stuck) / 4:
        z[stuck & (np.abs(z) < _STUCK)] = _STUCK
    return z


def _chosen(deviations: NDArray[np.float64], strength: float, window: int) -> tuple[Mask, float]:
    """Mark the lines that stand out; sums over slices are scaled again by their own deviation."""
    sigma = sigma_of(deviations, centre=0.0)
    z = deviations / sigma if sigma > 0 else deviations
    chosen = with_flanks(z[:, None], strength, window)[:, 0]
    return chosen, float(np.abs(z[chosen]).max()) if chosen.any() else 0.0


def _whole_lines(mask: Mask, axis: int) -> int:
    """Count the places along an axis that are painted from end to end in any slice."""
    other = -1 if axis == -2 else -2
    lines = mask.all(axis=other)
    return int(np.count_nonzero(lines.any(axis=0) if lines.ndim == 2 else lines))


def _sentence(rows: int, columns: int, score: float) -> str:
    if rows + columns == 0:
        return "No dead rows or columns stand out."
    return (
        f"{rows} rows and {columns} columns stand out from those beside them, the clearest by {score:.1f} robust "
        "standard deviations of all lines."
    )
