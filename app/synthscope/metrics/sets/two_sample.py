"""Whether a classifier can tell generated images from real ones."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from synthscope.imaging.logistic import fit_logistic
from synthscope.metrics.sets.specimens import (
    Units,
    bootstrap_counts,
    check_pair,
    numbered,
    permutation_p,
    relabelled,
)
from synthscope.records.metric import Layout

FOLDS = 5
CHUNK = 64
"""Relabellings that are fitted together: what their weights take stays small."""


class ClassifierTest:
    """Area under the curve of a logistic regression that was never shown what it judges: 0.5 where it cannot tell.

    The classifier two-sample test (Lopez-Paz & Oquab 2017; Kim et al. 2021): features in standard deviations of both
    sets together, a fixed penalty, five folds. Areas are taken within each fold, over pairs of one real and one
    generated image, so that folds of different level are not mixed (LeDell, Petersen & van der Laan 2015).
    Below 0.5 is chance, too. Images of a specimen must lie in one fold, else it tells specimens.
    """

    way = "bootstrap of the specimens that are judged, the classifiers held"

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure, each row being a specimen of its own."""
        fields = _Fields.of(real, generated, None)
        return {"": float(fields.areas(fields.truth[None])[0])}

    def measure_by_specimen(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units
    ) -> Mapping[str, float]:
        """Give the one figure, all rows of a specimen in one fold."""
        fields = _Fields.of(real, generated, units)
        return {"": float(fields.areas(fields.truth[None])[0])}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw specimens with replacement among the judged; the classifiers are held (LeDell et al. 2015).

        A row that was drawn twice would be learned from and judged. The interval is that of these five classifiers.
        """
        fields = _Fields.of(real, generated, units)
        scores = fields.scores(fields.truth[None])[0]
        a, b = scores[: len(real)], scores[len(real) :]
        index = [numbered(of_set) for of_set in units]
        w, v = (bootstrap_counts(specimens, rng, count)[:, rows] for rows, specimens in index)
        won, pairs = np.zeros(count), np.zeros(count)
        for fold in np.unique(fields.folds):
            mine, theirs = (fields.folds[rows] == fold for rows in (slice(len(real)), slice(len(real), None)))
            won += _weighted_wins(a[mine], b[theirs], w[:, mine], v[:, theirs])
            pairs += w[:, mine].sum(axis=1) * v[:, theirs].sum(axis=1)
        drawn: np.ndarray = np.divide(won, pairs, out=np.full(count, np.nan), where=pairs > 0)
        return {"": drawn}

    def p_value(
        self, real: np.ndarray, generated: np.ndarray, units: Units, rng: np.random.Generator, count: int
    ) -> float:
        """Relabel specimens of the pooled sets, and learn anew under every labelling."""
        fields = _Fields.of(real, generated, units)
        index_real, count_real = numbered(units[0])
        index_generated, count_generated = numbered(units[1])
        specimen = np.concatenate([index_real, index_generated + count_real])
        labels = 1 - relabelled(count_real, count_generated, rng, count)[:, specimen]
        areas = [fields.areas(labels[i : i + CHUNK]) for i in range(0, count, CHUNK)]
        relabels = np.concatenate(areas)
        observed = float(fields.areas(fields.truth[None])[0])
        return permutation_p(observed, relabels[np.isfinite(relabels)])

    def each(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> np.ndarray:
        """Give the log-odds of each generated image of being generated, by a classifier that has not seen it."""
        fields = _Fields.of(real, generated, None)
        scores: np.ndarray = fields.scores(fields.truth[None])[0, len(real) :]
        return scores


@dataclass(frozen=True, eq=False)
class _Fields:
    """Both sets together: features (P, D) that a classifier can use, folds (P,), 1 for generated (P,)."""

    features: np.ndarray
    folds: np.ndarray
    truth: np.ndarray

    @classmethod
    def of(cls, real: np.ndarray, generated: np.ndarray, units: Units | None) -> _Fields:
        check_pair(real, generated, 4)
        pooled = np.concatenate([real, generated])
        spread = pooled.std(axis=0)
        varying = spread > 1e-12 * (np.abs(pooled).max(axis=0) + np.finfo(float).tiny)
        features = (pooled[:, varying] - pooled[:, varying].mean(axis=0)) / spread[varying]
        features /= np.sqrt(max(features.shape[1], 1))  # rows of length about 1: one penalty for any number of columns
        own = units if units is not None else (np.arange(len(real)), np.arange(len(generated)))
        sides = [_folds(rows, of_set) for rows, of_set in zip((real, generated), own, strict=True)]
        truth = np.repeat([0.0, 1.0], [len(real), len(generated)])
        return cls(features, np.concatenate(sides), truth)

    def scores(self, labels: np.ndarray) -> np.ndarray:
        """Give the log-odds (B, P) of every row by the classifier of the other folds, for each labelling (B, P)."""
        scores = np.zeros(labels.shape)
        for fold in np.unique(self.folds):
            held_out = self.folds == fold
            model = fit_logistic(self.features[~held_out], labels[:, ~held_out])
            scores[:, held_out] = model.log_odds(self.features[held_out])
        return scores

    def areas(self, labels: np.ndarray) -> np.ndarray:
        """Give the area (B,) over pairs within folds, for each labelling (B, P); not a number without such a pair."""
        scores = self.scores(labels)
        won, pairs = np.zeros(len(labels)), np.zeros(len(labels))
        for fold in np.unique(self.folds):
            here = self.folds == fold
            won_here, pairs_here = _wins(scores[:, here], labels[:, here])
            won += won_here
            pairs += pairs_here
        areas: np.ndarray = np.divide(won, pairs, out=np.full(len(labels), np.nan), where=pairs > 0)
        return areas


def _wins(scores: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give how many pairs of a 1 and a 0 are in order (ties half), and how many there are, by row.

    By ranks (Mann & Whitney 1947): no pair is ever held.
    """
    ones = labels.sum(axis=1)
    won = (labels * rankdata(scores, axis=1)).sum(axis=1) - ones * (ones + 1) / 2
    return won, ones * (labels.shape[1] - ones)


def _weighted_wins(low: np.ndarray, high: np.ndarray, w: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Give, for each row of weights (B, n) and (B, m), the weight of pairs in which `high` exceeds `low`, ties half."""
    order = np.argsort(high)
    below = np.concatenate([np.zeros((len(v), 1)), np.cumsum(v[:, order], axis=1)], axis=1)
    at_most, less = (np.searchsorted(high[order], low, side) for side in ("right", "left"))
    beyond = below[:, -1:] - 0.5 * (below[:, at_most] + below[:, less])
    won: np.ndarray = (w * beyond).sum(axis=1)
    return won


def _folds(features: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Deal specimens to folds by what is in them, whatever order they come in: the fold (N,) of each row."""
    index, count = numbered(units)
    contents = [hashlib.blake2b(np.ascontiguousarray(row).tobytes(), digest_size=8).digest() for row in features]
    least = [min(contents[i] for i in np.flatnonzero(index == one)) for one in range(count)]
    fold_of = np.empty(count, int)
    fold_of[sorted(range(count), key=least.__getitem__)] = np.arange(count) % FOLDS
    folds: np.ndarray = fold_of[index]
    return folds
