"""What a search for artefacts gives, and the robust measures that all searches share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from synthscope.errors import MaskError
from synthscope.imaging.masks.grids import Mask
from synthscope.records.events import Job

Kind: TypeAlias = Literal["rings", "streaks", "pixels", "lines"]
"""What is looked for: rings, straight streaks, dead or hot pixels, dead rows and columns."""

Plane: TypeAlias = NDArray[np.float32]
"""One slice (Y, X) in single precision."""

MAD_TO_SIGMA = 1.4826  # of a normal distribution
ECHO = 0.5  # of a clearer neighbour


@dataclass(frozen=True, eq=False)
class Proposal:
    """Voxels that look like an artefact, for a person to accept or not.

    Parameters
    ----------
    mask : bool ndarray
        Of the shape of the image.
    kind : {"rings", "streaks", "pixels", "lines"}
    count : int
        Number of artefacts, summed over slices unless they are the same in all.
    score : float
        How far the clearest of them stands out, in robust standard deviations of what the search
        measures on this image; 0 when nothing was found.
    sentence : str
        What was found and how, for the person.
    """

    mask: Mask
    kind: Kind
    count: int
    score: float
    sentence: str


def read_planes(pixels: Any) -> Iterator[Plane]:
    """Give the slices of an image one after the other, values that are not finite as zero.

    Raises
    ------
    MaskError
        If the image is not (Y, X) or (Z, Y, X), or a side is shorter than three pixels.
    """
    shape = checked_shape(pixels)
    for index in range(shape[0]) if len(shape) == 3 else [slice(None)]:
        plane = np.asarray(pixels[index]).astype(np.float32)
        yield np.nan_to_num(plane, copy=False, nan=0.0, posinf=0.0, neginf=0.0)


def checked_shape(pixels: Any) -> tuple[int, ...]:
    """Give the shape of an image of two or three axes; see `read_planes`."""
    shape = tuple(int(n) for n in pixels.shape)
    if len(shape) not in (2, 3) or min(shape[-2:]) < 3 or 0 in shape:
        raise MaskError(
            f"Artefacts cannot be looked for in an image of shape {shape}; give one channel with (Y, X) or "
            "(Z, Y, X) and slices of at least 3 × 3 pixels."
        )
    return shape


def planes_of(shape: Sequence[int]) -> int:
    """Give the number of slices of an image of two or three axes."""
    return shape[0] if len(shape) == 3 else 1


def finished(job: Job[Proposal]) -> Proposal:
    """Run a search to its end without telling anybody how far it is."""
    while True:
        try:
            next(job)
        except StopIteration as end:
            proposal: Proposal = end.value
            return proposal


def stacked(masks: Sequence[Mask], ndim: int) -> Mask:
    """Put masks of slices together: (Y, X) for an image of two axes, else (Z, Y, X)."""
    return masks[0] if ndim == 2 else np.stack(masks)


def sigma_of(values: NDArray, centre: float | None = None) -> float:
    """Give the robust standard deviation: 1.4826 times the median absolute deviation."""
    if values.size == 0:
        return 0.0
    middle = float(np.median(values)) if centre is None else centre
    return MAD_TO_SIGMA * float(np.median(np.abs(values - middle)))


def blank_surround(plane: Plane, margin: int = 0) -> Mask:
    """Mark the constant surroundings of a round field of view, and `margin` pixels around them.

    Blank is what has the very value of a corner and hangs together with it, when that is at least a
    hundredth of the image.
    """
    blank = np.zeros(plane.shape, dtype=bool)
    for corner in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        if not blank[corner]:
            labels, _ = ndimage.label(plane == plane[corner])
            blank |= labels == labels[corner]
    if np.count_nonzero(blank) < 0.01 * blank.size:
        return np.zeros(plane.shape, dtype=bool)
    if margin:
        distance = ndimage.distance_transform_cdt(~blank, metric="chessboard")
        blank = distance <= margin
    return blank


def clipped(values: NDArray[np.float32], valid: Mask, times: float) -> NDArray[np.float32]:
    """Limit values to `times` their standard deviation, and set invalid ones to zero.

    The ordinary deviation is meant: a residual is zero at most voxels of a smooth image, where a
    median deviation would be nothing at all.
    """
    inside = values[valid]
    limit = times * float(inside.std()) if inside.size else 0.0
    return np.where(valid, np.clip(values, -limit, limit), np.float32(0))


def with_flanks(z: NDArray[np.float64], limit: float, window: int) -> Mask:
    """Mark what is above the limit, and its neighbours along the first axis of its sign at half of it.

    What is much weaker than another within the window of the running median is an echo of that one, or
    its blur, and is left out.

    Parameters
    ----------
    z : float64 ndarray (n, m)
        Deviations of n neighbouring circles or columns, in robust sigmas; columns are independent.
    limit : float
    window : int
        Length of the running median that the deviations were taken from.
    """
    size = np.abs(z)
    echo = size < ECHO * ndimage.maximum_filter(size, size=(2 * window + 1, 1), mode="nearest")
    strong = np.zeros(z.shape, dtype=bool)
    for sign in (1, -1):
        core, flank = (sign * z >= limit) & ~echo, (sign * z >= limit / 2) & ~echo
        strong |= ndimage.binary_propagation(core, np.array([[0, 1, 0]] * 3, dtype=bool), mask=flank)
    return strong
