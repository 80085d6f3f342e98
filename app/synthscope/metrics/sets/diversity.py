"""How different the images of a set are from each other, beside the real ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.metrics.sets.distances import distance_blocks
from synthscope.metrics.sets.specimens import (
    JACKKNIFE,
    Units,
    check_pair,
    grouped_jackknife,
    jackknife_groups,
    jackknifed,
)
from synthscope.records.metric import Layout


def mean_pairwise_distance(features: np.ndarray) -> float:
    """Give the mean Euclidean distance over all pairs of different rows (N, D)."""
    return _mean_without(*_pair_sums(features, np.zeros(len(features), int)))


def vendi_score(features: np.ndarray) -> float:
    """Give the effective number of different images: 1 if all are alike, N if none is like another.

    The exponential of the entropy of the eigenvalues of K / N (Friedman & Dieng 2023, Definition 3.1), where K holds
    the cosines of rows (N, D).
    """
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit = features / np.maximum(lengths, np.finfo(float).tiny)
    gram = unit @ unit.T if len(unit) <= unit.shape[1] else unit.T @ unit
    values = np.linalg.eigvalsh(gram / len(unit))
    values = values[values > 1e-15]
    return float(np.exp(-(values * np.log(values)).sum()))


class Diversity:
    """Mean distance of generated images from each other over that of real ones: 1 is right, below 1 too much alike."""

    way = JACKKNIFE

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure; not a number where all real images are alike."""
        check_pair(real, generated)
        return {"": _quotient(mean_pairwise_distance(generated), mean_pairwise_distance(real))}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw in the linearised figure, as `grouped_jackknife` says: a row drawn twice would have a twin."""
        check_pair(real, generated)
        own, other = (
            _pair_sums(rows, groups)
            for rows, groups in zip((real, generated), jackknife_groups(units, rng), strict=True)
        )
        a, b = _mean_without(*own), _mean_without(*other)
        found = jackknifed(
            np.asarray([_quotient(b, _mean_without(*own, group)) for group in range(len(own[1]))]),
            np.asarray([_quotient(_mean_without(*other, group), a) for group in range(len(other[1]))]),
        )
        return {"": found.draw(_quotient(b, a), rng, count)}


class Vendi:
    """Effective number of different generated images over that of the real ones, of equal number.

    Cosines are those of features in standard deviations of the real set.
    """

    way = f"{JACKKNIFE}, widened by Student's t"

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        check_pair(real, generated)
        a, b = _standardised(real, generated)
        return {"": vendi_score(b) / vendi_score(a)}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw in the linearised figure, as `grouped_jackknife` says: a row drawn twice would have a twin.

        The figure is so curved that its jackknife is short of spread with few specimens; draws are widened by the
        quantile of Student's t over the normal one.
        """
        check_pair(real, generated)
        a, b = _standardised(real, generated)
        scores: dict[tuple[int, bytes], float] = {}

        def score(side: int, features: np.ndarray, rows: np.ndarray) -> float:
            key = (side, rows.tobytes())
            if key not in scores:
                scores[key] = vendi_score(features[rows])
            return scores[key]

        def figure(rows: np.ndarray, columns: np.ndarray) -> float:
            return score(1, b, columns) / score(0, a, rows)

        value = figure(np.arange(len(a)), np.arange(len(b)))
        return {"": grouped_jackknife(figure, units, rng).widened().draw(value, rng, count)}


def _standardised(real: np.ndarray, generated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    spread = real.std(axis=0)
    scale = np.where(spread > 0, spread, 1)
    return (real - real.mean(axis=0)) / scale, (generated - real.mean(axis=0)) / scale


def _pair_sums(features: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum the distances of rows over pairs of groups (G, G), some rows at a time; and give the sizes (G,) of these."""
    sizes = np.bincount(groups)
    members = np.eye(len(sizes))[groups]
    sums = np.zeros((len(sizes), len(sizes)))
    for here, block in distance_blocks(features, features):
        sums += members[here].T @ (np.sqrt(block) @ members)
    return sums, sizes


def _mean_without(sums: np.ndarray, sizes: np.ndarray, left_out: int = -1) -> float:
    """Give the mean distance over pairs of different rows; not a number for fewer than two."""
    stays = np.arange(len(sizes)) != left_out
    count = int(sizes[stays].sum())
    return float(sums[np.ix_(stays, stays)].sum() / (count * (count - 1))) if count > 1 else np.nan


def _quotient(generated: float, real: float) -> float:
    return generated / real if real > 0 else np.nan
