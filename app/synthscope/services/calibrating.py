"""Whether a model's fills tell honestly what is not known: coverage of held-out voxels, in numbers and in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.generators.training import Refilled
from synthscope.imaging.calibration import coverage, ranks
from synthscope.imaging.rounding import restore
from synthscope.services.curves import finite

LEVELS = (0.9, 0.5)
WIDE, NARROW = "coverage_90", "coverage_50"
PLACES, FILLS = "coverage_places", "coverage_fills"


def calibrated(refilled: Refilled, dtype: np.dtype, seed: int) -> dict[str, float]:
    """Measure how often the true voxels of held-out holes lie within the middle of their fills.

    Parameters
    ----------
    dtype : dtype
        Of the images: fills are rounded to it, as a result is, and a truth that several fills have is placed among
        them at random.
    seed : int
        Of those places, and of the drawing of places for the interval.

    Returns
    -------
    dict
        ``coverage_90`` and ``coverage_50``, each with ``_low`` and ``_high`` (95 %, over places) and ``_real``, what
        honest fills have; ``coverage_places`` and ``coverage_fills``. Empty where no place had room.
    """
    if not refilled.real:
        return {}
    rng = np.random.default_rng([seed, 4])
    pairs = zip(refilled.real, refilled.made, strict=True)
    by_place = [ranks(real, restore(made, dtype, None), rng) for real, made in pairs]
    draws = len(refilled.made[0])
    figures = {PLACES: float(len(by_place)), FILLS: float(draws)}
    for name, level in zip((WIDE, NARROW), LEVELS, strict=True):
        found = coverage(by_place, draws, level, rng)
        figures |= {name: found.value, f"{name}_real": found.level}
        figures |= {f"{name}_low": found.low, f"{name}_high": found.high}
    return finite({name: round(value, 4) for name, value in figures.items()})


def calibration_words(figures: Mapping[str, float]) -> str:
    """Say what the coverage on a model's card means; empty where it was not measured."""
    if WIDE not in figures or NARROW not in figures or PLACES not in figures or FILLS not in figures:
        return ""
    wide, narrow = (_share(figures, name) for name in (WIDE, NARROW))
    holes = "1 held-out hole" if figures[PLACES] == 1 else f"{figures[PLACES]:.0f} held-out holes"
    found = (
        f"Of the true grey values in {holes}, {wide} lay within the middle 90 % of {figures[FILLS]:.0f} fills, "
        f"{narrow} within the middle 50 %"
    )
    return f"{found}{_verdict(figures)}."


def _share(figures: Mapping[str, float], name: str) -> str:
    low, high = figures.get(f"{name}_low"), figures.get(f"{name}_high")
    interval = "" if low is None or high is None else f" ({100 * low:.0f} to {100 * high:.0f})"
    return f"{100 * figures[name]:.0f} %{interval}"


def _verdict(figures: Mapping[str, float]) -> str:
    """Judge by both intervals; without them there is nothing to judge by."""
    ends = [(figures.get(f"{name}_low"), figures.get(f"{name}_high")) for name in (WIDE, NARROW)]
    known = [(low, high, level) for (low, high), level in zip(ends, LEVELS, strict=True) if low is not None and high]
    if not known:
        return ""
    if any(high < level for _, high, level in known):
        return ": the fills differ too little from each other, so that they look surer than they may"
    if any(low > level for low, _, level in known):
        return ": the fills differ more from each other than they need to"
    return ", as honest fills would have it"
