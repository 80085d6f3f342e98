"""Ring artefacts: circles around the axis of rotation that are brighter or darker than beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from synthscope.imaging.masks.ring_centre import estimate_centre
from synthscope.records.events import Job, Progress

SECTORS = 12
_SPANS = (12, 6, 3)  # whole rings, half and quarter rings, in sectors
_ARC_EXTRA = 1.25  # arcs are tried at many more places than whole rings: they must stand out more
_WHOLE = 0.8  # of the clearest arc; a ring of which a quarter is missing still counts as whole
_CLIP = 2.0
_INNERMOST = 4  # pixels; smaller circles have too few pixels to tell a ring from a grain
_LEAST_ARC = 0.2  # share of a circle that must lie in the image


@dataclass(frozen=True, eq=False)
class _Polar:
    """Residuals summed over each radius and sector, and the arc length in pixels behind each sum."""

    sums: NDArray[np.float64]
    arcs: NDArray[np.float64]


def find_rings(
    pixels: Any,
    centre: Sequence[float] | None = None,
    *,
    strength: float = 4.5,
    widest: int = 3,
) -> Proposal:
    """Propose ring artefacts.

    Each slice is laid out by radius and angle. What a radius shows above or below the median of the radii
    around it is clipped, averaged over whole, half and quarter turns, scaled by the root of the
    arc length, and compared with its median absolute deviation over all radii: a texture has no
    preferred radius, a ring has.

    Parameters
    ----------
    pixels : array (Y, X) or (Z, Y, X)
        One channel; may be lazy.
    centre : sequence of float, optional
        Row and column of the axis of rotation in pixels; estimated from the rings when left out.
    strength : float
        Robust standard deviations from which a whole ring is proposed; arcs need a quarter more.
    widest : int
        Width in pixels of the widest ring that is looked for.

    Returns
    -------
    Proposal
        `count` is the number of rings and arcs.

    Raises
    ------
    MaskError
        If the image has a shape that cannot be searched.
    """
    return finished(rings_job(pixels, centre, strength=strength, widest=widest))


def rings_job(
    pixels: Any,
    centre: Sequence[float] | None = None,
    *,
    strength: float = 4.5,
    widest: int = 3,
) -> Job[Proposal]:
    """Do as `find_rings`, telling the progress slice by slice."""
    shape = tuple(pixels.shape)
    axis = estimate_centre(pixels) if centre is None else (float(centre[0]), float(centre[1]))
    masks: list[Mask] = []
    count, score = 0, 0.0
    for plane in read_planes(pixels):
        yield Progress(len(masks), planes_of(shape), "Looking for rings")
        found = _ring_sectors(plane, axis, strength, widest)
        masks.append(_painted(found[0], plane.shape, axis) & ~blank_surround(plane))
        count += ndimage.label(found[0].any(axis=1))[1]
        score = max(score, found[1])
    return Proposal(stacked(masks, len(shape)), "rings", count, score, _sentence(count, score, axis, centre is None))


def _ring_sectors(plane: Plane, centre: tuple[float, float], strength: float, widest: int) -> tuple[Mask, float]:
    """Tell which radii and sectors belong to a ring, and how clear the clearest is.

    A radius shows a whole ring when the whole circle deviates nearly as clearly as the best of its arcs: of
    a true ring it deviates more, since more of it is averaged.
    """
    window = 2 * widest + 1
    polar = _unrolled(plane, centre, window)
    scores = {span: _scores(polar, span) for span in _SPANS}
    best = {span: np.abs(z).max(axis=1) for span, z in scores.items()}
    strong = {
        span: with_flanks(z, strength * (1.0 if span == SECTORS else _ARC_EXTRA), window) for span, z in scores.items()
    }
    clearest = np.max(list(best.values()), axis=0)
    whole = strong[SECTORS][:, 0] & (best[SECTORS] >= _WHOLE * clearest)
    ring = np.repeat(whole[:, None], SECTORS, axis=1)
    for span in _SPANS[1:]:
        chosen = strong[span] & (np.abs(scores[span]) >= _WHOLE * clearest[:, None])
        chosen[whole] = False
        for shift in range(span):
            ring |= np.roll(chosen, shift, axis=1)
    found = ring.any(axis=1)
    return ring, float(clearest[found].max()) if found.any() else 0.0


def _unrolled(plane: Plane, centre: tuple[float, float], window: int) -> _Polar:
    """Sum the radial high-pass of a slice over sectors of each circle."""
    reach = np.hypot(*(max(c, n - 1 - c) for c, n in zip(centre, plane.shape, strict=True)))
    angles = SECTORS * max(32, int(2 * np.pi * reach / SECTORS / 2))
    radius, angle = np.arange(int(reach) + 1), np.arange(angles) * (2 * np.pi / angles)
    where = [
        centre[0] + radius[:, None] * np.sin(angle),
        centre[1] + radius[:, None] * np.cos(angle),
    ]
    values = ndimage.map_coordinates(plane, where, order=1, mode="nearest")
    valid = _valid(plane, where, window)
    residual = values - ndimage.median_filter(values, size=(window, 1), mode="nearest")
    kept = clipped(residual, valid, _CLIP)
    step = 2 * np.pi / angles * radius[:, None]
    split = (len(radius), SECTORS, angles // SECTORS)
    return _Polar(
        (kept * step).reshape(split).sum(axis=2, dtype=np.float64),
        (valid * step).reshape(split).sum(axis=2, dtype=np.float64),
    )


def _valid(plane: Plane, where: list[NDArray[np.float64]], window: int) -> Mask:
    """Tell which polar samples lie in the image and far enough from its blank surroundings."""
    usable = ~blank_surround(plane, window // 2 + 1)
    nearest = [np.round(w).astype(np.intp) for w in where]
    inside = np.ones(where[0].shape, dtype=bool)
    for axis, n in enumerate(plane.shape):
        inside &= (nearest[axis] >= window // 2) & (nearest[axis] < n - window // 2)
        np.clip(nearest[axis], 0, n - 1, out=nearest[axis])
    inside &= usable[nearest[0], nearest[1]]
    inside[:_INNERMOST] = False
    return inside


def _scores(polar: _Polar, span: int) -> NDArray[np.float64]:
    """Give, for each radius and first sector of an arc of `span` sectors, the deviation in robust sigmas."""
    sums = np.sum([np.roll(polar.sums, -k, axis=1) for k in range(span)], axis=0)
    arcs = np.sum([np.roll(polar.arcs, -k, axis=1) for k in range(span)], axis=0)
    full = np.arange(len(arcs))[:, None] * (2 * np.pi * span / SECTORS)
    usable = (arcs > 0) & (arcs >= _LEAST_ARC * full)
    z = np.where(usable, sums / np.sqrt(np.maximum(arcs, 1e-9)), 0.0)
    sigma = sigma_of(z[usable], centre=0.0)
    if sigma == 0:
        return np.zeros_like(z)
    scores: NDArray[np.float64] = z / sigma
    return scores


def _painted(ring: Mask, shape: tuple[int, ...], centre: tuple[float, float]) -> Mask:
    """Paint the pixels of the chosen radii and sectors."""
    if not ring.any():
        return np.zeros(shape, dtype=bool)
    y, x = np.ogrid[: shape[0], : shape[1]]
    radius = np.round(np.hypot(y - centre[0], x - centre[1])).astype(np.intp)
    turn = np.mod(np.arctan2(y - centre[0], x - centre[1]) / (2 * np.pi), 1.0)
    sector = np.minimum((turn * SECTORS).astype(np.intp), SECTORS - 1)
    painted: Mask = ring[np.minimum(radius, len(ring) - 1), sector]
    return painted


def _sentence(count: int, score: float, centre: tuple[float, float], *estimated: bool) -> str:
    source = "estimated" if estimated[0] else "given"
    around = f"around row {centre[0]:.1f}, column {centre[1]:.1f} ({source} centre)"
    if count == 0:
        return f"No rings stand out {around}."
    noun = "ring or arc stands" if count == 1 else "rings and arcs stand"
    return (
        f"{count} {noun} out {around}; the clearest deviates by {score:.1f} robust standard deviations of the "
        "circles' means."
    )
