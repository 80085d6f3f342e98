"""What candidates took on this computer, beside what was predicted; and what that says of the next ones."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles

TIMINGS_FORMAT = "synthscope/timings"
VERSION = 1
REMEMBERED = 20
"""Candidates of each kind that are remembered: a computer changes, and so does what is asked of it."""
LEAST_SPREAD = 1.25
"""The range is at least this factor to either side: a few equal times prove nothing."""


@dataclass(frozen=True)
class Timings:
    """``timings.json``: measured over predicted seconds of the last candidates, by generator and device."""

    ratios: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    format: str = TIMINGS_FORMAT
    version: int = VERSION

    def with_(self, kind: str, ratio: float) -> Timings:
        """Add one candidate and forget the oldest."""
        return Timings({**self.ratios, kind: (*self.ratios.get(kind, ()), ratio)[-REMEMBERED:]})


@dataclass(frozen=True)
class Estimate:
    """Seconds that a run will take, between `low` and `high`, learned from `known` candidates; 0 for a formula."""

    seconds: float
    low: float
    high: float
    known: int = 0


def estimate(predicted: float, ratios: Sequence[float]) -> Estimate:
    """Correct a predicted time by what earlier predictions were off.

    The correction is the median of the logarithms, so that one run on a busy computer counts for no more than
    one; the range goes from the 10th to the 90th percentile.
    """
    logs = [math.log(ratio) for ratio in ratios if 0 < ratio < math.inf]
    if not logs:
        return Estimate(predicted, predicted / 4, predicted * 4)
    middle, least = median(logs), math.log(LEAST_SPREAD)
    ends = quantiles(logs, n=10, method="inclusive") if len(logs) > 1 else [middle]
    low, high = min(ends[0], middle - least), max(ends[-1], middle + least)
    seconds, shortest, longest = (predicted * math.exp(factor) for factor in (middle, low, high))
    return Estimate(seconds, shortest, longest, len(logs))
