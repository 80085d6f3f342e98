"""Many tests at once: Holm for a family that was planned, Benjamini-Hochberg for what is explored."""

from __future__ import annotations

import numpy as np

from synthscope.errors import InputError


def holm(p_values: np.ndarray) -> np.ndarray:
    """Give p-values adjusted so that any false finding among all has at most the stated chance (Holm 1979).

    Parameters
    ----------
    p_values : ndarray, shape (m,)
        Not a number where a test could not be made; it stays so and is not counted.

    Returns
    -------
    ndarray, shape (m,)
    """
    found, there, order = _sorted(p_values)
    rising = found[there][order] * np.arange(len(order), 0, -1)
    return _placed(found, there, order, np.maximum.accumulate(rising))


def benjamini_hochberg(p_values: np.ndarray) -> np.ndarray:
    """Give p-values adjusted for the part of false findings among all findings (Benjamini & Hochberg 1995).

    Parameters
    ----------
    p_values : ndarray, shape (m,)
        As for `holm`.
    """
    found, there, order = _sorted(p_values)
    count = len(order)
    scaled = found[there][order] * count / np.arange(1, count + 1)
    return _placed(found, there, order, np.minimum.accumulate(scaled[::-1])[::-1])


def _sorted(p_values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    found = np.asarray(p_values, float)
    there = np.isfinite(found)
    if ((found[there] < 0) | (found[there] > 1)).any():
        raise InputError("A p-value lies outside 0 to 1; give the p-values of the tests, not their statistics.")
    return found, there, np.argsort(found[there], kind="stable")


def _placed(found: np.ndarray, there: np.ndarray, order: np.ndarray, values: np.ndarray) -> np.ndarray:
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(values, 1)
    result = np.full(found.shape, np.nan)
    result[there] = adjusted
    return result
