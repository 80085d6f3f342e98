"""Copies of training images among generated fields: a search, and what honest fields give in the same search."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from synthscope.errors import InputError
from synthscope.imaging.copy_search import LEAST_OVERLAP, search_job
from synthscope.records.events import Job, Progress
from synthscope.records.trust import CopyFindings, Match, Threshold

FALSE_ALARMS = 0.01
SHOWN = 10
SIMULATED = 40_000
FEWEST = 8
"""Held-out fields that a threshold takes at least."""


def copies_job(
    generated: np.ndarray,
    held_out: np.ndarray,
    training: Sequence[Any],
    *,
    false_alarms: float = FALSE_ALARMS,
    least_overlap: float = LEAST_OVERLAP,
    shown: int = SHOWN,
    shrink: int = 1,
) -> Job[CopyFindings]:
    """Look for copies of training images.

    Held-out real fields, which nothing was learned from, are looked for in the same training images: what they reach is
    what honest fields reach. They must not lie beside training images (the next slice of a stack is nearly a copy).

    Parameters
    ----------
    generated, held_out : ndarray (N, Z, Y, X, C), (M, Z, Y, X, C)
        Fields of one size.
    training : sequence of array (Z, Y, X, C)
        May be lazy and of any size.
    false_alarms : float
        Share of honest fields that may be called copies.
    shown : int
        Closest pairs that are listed.
    shrink : int
        As `synthscope.imaging.copy_search.search_job` says; for held-out fields alike.

    Raises
    ------
    InputError
        If there are fewer than eight held-out fields, or the two sets of fields differ in size.
    """
    if len(held_out) < FEWEST or held_out.shape[1:] != generated.shape[1:]:
        raise InputError(
            f"{len(held_out)} held-out fields of {held_out.shape[1:]} give no threshold for generated fields of "
            f"{generated.shape[1:]}; give {FEWEST} or more of the same size, from images nothing was learned from."
        )
    both = np.concatenate([generated, held_out]) if generated.dtype == held_out.dtype else None
    if both is not None:
        found = yield from search_job(both, training, least_overlap=least_overlap, shrink=shrink)
        matches, null = found[: len(generated)], found[len(generated) :]
    else:
        matches = yield from search_job(generated, training, least_overlap=least_overlap, shrink=shrink)
        null = yield from search_job(held_out, training, least_overlap=least_overlap, shrink=shrink)
    yield Progress(1, 1, "Looking for copies")
    return judged(matches, null, false_alarms=false_alarms, least_overlap=least_overlap, shown=shown)


def judged(
    matches: tuple[Match, ...], null: tuple[Match, ...], *, false_alarms: float = FALSE_ALARMS,
    least_overlap: float = LEAST_OVERLAP, shown: int = SHOWN,
) -> CopyFindings:  # fmt: skip
    """Call matches copies or not, by the matches of held-out fields."""
    values, honest = np.array([m.value for m in matches]), np.array([m.value for m in null])
    threshold = threshold_of(honest, false_alarms)
    above = (honest[None] >= values[:, None]).sum(axis=1)
    order = np.argsort(-values, kind="stable")
    return CopyFindings(
        matches=matches,
        null=null,
        threshold=threshold,
        p_values=tuple(float(p) for p in (1 + above) / (1 + len(honest))),
        copies=tuple(int(i) for i in np.flatnonzero(values >= threshold.value)),
        closest=tuple(int(i) for i in order[:shown]),
        least_overlap=least_overlap,
    )


def threshold_of(honest: np.ndarray, false_alarms: float = FALSE_ALARMS) -> Threshold:
    """Say from which correlation on a field is a copy.

    With enough held-out fields the threshold lies just above the k-th largest of them, k = false_alarms (n + 1)
    rounded down: an honest field exceeds that with a probability of k / (n + 1) at most, whatever the distribution.
    With fewer, their Fisher transforms (arctanh) are taken to be of a Gumbel distribution, since each is the largest of
    very many correlations; the threshold is the prediction limit that holds with mean and deviation estimated from so
    few (simulated: it depends on n alone). A rare structure that few held-out fields show, such as a crack, is beyond
    any such limit: with fewer than 99 fields look at the pairs.

    Parameters
    ----------
    honest : ndarray (n,)
        Best correlations of held-out fields.
    """
    if not 0 < false_alarms < 1:
        raise InputError(f"A share of false alarms of {false_alarms:g} is not possible; give one between 0 and 1.")
    n = len(honest)
    k = math.floor(false_alarms * (n + 1) + 1e-9)
    if k >= 1:
        value = float(np.nextafter(np.sort(honest)[-k], 2))
        return Threshold(value, false_alarms, "rank", n)
    fisher = np.arctanh(np.clip(honest, -1 + 1e-9, 1 - 1e-9))
    value = math.tanh(float(fisher.mean() + _prediction_factor(n, false_alarms) * fisher.std(ddof=1)))
    return Threshold(value, false_alarms, "extreme-value fit", n)


def false_alarms_of(honest: np.ndarray, false_alarms: float = FALSE_ALARMS) -> np.ndarray:
    """Tell which held-out fields the threshold of all others would call copies: bool (n,)."""
    found = [value >= threshold_of(np.delete(honest, i), false_alarms).value for i, value in enumerate(honest)]
    return np.asarray(found, bool)


@cache
def _prediction_factor(n: int, false_alarms: float) -> float:
    """By how many estimated deviations one more Gumbel number exceeds the estimated mean of n with that probability."""
    draws = np.random.default_rng(20261126).gumbel(size=(SIMULATED, n + 1))
    others = draws[:, 1:]
    return float(np.quantile((draws[:, 0] - others.mean(axis=1)) / others.std(axis=1, ddof=1), 1 - false_alarms))
