"""The coarser levels of an OME-Zarr: which there are, and how they are made chunk by chunk from the finer one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import zarr

from synthscope.records.events import Job, Progress

LARGEST_VIEW = 1024
"""Planes longer than this get a level of half the size, and so on."""
_NEARLY_ISOTROPIC = 1.5


@dataclass(frozen=True)
class Level:
    """One level: its `shape`, and for each axis how many voxels of level 0 one of its voxels spans."""

    shape: tuple[int, ...]
    spans: tuple[int, ...]

    @property
    def voxels(self) -> int:
        """Number of voxels."""
        return int(np.prod(self.shape, dtype=object))


def levels_of(names: str, shape: tuple[int, ...], steps: tuple[float, ...]) -> tuple[Level, ...]:
    """Plan the levels of an image, the finest first.

    Each level halves rows and columns, and slices too as soon as they lie about as close as the rows then do:
    voxels become isotropic and stay so.

    Parameters
    ----------
    names : str
        Axes ``tczyx`` as stored.
    shape : tuple of int
    steps : tuple of float
        Voxel size per axis.
    """
    levels = [Level(shape, (1,) * len(shape))]
    while True:
        finer = levels[-1]
        sizes = dict(zip(names, finer.shape, strict=True))
        if max(sizes["y"], sizes["x"]) <= LARGEST_VIEW:
            return tuple(levels)
        now = {a: step * span for a, step, span in zip(names, steps, finer.spans, strict=True)}
        halved = {"y", "x"}
        if "z" in names and now["z"] < _NEARLY_ISOTROPIC * min(now["y"], now["x"]):
            halved.add("z")
        factors = [2 if a in halved and n > 1 else 1 for a, n in sizes.items()]
        spans = tuple(span * factor for span, factor in zip(finer.spans, factors, strict=True))
        levels.append(Level(tuple(-(-n // f) for n, f in zip(finer.shape, factors, strict=True)), spans))


def placed(levels: tuple[Level, ...], steps: tuple[float, ...], origin: tuple[float, ...]) -> list[dict[str, Any]]:
    """Give the datasets of a multiscale: a coarse voxel has its centre amid the centres of those it spans."""
    datasets = []
    for number, level in enumerate(levels):
        scale = [step * span for step, span in zip(steps, level.spans, strict=True)]
        first = [o + (span - 1) / 2 * step for o, step, span in zip(origin, steps, level.spans, strict=True)]
        transforms: list[dict[str, Any]] = [{"type": "scale", "scale": scale}]
        if any(first):
            transforms.append({"type": "translation", "translation": first})
        datasets.append({"path": str(number), "coordinateTransformations": transforms})
    return datasets


def shrink_job(finer: zarr.Array, coarser: zarr.Array, *, largest: bool, start: Progress) -> Job[Progress]:
    """Fill a level from the finer one, one chunk at a time.

    Parameters
    ----------
    largest : bool
        Take the largest value instead of the mean: a mask must not lose what is thin.
    start : Progress
        Where the count of bytes stands.

    Returns
    -------
    Progress
        Where it stands now.
    """
    factors = tuple(2 if small < large else 1 for small, large in zip(coarser.shape, finer.shape, strict=True))
    for box in _chunks(coarser.shape, coarser.chunks):
        wide = tuple(slice(s.start * f, min(s.stop * f, n)) for s, f, n in zip(box, factors, finer.shape, strict=True))
        coarse = shrunk(np.asarray(finer[wide]), factors, largest=largest)
        coarser[box] = coarse
        start = Progress(start.done + coarse.nbytes, start.total, start.text)
        yield start
    return start


def shrunk(values: np.ndarray, factors: tuple[int, ...], *, largest: bool) -> np.ndarray:
    """Bring cells of `factors` voxels down to one each, in the same type; the last cell may be cut off.

    The mean is rounded where the type holds whole numbers. 64-bit ones, which a mean of floats would not keep,
    give the first voxel of each cell.
    """
    if values.dtype.kind in "iu" and values.dtype.itemsize == 8 and not largest:
        return values[tuple(slice(None, None, f) for f in factors)]
    missing = [(0, -n % f) for n, f in zip(values.shape, factors, strict=True)]
    full = np.pad(values, missing, mode="edge")
    cells = full.reshape([k for n, f in zip(full.shape, factors, strict=True) for k in (n // f, f)])
    within = tuple(range(1, cells.ndim, 2))
    if largest:
        return np.asarray(cells.max(axis=within))
    with np.errstate(over="ignore", invalid="ignore"):  # infinite values have no mean, and need none
        mean = cells.mean(axis=within, dtype=np.float64)
        return np.asarray((np.rint(mean) if values.dtype.kind in "iu" else mean).astype(values.dtype))


def _chunks(shape: tuple[int, ...], chunk: tuple[int, ...]) -> Iterator[tuple[slice, ...]]:
    starts = (range(0, n, c) for n, c in zip(shape, chunk, strict=True))
    for corner in itertools.product(*starts):
        yield tuple(slice(a, min(a + c, n)) for a, c, n in zip(corner, chunk, shape, strict=True))
