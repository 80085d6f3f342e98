"""Where in a set of large images each of many small fields fits best: every shift, every symmetry."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.fft import next_fast_len

from synthscope.errors import InputError
from synthscope.imaging.normalised_correlation import (
    Triple,
    correlate,
    positions,
    prepare_block,
    prepare_fields,
    turned,
    unit,
)
from synthscope.imaging.shrinking import Shrunk, averaged
from synthscope.records.events import Job, Progress
from synthscope.records.trust import Match

LEAST_OVERLAP = 0.75
BUDGET = 1 << 28
"""Bytes of transformed fields that are held at a time."""
PLANE, CUBE = 320, 96
"""Sides (voxels) of the blocks that images are cut into, unless fields need larger ones."""
CANDIDATES = 8
"""Places of each field that are looked at pixel by pixel after a search among averages."""
UNSEEN = Match(0.0, 0, 0.0, 0.0, 0.0, 0, 0.0)


def search_job(
    fields: Any,
    images: Sequence[Any],
    *,
    least_overlap: float = LEAST_OVERLAP,
    symmetries: Sequence[int] = tuple(range(8)),
    budget: int = BUDGET,
    shrink: int = 1,
) -> Job[tuple[Match, ...]]:
    """Find, for each field, the place and symmetry at which it fits the images best.

    Images are transformed block by block, once for each group of fields that the budget holds, so that memory
    is bounded whatever their size. The best of the fast single-precision search is measured again in double precision
    and refined to a part of a voxel by a parabola through its neighbours.

    Parameters
    ----------
    fields : array (N, Z, Y, X, C)
        May be lazy: as many are read at a time as the budget holds.
    images : sequence of array (Z, Y, X, C)
        May be lazy, of any size; with the channels of the fields.
    least_overlap : float
        Share of a field, above 0 and up to 1, that has to lie on an image; there is no wrapping around.
    symmetries : sequence of int
        Of `synthscope.records.trust.SYMMETRIES`.
    budget : int
        Bytes for transformed fields.
    shrink : int
        Above 1: fields and images are first compared as averages over squares of that side (cubes, for fields of
        several slices), and pixel by pixel only around the best `CANDIDATES` places of each field. That is shrink
        squared (cubed) times less work, for stacks of gigabytes; copies that only share fine detail may be missed.

    Raises
    ------
    InputError
        If channels differ, the share is impossible, or no field fits any image.
    """
    _check(fields, images, least_overlap)
    factors = _factors(fields, shrink)
    coarse = images if shrink == 1 else [Shrunk(image, factors) for image in images]
    size = tuple(n // f for n, f in zip(fields.shape[1:4], factors, strict=True))
    turns = _by_size((size[0], size[1], size[2]), symmetries)
    plans = [_Plan(each, coarse, least_overlap) for each in turns]
    if not any(plan.blocks for plan in plans):
        raise InputError(
            f"Fields of {fields.shape[1:4]} voxels do not fit any training image; "
            f"give larger images, smaller fields, or an overlap below {least_overlap:g}."
        )
    candidates: list[list[tuple[float, Match]]] = [[] for _ in fields]
    kept = 1 if shrink == 1 else CANDIDATES
    held = [plan.hold(fields.shape[-1], len(turns[plan.size]), budget) for plan in plans]
    total = sum(len(plan.blocks) * math.ceil(len(fields) / n) for plan, n in zip(plans, held, strict=True))
    done = 0
    for plan, n in zip(plans, held, strict=True):
        for first in range(0, len(fields), n):
            for found in _group(fields[first : first + n], turns[plan.size], plan, coarse, factors, least_overlap):
                yield Progress(done, total, "Looking for copies")
                done += 1
                _keep(found, candidates, first, kept)
    yield Progress(total, total, "Looking for copies")
    return tuple(
        _best(field, images, places, factors, least_overlap) for field, places in zip(fields, candidates, strict=True)
    )


class _Plan:
    """How images are cut into blocks for fields of one size."""

    def __init__(self, size: Triple, images: Sequence[Any], least_overlap: float) -> None:
        self.size = size
        side = CUBE if size[0] > 1 else PLANE
        target = tuple(1 if s == 1 and axis == 0 else max(side, 4 * s if size[0] == 1 else 2 * s)
                       for axis, s in enumerate(size))  # fmt: skip
        self.blocks: list[tuple[int, Triple, Triple]] = []
        for index, image in enumerate(images):
            start, stop = positions(image.shape[:3], size, least_overlap)
            self.blocks += [(index, *box) for box in _boxes(start, stop, size, target)]
        longest = [max((b[2][a] - b[1][a] for b in self.blocks), default=1) + size[a] - 1 for a in range(3)]
        self.grid: Triple = (
            next_fast_len(longest[0]),
            next_fast_len(longest[1]),
            next_fast_len(longest[2], real=True),
        )

    def hold(self, channels: int, turns: int, budget: int) -> int:
        """Say how many fields are searched for together."""
        each = 8 * channels * turns * self.grid[0] * self.grid[1] * (self.grid[2] // 2 + 1)
        return max(1, budget // each)


def _boxes(start: Triple, stop: Triple, size: Triple, target: tuple[int, ...]) -> Iterator[tuple[Triple, Triple]]:
    """Cut positions into even boxes whose pieces of image are of the target's size at most."""
    cuts = []
    for a, b, s, t in zip(start, stop, size, target, strict=True):
        n = max(math.ceil((b - a) / max(t - s + 1, 1)), 1)
        edges = [a + (b - a) * i // n for i in range(n + 1)]
        cuts.append(list(pairwise(edges)))
    for z in cuts[0]:
        for y in cuts[1]:
            for x in cuts[2]:
                if min(z[1] - z[0], y[1] - y[0], x[1] - x[0]) > 0:
                    yield (z[0], y[0], x[0]), (z[1], y[1], x[1])


def _by_size(size: Triple, symmetries: Sequence[int]) -> dict[Triple, list[int]]:
    """Gather the symmetries after which fields have one size."""
    sizes: dict[Triple, list[int]] = {}
    for symmetry in symmetries:
        after = size if symmetry % 2 == 0 else (size[0], size[2], size[1])
        sizes.setdefault(after, []).append(symmetry)
    return sizes


Found = tuple[int, float, int, Triple, int]
"""Which field of the group, its correlation, image, position and symmetry."""


def _group(
    group: np.ndarray, turns: list[int], plan: _Plan, images: Sequence[Any], factors: Triple, least_overlap: float
) -> Iterator[list[Found]]:
    """Search one group of fields block by block."""
    ready = [prepare_fields(np.stack([averaged(turned(f, t), factors) for t in turns]), plan.grid) for f in group]
    for index, start, stop in plan.blocks:
        block = prepare_block(images[index], start, stop, plan.size, plan.grid, least_overlap)
        found: list[Found] = []
        for i, fields in enumerate(ready):
            values = correlate(block, fields)
            flat = int(values.argmax())
            turn, *at = (int(k) for k in np.unravel_index(flat, values.shape))
            place = (start[0] + at[0], start[1] + at[1], start[2] + at[2])
            found.append((i, float(values.flat[flat]), index, place, turns[turn]))
        yield found


def _keep(found: list[Found], candidates: list[list[tuple[float, Match]]], first: int, kept: int) -> None:
    """Keep the best places of each field, those found earlier first among equals."""
    for i, value, index, place, symmetry in found:
        match = Match(value, index, float(place[0]), float(place[1]), float(place[2]), symmetry)
        places = [*candidates[first + i], (value, match)]
        candidates[first + i] = sorted(places, key=lambda entry: -entry[0])[:kept]


def _best(
    field: np.ndarray, images: Sequence[Any], places: list[tuple[float, Match]], factors: Triple, least_overlap: float
) -> Match:
    """Measure the places that were kept, and give the best of them."""
    if not np.ptp(np.asarray(field, float).reshape(-1, field.shape[-1]), axis=0).any():
        return UNSEEN
    found = [_refined(field, images, _sharpened(field, images, m, factors, least_overlap), least_overlap)
             for _, m in places]  # fmt: skip
    return max(found, key=lambda match: match.value)


def _sharpened(field: np.ndarray, images: Sequence[Any], match: Match, factors: Triple, least_overlap: float) -> Match:
    """Find the best place pixel by pixel around one that was found among averages."""
    if max(factors) == 1:
        return match
    image, shape = images[match.image], turned(field, match.symmetry)
    low, high = positions(image.shape[:3], shape.shape[:3], least_overlap)
    rough = [round(p) * f for p, f in zip((match.z, match.y, match.x), factors, strict=True)]
    reach = [f if f > 1 else 0 for f in factors]
    start = [min(max(p - r, a), b - 1) for p, r, a, b in zip(rough, reach, low, high, strict=True)]
    stop = [max(min(p + r + 1, b), a + 1) for p, r, a, b in zip(rough, reach, start, high, strict=True)]
    grid = [next_fast_len(b - a + s - 1, real=True) for a, b, s in zip(start, stop, shape.shape[:3], strict=True)]
    first, last, size = (start[0], start[1], start[2]), (stop[0], stop[1], stop[2]), (grid[0], grid[1], grid[2])
    block = prepare_block(image, first, last, shape.shape[:3], size, least_overlap)
    values = correlate(block, prepare_fields(shape[None], size))[0]
    z, y, x = (
        float(a + int(k)) for a, k in zip(start, np.unravel_index(int(values.argmax()), values.shape), strict=True)
    )
    return replace(match, z=z, y=y, x=x)


def correlation_at(field: np.ndarray, image: Any, place: Triple, least_overlap: float = 0.0) -> tuple[float, float]:
    """Give the normalised cross-correlation at one position in double precision, and the share that overlaps.

    Not a number where less than `least_overlap` of the field lies on the image; 0 where field or image is constant.
    """
    low = [max(p, 0) for p in place]
    high = [min(p + s, n) for p, s, n in zip(place, field.shape[:3], image.shape[:3], strict=True)]
    share = math.prod(max(b - a, 0) for a, b in zip(low, high, strict=True)) / math.prod(field.shape[:3])
    if share <= 0 or share < least_overlap - 1e-9:
        return math.nan, share
    there = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
    here = tuple(slice(a - p, b - p) for a, b, p in zip(low, high, place, strict=True))
    return float((unit(field[here]) * unit(np.asarray(image[there]))).sum()), share


def _refined(field: np.ndarray, images: Sequence[Any], match: Match, least_overlap: float) -> Match:
    """Measure a match in double precision, and refine it by a parabola along each axis."""
    shape, image = turned(field, match.symmetry), images[match.image]
    place = [round(match.z), round(match.y), round(match.x)]
    value, share = correlation_at(shape, image, (place[0], place[1], place[2]))
    shift, gain = [0.0, 0.0, 0.0], 0.0
    for axis in range(3):
        sides = []
        for step in (-1, 1):
            at = place.copy()
            at[axis] += step
            sides.append(correlation_at(shape, image, (at[0], at[1], at[2]), least_overlap)[0])
        shift[axis], more = _vertex(sides[0], value, sides[1])
        gain += more
    z, y, x = (p + s for p, s in zip(place, shift, strict=True))
    return replace(match, value=min(value + gain, 1.0), z=z, y=y, x=x, overlap=share)


def _vertex(before: float, here: float, after: float) -> tuple[float, float]:
    """Give how far the top of the parabola through three values lies from the middle one, and how much higher."""
    bend = before - 2 * here + after
    if math.isnan(bend) or bend >= 0 or here < max(before, after):
        return 0.0, 0.0
    shift = 0.5 * (before - after) / bend
    return shift, -0.125 * (before - after) ** 2 / bend


def _factors(fields: Any, shrink: int) -> Triple:
    most = max(min(fields.shape[2:4]) // 8, 1)
    if not 1 <= shrink <= most:
        raise InputError(f"Fields of {fields.shape[1:4]} voxels cannot be shrunk by {shrink}; choose 1 to {most}.")
    return (shrink if fields.shape[1] >= 8 * shrink else 1, shrink, shrink)


def _check(fields: Any, images: Sequence[Any], least_overlap: float) -> None:
    if fields.ndim != 5 or not len(fields):
        raise InputError(f"Fields of shape {fields.shape} cannot be looked for; give (N, Z, Y, X, C) with N above 0.")
    if not images:
        raise InputError("Copies cannot be looked for without training images; name the set that was learned from.")
    if not 0 < least_overlap <= 1:
        raise InputError(f"An overlap of {least_overlap:g} is not possible; give a share above 0 and up to 1.")
    for index, image in enumerate(images):
        if len(image.shape) != 4 or image.shape[-1] != fields.shape[-1]:
            raise InputError(
                f"Training image {index} of shape {tuple(image.shape)} has not the {fields.shape[-1]} channels of the "
                "fields; give (Z, Y, X, C) with the same channels."
            )
