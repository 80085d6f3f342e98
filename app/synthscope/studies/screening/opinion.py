"""Mean opinion scores, for plots: what the average rater said, and against a hidden reference."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.stats import t as student

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.tables import RatingTable

CAVEAT = "Steps of a scale are counted as equal; for a test use the cumulative-link model."
TOP = 5.0
"""Of the five-step scale, to which differential scores are referred."""


def opinion_scores(table: RatingTable, *, level: float = 0.95) -> tuple[Estimate, ...]:
    """Give the mean of each item over raters, with Student's t interval.

    Returns
    -------
    tuple of Estimate
        ``mos`` for each item; without an interval where one rater alone rated it.
    """
    return _means(table.values, table.items, "mos", "Mean opinion score", level)


def differential_scores(
    table: RatingTable, references: Mapping[str, str], *, top: float = TOP, level: float = 0.95
) -> tuple[Estimate, ...]:
    """Give the mean of each item's rating less the same rater's rating of its hidden reference, plus the top step.

    ITU-T P.910, hidden reference: an item that is rated like its reference has the top step.

    Parameters
    ----------
    references : mapping
        From an item to the item that is its reference.
    top : float
        Highest step of the scale.

    Raises
    ------
    InputError
        When a name is no item of the table, or nobody rated both.
    """
    places = {item: place for place, item in enumerate(table.items)}
    for name in (*references, *references.values()):
        if name not in places:
            raise InputError(f"Item {name!r} was not rated; name items of the table.")
    own = table.values[:, [places[item] for item in references]]
    theirs = table.values[:, [places[item] for item in references.values()]]
    differences = own - theirs + top
    if not np.isfinite(differences).any(axis=0).all():
        raise InputError("An item and its reference were never rated by the same rater; show both to each rater.")
    return _means(differences, tuple(references), "dmos", "Differential mean opinion score", level)


def _means(values: np.ndarray, items: tuple[str, ...], name: str, title: str, level: float) -> tuple[Estimate, ...]:
    rows = []
    for item, column in zip(items, values.T, strict=True):
        mine = column[np.isfinite(column)]
        n, mean = len(mine), float(mine.mean())
        error = float(mine.std(ddof=1) / np.sqrt(n)) if n > 1 else float("nan")
        reach = error * float(student.ppf((1 + level) / 2, n - 1)) if n > 1 else float("nan")
        rows.append(
            Estimate(
                name, title, mean, mean - reach, mean + reach, n, "mean over raters, Student's t", item, se=error,
                df=n - 1.0, level=level, random=("raters",), caveats=(CAVEAT,),
            )
        )  # fmt: skip
    return tuple(rows)
