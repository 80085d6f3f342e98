"""Straight streaks: lines at any angle, through the whole slice or a part, brighter or darker than beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from synthscope.imaging.masks.grids import Mask
from synthscope.imaging.masks.line_sums import segment_columns, segment_sums
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
)
from synthscope.records.events import Job, Progress

_CLIP = 1.5
_TURNS = 4  # a quarter of all directions each: down-right, down-left, right-down, right-up
_MOST = 20_000  # segments that are looked at again, one by one
_FRESH = 0.5  # share of a segment that no stronger one has taken yet
_FAINT = 0.65  # of the strength, for segments that continue a streak
_CONTINUES = 0.25  # share of a segment that the streak already has
_ROUNDS = 3  # so that a streak goes on by several segments
_MOST_GROWTH = 2  # times the pixels of the clear segments
_MOST_AREA = 0.08  # of the slice
_WIDE = 0.45  # of the deviation of the middle line


@dataclass(frozen=True)
class _Segment:
    """A segment that stands out: its deviation in robust sigmas, and where it is."""

    z: float
    turn: int
    offset: int
    strip: int
    slope: int
    column: int


def find_streaks(pixels: Any, *, strength: float = 6.0, length: int = 64, widest: int = 3) -> Proposal:
    """Propose straight streaks.

    What is above or below the median of its surroundings is clipped and summed along every straight
    segment of about `length` pixels. Each sum, scaled by the root of its number of pixels, is compared with
    the median absolute deviation of all segments of its direction, so that the grain of a
    directed texture raises the bar for its own direction only. Of segments that share pixels the
    strongest takes them, and a weaker one must stand out by what is left.

    Parameters
    ----------
    pixels : array (Y, X) or (Z, Y, X)
        One channel; may be lazy.
    strength : float
        Robust standard deviations from which a segment is proposed.
    length : int
        Pixels of the shortest streak that is looked for; rounded down to a power of two, and to what fits
        into the image.
    widest : int
        Width in pixels of the widest streak.

    Returns
    -------
    Proposal
        `count` is the number of separate streaks (crossing ones count as one).

    Raises
    ------
    MaskError
        If the image has a shape that cannot be searched.
    """
    return finished(streaks_job(pixels, strength=strength, length=length, widest=widest))


def streaks_job(pixels: Any, *, strength: float = 6.0, length: int = 64, widest: int = 3) -> Job[Proposal]:
    """Do as `find_streaks`, telling the progress slice by slice."""
    shape = tuple(pixels.shape)
    levels = int(np.log2(max(min(length, *shape[-2:]), 4)))
    masks: list[Mask] = []
    count, score = 0, 0.0
    for plane in read_planes(pixels):
        yield Progress(len(masks), planes_of(shape), "Looking for streaks")
        mask, best = _streaks(plane, strength, levels, 2 * widest + 1)
        masks.append(mask)
        count += ndimage.label(mask, np.ones((3, 3)))[1]
        score = max(score, best)
    return Proposal(stacked(masks, len(shape)), "streaks", count, score, _sentence(count, score, 2**levels))


def _streaks(plane: Plane, strength: float, levels: int, window: int) -> tuple[Mask, float]:
    valid = ~blank_surround(plane, window // 2 + 1)
    # the median of a disc-like neighbourhood keeps no line of less than half its width, at any angle
    residual = plane - ndimage.median_filter(plane, window, mode="nearest")
    kept = clipped(residual, valid, _CLIP)
    found = [
        segment
        for turn in range(_TURNS)
        for segment in _strong(_turned(kept, turn), _turned(valid, turn), turn, _FAINT * strength, levels)
    ]
    found.sort(key=lambda segment: -abs(segment.z))
    claims = _Claims(kept, valid, levels)
    for segment in found[:_MOST]:
        claims.take(segment, strength, 0.0)
    core = claims.mask.copy()
    for segment in found[:_MOST] * _ROUNDS:
        # what continues a streak that is known may be fainter
        claims.take(segment, _FAINT * strength, _CONTINUES)
    # where faint lines join on and on, it is the grain of the sample
    area, clear = int(np.count_nonzero(claims.mask)), int(np.count_nonzero(core))
    runaway = area > _MOST_GROWTH * clear and area > _MOST_AREA * core.size
    return (core if runaway else claims.mask) & valid, claims.best


def _turned(plane: NDArray, turn: int) -> NDArray:
    """Turn a quarter of all directions into downwards and to the right; a view."""
    flipped = plane.T if turn >= 2 else plane
    return flipped[:, ::-1] if turn % 2 else flipped


def _strong(values: Plane, valid: Mask, turn: int, strength: float, levels: int) -> Iterator[_Segment]:
    """Find the segments of one quarter of directions that stand out, on two sets of strips half a strip apart."""
    rows = 2**levels
    for offset in (0, rows // 2):
        usable = (values.shape[0] - offset) // rows * rows
        if usable <= 0:
            continue
        part = slice(offset, offset + usable)
        sums = segment_sums(values[part], levels)
        counts = segment_sums(valid[part].astype(np.float32), levels)
        z = np.where(counts >= rows / 2, sums / np.sqrt(np.maximum(counts, 1)), np.float32(0))
        for slope in range(rows):
            used = z[:, slope][counts[:, slope] >= rows / 2]
            sigma = sigma_of(used, centre=0.0)
            if sigma > 0:
                z[:, slope] /= sigma
        for strip, slope, column in np.argwhere(np.abs(z) >= strength):
            yield _Segment(float(z[strip, slope, column]), turn, offset, int(strip), int(slope), int(column))


class _Claims:
    """The pixels that have been given to segments, strongest first."""

    def __init__(self, kept: Plane, valid: Mask, levels: int) -> None:
        self.kept, self.valid = kept, valid
        self.mask = np.zeros(kept.shape, dtype=bool)
        self.best = 0.0
        self.paths = [segment_columns(slope, levels) for slope in range(2**levels)]

    def take(self, segment: _Segment, strength: float, known: float) -> None:
        """Claim a segment that stands out by the pixels nobody has, if a share `known` of it is claimed.

        One that merely crosses a streak loses what it borrowed from it.
        """
        claimed, valid = _turned(self.mask, segment.turn), _turned(self.valid, segment.turn)
        rows, columns = _path(segment, self.paths[segment.slope], claimed.shape)
        old = claimed[rows, columns]
        fresh = ~old & valid[rows, columns]
        enough = max(_FRESH * len(self.paths), 1) if known == 0 else 2
        if np.count_nonzero(fresh) < enough or np.mean(old) < known:
            return
        values = _turned(self.kept, segment.turn)[rows, columns]
        whole, left = _deviation(values), _deviation(values[fresh])
        share = np.sqrt(np.count_nonzero(fresh) / len(fresh)) if known else 1.0
        if whole > 0 and abs(segment.z) >= strength and abs(segment.z) * left >= strength * share * whole:
            self._claim(segment, rows, columns, float(values.sum()))
            self.best = max(self.best, abs(segment.z))

    def _claim(self, segment: _Segment, rows: NDArray[np.intp], columns: NDArray[np.intp], total: float) -> None:
        """Mark a segment, and its neighbours on both sides where the streak is wide."""
        claimed, kept = _turned(self.mask, segment.turn), _turned(self.kept, segment.turn)
        for shift in (-1, 0, 1):
            beside = np.clip(columns + shift, 0, claimed.shape[1] - 1)
            if shift == 0 or float(kept[rows, beside].sum()) / total >= _WIDE:
                claimed[rows, beside] = True


def _deviation(values: NDArray[np.float32]) -> float:
    return abs(float(values.sum())) / float(np.sqrt(max(len(values), 1)))


def _path(
    segment: _Segment, columns: NDArray[np.intp], shape: tuple[int, ...]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give rows and columns of a segment in the turned slice."""
    across = segment.column + columns
    down = segment.offset + segment.strip * len(columns) + np.arange(len(columns))
    inside = across < shape[1]
    return down[inside], across[inside]


def _sentence(count: int, score: float, length: int) -> str:
    if count == 0:
        return f"No straight streaks of {length} pixels or more stand out."
    noun = "straight streak stands" if count == 1 else "straight streaks stand"
    return (
        f"{count} {noun} out over {length} pixels or more; the clearest deviates by {score:.1f} robust "
        "standard deviations of all lines of its direction."
    )
