"""Numbers on a circle, such as directions: their mean, what lies between two of them, and between two sets."""

from __future__ import annotations

import numpy as np


def wrapped(apart: np.ndarray, period: float) -> np.ndarray:
    """Bring differences into [-period / 2, period / 2): the shorter way round."""
    short: np.ndarray = np.mod(apart + period / 2, period) - period / 2
    return short


def circular_mean(values: np.ndarray, period: float) -> float:
    """Give the direction of the mean vector of values (N,), in [0, period) (Mardia & Jupp 2000, eq. 2.2.4).

    Not a number where there are no values, or where they cancel, as 0 and 90 of 180 do.
    """
    if not len(values):
        return float("nan")
    vector = np.exp(2j * np.pi * values / period).mean()
    return float(np.angle(vector) * period / (2 * np.pi) % period) if abs(vector) > 1e-9 else float("nan")


def circular_distance(a: np.ndarray, b: np.ndarray, period: float) -> float:
    """Give the first Wasserstein distance of two sets of values (N,) and (M,) on a circle, in their unit.

    The integral of ``|F - G - m|`` round the circle, with `m` the weighted median of ``F - G`` (Rabin, Delon &
    Gousseau 2011, J. Math. Imaging Vis. 41, 147): it does not depend on where the circle is cut.
    """
    if not len(a) or not len(b):
        return float("nan")
    here, there = np.sort(np.mod(a, period)), np.sort(np.mod(b, period))
    places = np.unique(np.concatenate([here, there]))
    arcs = np.diff(places, append=places[0] + period)
    apart = np.searchsorted(here, places, "right") / len(a) - np.searchsorted(there, places, "right") / len(b)
    order = np.argsort(apart, kind="stable")
    middle = order[np.searchsorted(np.cumsum(arcs[order]), period / 2).clip(max=len(order) - 1)]
    return float(arcs @ np.abs(apart - apart[middle]))
