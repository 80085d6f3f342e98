"""Just noticeable differences: Thurstone scores in units of three quarters, and triplets against a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t as student

from synthscope.errors import InputError
from synthscope.records.study_ratings import Estimate
from synthscope.studies.ranking.bradley_terry import Preferences, fit_preferences
from synthscope.studies.ranking.comparisons import make_comparisons

UNIT = 0.6744897501960817
"""Phi^-1(3/4): two images are one just noticeable difference apart when three of four choices tell them apart."""


def jnd(fit: Preferences) -> np.ndarray:
    """Give Thurstone scores in just noticeable differences, shape (k,), about their mean.

    Raises
    ------
    InputError
        For a logistic fit, whose scores are log odds.
    """
    if fit.link != "probit":
        raise InputError(f"Just noticeable differences need Thurstone's model; fit with probit, not {fit.link}.")
    return fit.scores / UNIT


@dataclass(frozen=True, eq=False)
class Impairments:
    """How far items are from their reference.

    Parameters
    ----------
    fit : Preferences
        Of "which is further from the reference".
    estimates : tuple of Estimate
        ``jnd`` for each item: 0 is the reference itself, where it was among the items.
    """

    fit: Preferences
    estimates: tuple[Estimate, ...]


def scale_triplets(
    left: Sequence[str], right: Sequence[str], nearer: np.ndarray, raters: Sequence[str], *, reference: str = "",
    side: bool = True, cases: np.ndarray | None = None, level: float = 0.95,
) -> Impairments:
    """Scale the answers to "which is nearer to the reference?" (ISO/IEC 29170-3, in-place triplets).

    Parameters
    ----------
    left, right : sequence of str, length n
        Items shown beside the reference; the reference itself may be one of them.
    nearer : ndarray of int, shape (n,)
        0 left, 1 right, -1 no difference.
    reference : str
        Name of the reference among the items: the scale starts there. Empty: it starts at the nearest item.
    cases : ndarray of str, shape (n, c), optional
        As in `make_comparisons`.
    """
    farther = np.where(np.asarray(nearer) == -1, -1, 1 - np.asarray(nearer))
    fit = fit_preferences(make_comparisons(left, right, farther, raters, cases=cases), link="probit", side=side)
    base = reference or fit.items[int(np.argmin(fit.scores))]
    values, errors = fit.against(base)
    reach = errors * float(student.ppf((1 + level) / 2, fit.df))
    title = "Just noticeable differences from " + ("the reference" if reference else f"{base}, the nearest")
    rows = tuple(
        Estimate(
            "jnd", title, float(v / UNIT), float((v - r) / UNIT), float((v + r) / UNIT), fit.n, fit.method, item,
            se=float(e / UNIT), df=fit.df, level=level, random=fit.random, caveats=fit.caveats,
            citation="ISO/IEC 29170-3",
        )
        for item, v, e, r in zip(fit.items, values, errors, reach, strict=True)
        if item != base
    )  # fmt: skip
    return Impairments(fit, rows)
