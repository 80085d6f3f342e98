"""Attention of raters: catch trials, answers faster than sight, and what follows for each rater, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.screening.kurtosis import Outlying
from synthscope.studies.screening.projection import Projection

HASTY = 0.1
"""A rater is looked at when more than this part of the answers is faster than sight."""
UNSTEADY = 2.0
"""Or when the inconsistency is so many times the median."""


@dataclass(frozen=True)
class Attention:
    """What catch trials and times say of one rater.

    Parameters
    ----------
    catches, caught : int
        Catch trials, and those answered rightly.
    timed, hasty : int
        Answers with a time, and those under the floor.
    """

    rater: str
    catches: int
    caught: int
    timed: int
    hasty: int

    @property
    def passed(self) -> float:
        """Part of the catch trials answered rightly; not a number without any."""
        return self.caught / self.catches if self.catches else float("nan")


def check_attention(
    raters: np.ndarray, times: np.ndarray, is_catch: np.ndarray, right: np.ndarray, *, fastest: float = 200.0
) -> tuple[Attention, ...]:
    """Count catch trials and hasty answers of every rater.

    Parameters
    ----------
    raters : ndarray, shape (n,)
    times : ndarray of float, shape (n,)
        Milliseconds; not a number where there is none.
    is_catch, right : ndarray of bool, shape (n,)
        Whether the trial was a catch trial, and whether its answer was right (read for catch trials alone).
    fastest : float
        Milliseconds.
    """
    raters, times = np.asarray(raters), np.asarray(times, float)
    is_catch, right = np.asarray(is_catch, bool), np.asarray(right, bool)
    if not len(raters) == len(times) == len(is_catch) == len(right):
        raise InputError(f"{len(raters)} raters, {len(times)} times, {len(is_catch)} trials: give as many of each.")
    names, who = np.unique([str(r) for r in raters], return_inverse=True)
    count = len(names)
    timed, fast = np.isfinite(times), np.isfinite(times) & (times < fastest)
    tallies = [np.bincount(who, flag, count).astype(int) for flag in (is_catch, is_catch & right, timed, fast)]
    return tuple(
        Attention(str(name), *(int(tally[k]) for tally in tallies)) for k, name in enumerate(names)
    )


def catch_estimates(found: tuple[Attention, ...], *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Give the part of catch trials that each rater answered rightly, with Wilson's interval."""
    return tuple(
        Estimate(
            "catch-pass", "Catch trials answered rightly", row.passed, *_wilson(row.caught, row.catches, level),
            row.catches, "Wilson score interval", row.rater, level=level, citation="Wilson 1927",
        )
        for row in found
    )  # fmt: skip


def _wilson(hits: int, n: int, level: float) -> tuple[float, float]:
    if not n:
        return float("nan"), float("nan")
    z = float(norm.ppf((1 + level) / 2))
    middle, reach = (hits + z**2 / 2) / (n + z**2), z / (n + z**2) * np.sqrt(hits * (n - hits) / n + z**2 / 4)
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


@dataclass(frozen=True)
class Advice:
    """What follows for one rater.

    Parameters
    ----------
    weight : float
        Of P.910, where 1 is an average rater.
    exclude : bool
        Only by the rule that was fixed beforehand: catch trials.
    look : tuple of str
        Sentences on what to look at before anything else; they exclude nobody.
    """

    rater: str
    weight: float
    exclude: bool
    look: tuple[str, ...]


def advise(
    projection: Projection, attention: tuple[Attention, ...] = (), outlying: tuple[Outlying, ...] = (), *,
    catch_least: float = 0.8,
) -> tuple[Advice, ...]:
    """Join the screens: raters are weighed before they are left out, and left out only by the catch rule.

    Parameters
    ----------
    catch_least : float
        Part of the catch trials that must be answered rightly; see `AnalysisPlan`.
    """
    seen = {row.rater: row for row in attention}
    far = {row.rater: row for row in outlying}
    middle, count, rows = float(np.median(projection.inconsistency)), len(projection.raters), []
    for k, name in enumerate(projection.raters):
        look = []
        spread = float(projection.inconsistency[k])
        if middle > 0 and spread > UNSTEADY * middle:
            look.append(f"Rater {name} is {spread / middle:.1f} times as inconsistent as the median rater.")
        if name in far and far[name].rejected:
            look.append(f"BT.500 would leave out rater {name}: {far[name].part:.0%} of the answers lie outside.")
        rows.append(_advice(name, float(projection.weights[k] * count), look, seen.get(name), catch_least))
    return tuple(rows)


def _advice(name: str, weight: float, look: list[str], seen: Attention | None, catch_least: float) -> Advice:
    exclude = bool(seen and seen.catches and seen.passed < catch_least)
    if seen and exclude:
        look.append(
            f"Rater {name} answered {seen.caught} of {seen.catches} catch trials rightly; the plan asks for "
            f"{catch_least:.0%}."
        )
    if seen and seen.timed and seen.hasty / seen.timed > HASTY:
        look.append(f"Rater {name} gave {seen.hasty} of {seen.timed} answers faster than sight.")
    return Advice(name, weight, exclude, tuple(look))
