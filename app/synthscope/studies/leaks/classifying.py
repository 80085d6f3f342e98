"""Whether a classifier tells two sides: area under the curve over unseen cases, and its p-value by permutation."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthscope.imaging.logistic import fit_logistic
from synthscope.studies.leaks.boosting import boosted_scores

FOLDS = 5
CHUNK = 50
"""Labellings that are fitted together."""
ENOUGH = 20
"""Permutations at least as good as what was observed, after which no more are drawn."""
LEAST_CASES = 4
"""On each side: fewer cannot be put into folds."""

Scorer = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""From features (N, D) and labels (B, N) of the learned and features (M, D) of the judged to scores (B, M)."""


@dataclass(frozen=True)
class Separation:
    """How well two sides are told apart, and how often chance would do as well."""

    auc: float
    p_value: float


@dataclass(frozen=True, eq=False)
class Sides:
    """Two sides, row by row.

    Parameters
    ----------
    features : ndarray (N, D)
    labels : ndarray of int (N,)
        0 and 1.
    cases : ndarray of int (N,)
        Rows of one case are in one fold, and are relabelled together.
    """

    features: np.ndarray
    labels: np.ndarray
    cases: np.ndarray

    def scaled(self) -> np.ndarray:
        """Give the features that vary, in standard deviations, rows of length about 1."""
        spread = self.features.std(axis=0)
        varying = spread > 1e-9 * (np.abs(self.features).max(axis=0) + 1e-300)
        kept = self.features[:, varying]
        found: np.ndarray = (kept - kept.mean(axis=0)) / kept.std(axis=0) / np.sqrt(max(1, kept.shape[1]))
        return found

    def folds(self, rng: np.random.Generator) -> np.ndarray:
        """Deal cases to folds (N,), those of each side evenly; at least two of a side in each where they suffice."""
        kinds = self._kinds()
        count = min(FOLDS, max(2, self.least_cases() // 2))
        fold = np.zeros(len(kinds), int)
        start = 0
        for kind in (0, 1, 2):
            own = rng.permutation(np.flatnonzero(kinds == kind))
            fold[own] = (start + np.arange(len(own))) % count
            start += len(own)
        found: np.ndarray = fold[self.cases]
        return found

    def least_cases(self) -> int:
        """Give the number of cases of the side that has fewer."""
        return min(len(np.unique(self.cases[self.labels == label])) for label in (0, 1))

    def relabelled(self, folds: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
        """Give labels (count, N) as chance would.

        Within each fold, cases that are on one side change it whole; rows of the others change within their case. So
        every fold keeps its numbers, on which areas depend.
        """
        kinds = self._kinds()
        fold_of = np.zeros(len(kinds), int)
        fold_of[self.cases] = folds
        of_case = np.tile(kinds, (count, 1))
        for fold in np.unique(folds):
            here = np.flatnonzero((fold_of == fold) & (kinds < 2))
            of_case[:, here] = rng.permuted(of_case[:, here], axis=1)
        drawn = of_case[:, self.cases]
        for case in np.flatnonzero(kinds == 2):
            members = np.flatnonzero(self.cases == case)
            drawn[:, members] = rng.permuted(np.tile(self.labels[members], (count, 1)), axis=1)
        return drawn

    def dealings(self, folds: np.ndarray) -> int:
        """Give the number of labellings that `relabelled` draws from: no p-value is much below its inverse."""
        kinds, found = self._kinds(), 1
        fold_of = np.zeros(len(kinds), int)
        fold_of[self.cases] = folds
        for fold in np.unique(folds):
            here = kinds[(fold_of == fold) & (kinds < 2)]
            found *= math.comb(len(here), int(here.sum()))
        for case in np.flatnonzero(kinds == 2):
            own = self.labels[self.cases == case]
            found *= math.comb(len(own), int(own.sum()))
        return found

    def _kinds(self) -> np.ndarray:
        """Say of each case whether it is on side 0, on side 1, or on both (2)."""
        count = int(self.cases.max()) + 1
        ones = np.bincount(self.cases, self.labels, count)
        sizes = np.bincount(self.cases, minlength=count)
        return np.where(ones == 0, 0, np.where(ones == sizes, 1, 2))


def trees(learned: np.ndarray, labels: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Score by boosted trees, which see what no line does."""
    return boosted_scores(learned, labels, judged)


def logistic(learned: np.ndarray, labels: np.ndarray, judged: np.ndarray) -> np.ndarray:
    """Score by logistic regression with a penalty on squared weights."""
    return fit_logistic(learned, labels).log_odds(judged)


def separation(sides: Sides, scorer: Scorer, permutations: int, rng: np.random.Generator) -> Separation:
    """Measure how well two sides are told apart, over cases that the classifier has not seen.

    The p-value is ``(1 + as good) / (1 + drawn)``. Once `ENOUGH` permutations were as good as what was observed, no
    more are drawn, and it is ``as good / drawn`` (Besag & Clifford 1991, Biometrika 78, 301).
    """
    features = sides.scaled()
    if not features.shape[1]:
        return Separation(0.5, 1.0)
    folds = sides.folds(rng)
    observed = float(_areas(features, sides.labels[None], folds, scorer)[0])
    as_good = drawn = 0
    while drawn < permutations:
        labels = sides.relabelled(folds, min(CHUNK, permutations - drawn), rng)
        for area in _areas(features, labels, folds, scorer):
            drawn += 1
            as_good += bool(area >= observed - 1e-12)
            if as_good == ENOUGH and drawn < permutations:
                return Separation(observed, as_good / drawn)
    return Separation(observed, (1 + as_good) / (1 + drawn))


def single_areas(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the area (D,) of each feature by itself: above 0.5 where side 1 has more of it."""
    one, other = features[labels == 1], features[labels == 0]
    above = one[:, None] - other[None]
    return np.asarray(((above > 0) + 0.5 * (above == 0)).mean(axis=(0, 1)))


def _areas(features: np.ndarray, labels: np.ndarray, folds: np.ndarray, scorer: Scorer) -> np.ndarray:
    """Give the area for each labelling (B, N), over pairs within folds; 0.5 where there is no such pair."""
    won, pairs = np.zeros(len(labels)), np.zeros(len(labels))
    for fold in np.unique(folds):
        held = folds == fold
        scores = scorer(features[~held], labels[:, ~held].astype(float), features[held])
        above = scores[:, :, None] - scores[:, None, :]
        own = labels[:, held].astype(float)
        ordered = 0.5 * (above > 0) + 0.5 * (above >= 0)
        won += np.einsum("bi,bij,bj->b", own, ordered, 1 - own, optimize=True)
        pairs += own.sum(axis=1) * (1 - own).sum(axis=1)
    return np.asarray(np.divide(won, pairs, out=np.full(len(labels), 0.5), where=pairs > 0))
