"""The kernel distance of two sets of features."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.imaging.random_features import cubic_kernel, kernel_distance
from synthscope.metrics.sets.specimens import (
    Units,
    bootstrap_counts,
    check_pair,
    membership,
    numbered,
    permutation_p,
    relabelled,
)
from synthscope.records.metric import Layout

SCALE = 1000.0


class KernelDistance:
    """`synthscope.imaging.random_features.kernel_distance` times 1000: may be below zero, and is never clipped."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        check_pair(real, generated)
        return {"": SCALE * kernel_distance(real, generated)}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw specimens with replacement, without pairs of a specimen with its own copy.

        A row that was drawn twice would be a pair of equal rows, and two copies of a specimen pairs that are more
        alike than those of two specimens: both make the terms within a set too large. Such pairs are left out;
        the pairs of different rows within one specimen stay as often as it was drawn.
        """
        check_pair(real, generated)
        within = [_Pairs(features, of_set) for features, of_set in zip((real, generated), units, strict=True)]
        if min(pairs.specimens for pairs in within) < 2:
            return {"": np.full(count, np.nan)}
        w, v = (bootstrap_counts(pairs.specimens, rng, count) for pairs in within)
        members = [membership(of_set) for of_set in units]
        across = members[0].T @ cubic_kernel(real, generated) @ members[1]
        rows = (w @ within[0].sizes) * (v @ within[1].sizes)
        between = np.einsum("bs,st,bt->b", w, across, v, optimize=True) / rows
        return {"": SCALE * (within[0].mean(w) + within[1].mean(v) - 2 * between)}

    def p_value(
        self, real: np.ndarray, generated: np.ndarray, units: Units, rng: np.random.Generator, count: int
    ) -> float:
        """Relabel specimens of the pooled sets, from one Gram matrix (Gretton et al. 2012, section 5).

        What is compared is the distance over pairs of different specimens only: rows of one specimen are more
        alike than rows of two, under any label. Specimens of like size in both sets make the test exact; where they
        are far larger in one, it finds less than there is, and raises fewer false alarms than its level.
        """
        check_pair(real, generated)
        index_real, count_real = numbered(units[0])
        index_generated, count_generated = numbered(units[1])
        if min(count_real, count_generated) < 2:
            return float("nan")
        pooled = np.concatenate([real, generated])
        members = np.eye(count_real + count_generated)[np.concatenate([index_real, index_generated + count_real])]
        sums = members.T @ cubic_kernel(pooled, pooled) @ members
        np.fill_diagonal(sums, 0)
        labels = np.zeros((1, len(sums)))
        labels[0, :count_real] = 1
        labels = np.concatenate([labels, relabelled(count_real, count_generated, rng, count)])
        found = _between_specimens(sums, members.sum(axis=0), labels)
        return permutation_p(float(found[0]), found[1:])

    def each(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> np.ndarray:
        """Give the witness of each generated image: how much more it is like the generated ones than the real ones."""
        check_pair(real, generated)
        gram = cubic_kernel(generated, generated)
        own = (gram.sum(axis=1) - np.diagonal(gram)) / (len(generated) - 1)
        witness: np.ndarray = SCALE * (own - cubic_kernel(generated, real).mean(axis=1))
        return witness


class _Pairs:
    """Sums of the kernel over the pairs of different rows of one set, by their specimens."""

    def __init__(self, features: np.ndarray, units: np.ndarray) -> None:
        members = membership(units)
        gram = cubic_kernel(features, features)
        np.fill_diagonal(gram, 0)
        sums = members.T @ gram @ members
        self.sizes = members.sum(axis=0)
        self.specimens = len(self.sizes)
        self._inner = np.diagonal(sums).copy()
        self._outer = sums - np.diag(self._inner)

    def mean(self, weights: np.ndarray) -> np.ndarray:
        """Give the mean over pairs when specimens come `weights` (B, S) times: (B,); not a number without a pair."""
        total = ((weights @ self._outer) * weights).sum(axis=1) + weights @ self._inner
        of_sizes = (weights @ self.sizes) ** 2 - weights**2 @ self.sizes**2
        pairs = of_sizes + weights @ (self.sizes * (self.sizes - 1))
        mean: np.ndarray = np.divide(total, pairs, out=np.full(len(weights), np.nan), where=pairs > 0)
        return mean


def _between_specimens(sums: np.ndarray, sizes: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the distance over pairs of different specimens, for each labelling (B, S) of 1 for real, 0 for generated.

    Parameters
    ----------
    sums : ndarray (S, S)
        Sums of the kernel over pairs of rows, by specimens; zero on the diagonal.
    sizes : ndarray (S,)
        Rows of each specimen.
    """
    ones = (labels @ sums * labels).sum(axis=1)
    rows = labels @ sums.sum(axis=1)
    cross = rows - ones
    zeros = sums.sum() - ones - 2 * cross
    n = labels @ sizes
    m = sizes.sum() - n
    squares = labels @ sizes**2
    pairs_real, pairs_generated = n**2 - squares, m**2 - ((sizes**2).sum() - squares)
    distance: np.ndarray = ones / pairs_real + zeros / pairs_generated - 2 * cross / (n * m)
    return distance
