"""What a model of 8-bit pictures is shown of an image's grey values: said before a run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from synthscope.imaging.regions import spread_mask
from synthscope.records.image import Image
from synthscope.records.request import Region

LEVELS = 255
"""Steps between black and white."""
MOST = 2**21
"""Values of a region that are looked at, evenly spread."""
ROUND = 0.00005
"""Parts below this are not told."""


@dataclass(frozen=True)
class Shown:
    """Counts of known values of a region, as a model sees them from black (`low`) to white (`high`).

    Parameters
    ----------
    values : int
        How many values were looked at; `whole` says whether those are all.
    distinct : int
        Different ones among them.
    kept : int
        Different steps of `LEVELS` that they fall on.
    below, above : float
        Parts of them that are clipped to black and to white.
    """

    low: float
    high: float
    values: int
    whole: bool
    distinct: int
    kept: int
    below: float
    above: float

    @property
    def unit(self) -> float:
        """Original units of one of the steps."""
        return (self.high - self.low) / LEVELS


def count_shown(values: np.ndarray, low: float, high: float, *, whole: bool = True) -> Shown:
    """Count what is left of values (any shape, original units); those that are no number are left out."""
    known = np.asarray(values).ravel()
    known = known[np.isfinite(known)]
    steps = np.rint((known.astype(np.float64) - low) / (high - low) * LEVELS).clip(0, LEVELS)
    total = max(known.size, 1)
    below, above = (int(np.count_nonzero(one)) / total for one in (known < low, known > high))
    return Shown(low, high, known.size, whole, np.unique(known).size, np.unique(steps).size, below, above)


def shown_of(image: Image, region: Region, mask: np.ndarray | None, scale: tuple[float, float]) -> Shown:
    """Count what a model sees of the known values of a region; of a large one, of an even sample.

    Parameters
    ----------
    mask : ndarray of bool, optional
        What is unknown in the region, of the mask's axes.
    """
    steps = evenly(region.shape, MOST)
    index = tuple(slice(a, b, s) for a, b, s in zip(region.start, region.stop, steps, strict=True))
    values = np.asarray(image.pixels[index])
    if mask is not None:
        hidden = np.broadcast_to(spread_mask(mask, image.space), region.shape)
        values = values[~hidden[tuple(slice(None, None, s) for s in steps)]]
    return count_shown(values, *scale, whole=max(steps) == 1)


def evenly(shape: tuple[int, ...], most: int) -> tuple[int, ...]:
    """Give the step along each axis at which at most about so many values of a shape are read."""
    step = max(1, math.ceil((math.prod(shape) / most) ** (1 / max(sum(n > 1 for n in shape), 1))))
    return tuple(min(step, max(n, 1)) for n in shape)


def words_of(shown: Shown, percentiles: tuple[float, float] | None) -> str:
    """Say it in a sentence; `percentiles` where they made the scale."""
    how = "" if percentiles is None else f" (the {percentiles[0]:g} and {percentiles[1]:g} % points of what is known)"
    clipped = [
        f"{part:.2%} of the region is {side}" for part, side in ((shown.below, "below"), (shown.above, "above"))
        if part > ROUND
    ]  # fmt: skip
    lost = f"; {' and '.join(clipped)}, and clipped" if clipped else "; nothing is clipped"
    about = "" if shown.whole else "at least "
    return (
        f"{_number(shown.low)} is shown to the model as black and {_number(shown.high)} as white{how}{lost}. One "
        f"of its 255 levels is {_number(shown.unit)} grey values: of {about}{shown.distinct} values in the region "
        f"{shown.kept} levels remain. It computes with finer steps, but learned from pictures that have none."
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value == math.floor(value) and abs(value) < 1e6 else f"{value:.4g}"
