"""What a count of covered intervals may be when the stated level is true."""

from __future__ import annotations

from scipy.stats import binom

OUTSIDE = 0.001
"""A right interval falls outside the band in so many of its tests; the seeds are fixed, so it never changes."""


def covers(hits: int, runs: int, level: float = 0.95) -> bool:
    """Whether `hits` of `runs` lie in the central binomial band of a true level."""
    return bool(binom.ppf(OUTSIDE / 2, runs, level) <= hits <= binom.ppf(1 - OUTSIDE / 2, runs, level))
