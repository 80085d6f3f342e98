"""How different the images of a set are from each other, beside the real ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthscope.metrics.sets.neighbours import squared_distances
from synthscope.metrics.sets.specimens import Units, check_pair, grouped_jackknife
from synthscope.records.metric import Layout


def mean_pairwise_distance(features: np.ndarray) -> float:
    """Give the mean Euclidean distance over all pairs of different rows (N, D)."""
    count = len(features)
    total = np.sqrt(squared_distances(features, features)).sum()
    return float(total / (count * (count - 1)))


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
        own, other = (np.sqrt(squared_distances(x, x)) for x in (real, generated))

        def figure(rows: np.ndarray, columns: np.ndarray) -> float:
            return _quotient(_mean_of(other, columns), _mean_of(own, rows))

        value = _quotient(_mean_of(other), _mean_of(own))
        return {"": grouped_jackknife(figure, units, rng).draw(value, rng, count)}


class Vendi:
    """Effective number of different generated images over that of the real ones, of equal number.

    Cosines are those of features in standard deviations of the real set.
    """

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


def _mean_of(distances: np.ndarray, rows: np.ndarray | None = None) -> float:
    block = distances if rows is None else distances[np.ix_(rows, rows)]
    count = len(block)
    return float(block.sum() / (count * (count - 1))) if count > 1 else np.nan


def _quotient(generated: float, real: float) -> float:
    return generated / real if real > 0 else np.nan
