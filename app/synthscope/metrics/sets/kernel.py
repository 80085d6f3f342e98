"""The kernel distance of two sets of features."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from synthscope.imaging.random_features import cubic_kernel, kernel_distance
from synthscope.metrics.sets.specimens import (
    Units,
    bootstrap_counts,
    check_pair,
    numbered,
    permutation_p,
    relabelled,
)
from synthscope.records.metric import Layout

SCALE = 1000.0
ROWS = 512
"""Rows of the kernel that are held at a time, or those of one specimen."""


class KernelDistance:
    """`synthscope.imaging.random_features.kernel_distance` times 1000: may be below zero, and is never clipped."""

    way = "bootstrap of specimens, without pairs of one and its own copy"

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
        index, specimens = zip(*(numbered(of_set) for of_set in units), strict=True)
        if min(specimens) < 2:
            return {"": np.full(count, np.nan)}
        w, v = (bootstrap_counts(one, rng, count) for one in specimens)
        sizes = [np.bincount(one) for one in index]
        between = np.zeros(count)
        for here, sums in kernel_sums(real, index[0], generated, index[1]):
            between += ((w[:, here] @ sums) * v).sum(axis=1)
        between /= (w @ sizes[0]) * (v @ sizes[1])
        within = _mean_within(real, index[0], w) + _mean_within(generated, index[1], v)
        return {"": SCALE * (within - 2 * between)}

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
        index = np.concatenate([index_real, index_generated + count_real])
        labels = np.zeros((1, count_real + count_generated))
        labels[0, :count_real] = 1
        labels = np.concatenate([labels, relabelled(count_real, count_generated, rng, count)])
        found = _between_specimens(pooled, index, labels)
        return permutation_p(float(found[0]), found[1:])

    def each(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> np.ndarray:
        """Give the witness of each generated image: how much more it is like the generated ones than the real ones."""
        check_pair(real, generated)
        found = []
        for i in range(0, len(generated), ROWS):
            rows = generated[i : i + ROWS]
            itself = ((rows**2).sum(axis=1) / rows.shape[1] + 1) ** 3
            own = (cubic_kernel(rows, generated).sum(axis=1) - itself) / (len(generated) - 1)
            found.append(SCALE * (own - cubic_kernel(rows, real).mean(axis=1)))
        witness: np.ndarray = np.concatenate(found)
        return witness


def kernel_sums(
    a: np.ndarray, index_a: np.ndarray, b: np.ndarray, index_b: np.ndarray
) -> Iterator[tuple[slice, np.ndarray]]:
    """Give sums of the kernel over pairs of rows, by their specimens, some specimens of `a` at a time.

    Parameters
    ----------
    a, b : ndarray (N, D), (M, D)
    index_a, index_b : ndarray of int (N,), (M,)
        The specimen of each row, numbered from 0 without gaps.

    Yields
    ------
    slice
        Which specimens of `a`.
    ndarray (specimens, specimens of b)
    """
    order, columns = np.argsort(index_a, kind="stable"), np.argsort(index_b, kind="stable")
    ends = np.cumsum(np.bincount(index_a))
    starts_b = np.concatenate([[0], np.cumsum(np.bincount(index_b))[:-1]])
    other, first = b[columns], 0
    while first < len(ends):
        begin = int(ends[first - 1]) if first else 0
        last = max(int(np.searchsorted(ends, begin + ROWS, "right")), first + 1)
        rows = order[begin : ends[last - 1]]
        gram = np.add.reduceat(cubic_kernel(a[rows], other), starts_b, axis=1)
        inner = np.concatenate([[0], ends[first : last - 1] - begin]).astype(int)
        yield slice(first, last), np.add.reduceat(gram, inner, axis=0)
        first = last


def _diagonal(features: np.ndarray, index: np.ndarray) -> np.ndarray:
    """Sum the kernel of each row with itself over the rows of a specimen: (S,)."""
    own = ((features**2).sum(axis=1) / features.shape[1] + 1) ** 3
    found: np.ndarray = np.bincount(index, own)
    return found


def _mean_within(features: np.ndarray, index: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the mean of the kernel over pairs of different rows of one set when specimens come `weights` (B, S) times.

    Pairs within a specimen come as often as it was drawn, and never between two copies of it. Not a number (B,)
    without a pair.
    """
    sizes, total = np.bincount(index), np.zeros(len(weights))
    for here, sums in kernel_sums(features, index, features, index):
        own = sums[np.arange(len(sums)), np.arange(here.start, here.stop)].copy()
        sums[np.arange(len(sums)), np.arange(here.start, here.stop)] = 0
        total += ((weights[:, here] @ sums) * weights).sum(axis=1) + weights[:, here] @ own
    total -= weights @ _diagonal(features, index)
    pairs = (weights @ sizes) ** 2 - weights**2 @ sizes**2 + weights @ (sizes * (sizes - 1))
    mean: np.ndarray = np.divide(total, pairs, out=np.full(len(weights), np.nan), where=pairs > 0)
    return mean


def _between_specimens(features: np.ndarray, index: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the distance over pairs of different specimens, for each labelling (B, S) of 1 for real, 0 for generated.

    Parameters
    ----------
    features : ndarray (P, D)
        Of both sets together.
    index : ndarray of int (P,)
        The specimen of each row.
    """
    sizes = np.bincount(index)
    ones, rows, all_pairs = np.zeros(len(labels)), np.zeros(len(labels)), 0.0
    for here, sums in kernel_sums(features, index, features, index):
        sums[np.arange(len(sums)), np.arange(here.start, here.stop)] = 0
        ones += ((labels[:, here] @ sums) * labels).sum(axis=1)
        rows += labels[:, here] @ sums.sum(axis=1)
        all_pairs += float(sums.sum())
    cross = rows - ones
    zeros = all_pairs - ones - 2 * cross
    n = labels @ sizes
    m = sizes.sum() - n
    squares = labels @ sizes**2
    pairs_real, pairs_generated = n**2 - squares, m**2 - ((sizes**2).sum() - squares)
    distance: np.ndarray = ones / pairs_real + zeros / pairs_generated - 2 * cross / (n * m)
    return distance
