"""Raters and items drawn anew, both at once: what other raters would have said of other images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np

from synthscope.errors import InputError
from synthscope.studies.correspondence.correlations import Statistic
from synthscope.studies.tables import RatingTable, item_means

Centring = Literal["none", "correlation", "positive"]
SCALES: dict[Centring, tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], np.ndarray]]] = {
    "none": (np.asarray, np.asarray),
    "correlation": (lambda r: np.arctanh(np.clip(r, -PERFECT, PERFECT)), np.tanh),
    "positive": (lambda x: np.log(np.maximum(x, 1e-300)), np.exp),
}
"""On which draws are moved, there and back: Fisher's z for correlations, logarithms for errors."""
CHUNK = 4_000_000
"""Numbers held at once."""
PERFECT = 1 - 1e-12
LEAST = 0.5
"""Part of the draws that must have a value; else there is no interval."""


def nested(table: RatingTable) -> bool:
    """Whether every rater saw one item alone, as where each rater rates one model."""
    return bool((np.isfinite(table.values).sum(axis=1) == 1).all())


def draw_raters(table: RatingTable, rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw raters with replacement; those of each item apart where each rater saw one item.

    Returns
    -------
    ndarray of float, shape (count, raters)
        How often each rater counts.
    """
    raters = len(table.raters)
    if not nested(table):
        return rng.multinomial(raters, np.full(raters, 1 / raters), size=count).astype(float)
    weights = np.zeros((count, raters))
    for column in np.isfinite(table.values).T:
        mine = np.flatnonzero(column)
        weights[:, mine] = rng.multinomial(len(mine), np.full(len(mine), 1 / len(mine)), size=count)
    return weights


def draws(
    table: RatingTable, rng: np.random.Generator, count: int, *, items: bool = True
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draw raters, and items unless they are fixed.

    Yields
    ------
    tuple of ndarray
        Places of the drawn items and their mean ratings, both (draws, items), in portions. A draw in which an item
        lost all its raters is left out.
    """
    n = len(table.items)
    step = max(1, CHUNK // max(n, len(table.raters)))
    for start in range(0, count, step):
        part = min(step, count - start)
        means = item_means(table.values, draw_raters(table, rng, part))
        places = rng.integers(0, n, (part, n)) if items else np.tile(np.arange(n), (part, 1))
        drawn = np.take_along_axis(means, places, axis=1)
        whole = np.isfinite(drawn).all(axis=1)
        yield places[whole], drawn[whole]


def interval(
    table: RatingTable, metric: np.ndarray, statistic: Statistic, rng: np.random.Generator, count: int, *,
    items: bool = True, level: float = 0.95, centring: Centring = "correlation",
) -> tuple[float, float]:
    """Give the percentile interval of a statistic over drawn raters and items.

    Parameters
    ----------
    items : bool
        Whether items are drawn too; without, the interval is for these items and far too narrow for others.
    centring : "none", "correlation" or "positive"
        Raters drawn with replacement add their noise once more, so that draws correlate less (and err more) than
        the ratings themselves. Draws are therefore moved until their median is the value of all ratings: on
        Fisher's z for a correlation, on logarithms for an error. "none" gives plain percentiles.

    Returns
    -------
    tuple of float
        Not numbers when more than half of the draws have no value, as with very few items.
    """
    check_metric(table, metric)
    found = [statistic(metric[places], drawn) for places, drawn in draws(table, rng, count, items=items)]
    values = np.concatenate(found) if found else np.empty(0)
    values = values[np.isfinite(values)]
    if len(values) < LEAST * count:
        return float("nan"), float("nan")
    there, back = SCALES[centring]
    moved = there(values)
    if centring != "none":
        moved = moved - np.median(moved) + there(statistic(metric[None], table.means[None]))
    low, high = back(np.quantile(moved, [(1 - level) / 2, (1 + level) / 2]))
    return float(low), float(high)


def check_metric(table: RatingTable, metric: np.ndarray) -> None:
    """Refuse a metric that does not fit the table's items."""
    if np.shape(metric) != (len(table.items),):
        raise InputError(f"A metric of shape {np.shape(metric)} does not fit {len(table.items)} rated items.")
