"""Precision, recall, density, coverage and authenticity: who lies within whose nearest neighbours."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError
from synthscope.metrics.sets.specimens import Units, check_pair, grouped_jackknife
from synthscope.records.metric import Layout

NEIGHBOURS = 5
ROUNDING = 1e-13
"""Of the largest squared length: squared distances below it are those of equal rows."""


@dataclass(frozen=True)
class Manifolds:
    """What two sets have of each other's neighbourhoods, 0 to 1 (density may be higher).

    `precision` and `recall` are those of Kynkäänniemi et al. 2019, `density` and `coverage` those of Naeem et al. 2020.
    """

    precision: float
    recall: float
    density: float
    coverage: float


def manifolds(real: np.ndarray, generated: np.ndarray, k: int = NEIGHBOURS) -> Manifolds:
    """Give all four figures from the same distances.

    Parameters
    ----------
    real, generated : ndarray of float (N, D), (M, D)
        Of equal number, else the figures are not comparable with those of other sets.
    k : int
        Which nearest neighbour makes the radius; there are more rows than that.

    Raises
    ------
    InputError
        As `check_pair` says, or if there are too few rows.
    """
    _check(real, generated, k)
    between, own, other = squared_distances(real, generated), _radii(real, k), _radii(generated, k)
    return Manifolds(
        precision=_precision(between, own),
        recall=_precision(between.T, other),
        density=_density(between, own, k),
        coverage=_coverage(between, own),
    )


def expected_coverage(real: int, generated: int, k: int = NEIGHBOURS) -> float:
    """Give the coverage that two samples of one kind have on average, in any dimension (Naeem et al. 2020, Eq. 8).

    Parameters
    ----------
    real, generated : int
        Rows of each.
    """
    i = np.arange(1, k + 1)
    return float(1 - np.prod((real - i) / (generated + real - i)))


def expected_density() -> float:
    """Give the density that two samples of one kind have on average: 1 (Naeem et al. 2020, section 3.3)."""
    return 1.0


def authenticity(training: np.ndarray, generated: np.ndarray) -> float:
    """Give the part of generated images that are further from their nearest training image than that is from its own.

    Alaa et al. 2022 (AuthPct of Stein et al. 2023). Copies give 0. Honest samples do not give 1: in 16 dimensions some
    0.685; the value is to be held against that of held-out real images.
    """
    check_pair(training, generated)
    return float((_copy_ratio(training, generated) > 1).mean())


def squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Give squared distances of all rows (N, D) to all rows (M, D): (N, M), and zero where rounding is all there is."""
    middle = a.mean(axis=0)  # differences survive rounding best around zero
    a, b = a - middle, b - middle
    of_a, of_b = (a**2).sum(axis=1), (b**2).sum(axis=1)
    products: np.ndarray = a @ b.T
    products *= -2
    products += of_a[:, None]
    products += of_b
    products[products < ROUNDING * (of_a.max() + of_b.max())] = 0
    return products


class NeighbourFigure(ABC):
    """A figure of the distances within one set and between both."""

    balls = "real"
    """Whose neighbourhoods they are: of the real or of the generated images."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        _check(real, generated, NEIGHBOURS)
        centres, others = self._sides(real, generated)
        return {"": self.figure(squared_distances(centres, others), _radii(centres, NEIGHBOURS))}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw in the linearised figure, as `grouped_jackknife` says."""
        _check(real, generated, NEIGHBOURS)
        centres, others = self._sides(real, generated)
        between, own = squared_distances(centres, others), _own_distances(centres)

        def figure(of_real: np.ndarray, of_generated: np.ndarray) -> float:
            rows, columns = self._sides(of_real, of_generated)
            if len(rows) <= NEIGHBOURS:
                return np.nan
            return self.figure(between[np.ix_(rows, columns)], _kth(own[np.ix_(rows, rows)], NEIGHBOURS))

        value = self.figure(between, _kth(own, NEIGHBOURS))
        return {"": grouped_jackknife(figure, units, rng).draw(value, rng, count)}

    @abstractmethod
    def figure(self, between: np.ndarray, radii: np.ndarray) -> float:
        """Give the figure.

        Parameters
        ----------
        between : ndarray (N, M)
            Squared distances from the centres of balls to the images of the other set.
        radii : ndarray (N,)
            Squared radii of the balls.
        """

    def _sides(self, real: np.ndarray, generated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (real, generated) if self.balls == "real" else (generated, real)


class Precision(NeighbourFigure):
    """The part of generated images that lie within the neighbourhood of some real one."""

    def figure(self, between: np.ndarray, radii: np.ndarray) -> float:
        """Give the part of columns in any ball."""
        return _precision(between, radii)

    def each(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> np.ndarray:
        """Give how many radii away the nearest ball's centre is: above 1 it lies in none."""
        _check(real, generated, NEIGHBOURS)
        radii = np.maximum(_radii(real, NEIGHBOURS), np.finfo(float).tiny)
        away: np.ndarray = np.sqrt((squared_distances(real, generated) / radii[:, None]).min(axis=0))
        return away


class Recall(NeighbourFigure):
    """The part of real images that lie within the neighbourhood of some generated one."""

    balls = "generated"

    def figure(self, between: np.ndarray, radii: np.ndarray) -> float:
        """Give the part of columns in any ball."""
        return _precision(between, radii)


class Density(NeighbourFigure):
    """In how many real neighbourhoods a generated image lies, over the number that is expected of a real one."""

    def figure(self, between: np.ndarray, radii: np.ndarray) -> float:
        """Give the mean number of balls over k."""
        return _density(between, radii, NEIGHBOURS)


class Coverage(NeighbourFigure):
    """The part of real neighbourhoods that hold a generated image."""

    def figure(self, between: np.ndarray, radii: np.ndarray) -> float:
        """Give the part of balls that hold a column."""
        return _coverage(between, radii)


class Authenticity:
    """`authenticity` in per cent. What stands for the real set is the training set."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        return {"": 100 * authenticity(real, generated)}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw in the linearised figure, as `grouped_jackknife` says."""
        check_pair(real, generated, 3)
        between, own = squared_distances(real, generated), _own_distances(real)

        def figure(rows: np.ndarray, columns: np.ndarray) -> float:
            if len(rows) < 2:
                return np.nan
            return 100 * float((_ratio(between[np.ix_(rows, columns)], own[np.ix_(rows, rows)]) > 1).mean())

        value = 100 * float((_ratio(between, own) > 1).mean())
        return {"": grouped_jackknife(figure, units, rng).draw(value, rng, count)}

    def each(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> np.ndarray:
        """Give the distance to the nearest training image over that one's to its own nearest: below 1, too near."""
        check_pair(real, generated)
        ratio: np.ndarray = np.sqrt(_copy_ratio(real, generated))
        return ratio


def _copy_ratio(training: np.ndarray, generated: np.ndarray) -> np.ndarray:
    return _ratio(squared_distances(training, generated), _own_distances(training))


def _ratio(between: np.ndarray, own: np.ndarray) -> np.ndarray:
    nearest = between.argmin(axis=0)
    distance = between[nearest, np.arange(between.shape[1])]
    around = own.min(axis=1)[nearest]
    ratio: np.ndarray = distance / np.maximum(around, np.finfo(float).tiny)
    return ratio


def _check(real: np.ndarray, generated: np.ndarray, k: int) -> None:
    if k < 1:
        raise InputError(f"The {k}-th neighbour is asked for; give 1 or more.")
    check_pair(real, generated, k + 1)


def _own_distances(features: np.ndarray) -> np.ndarray:
    distances = squared_distances(features, features)
    np.fill_diagonal(distances, np.inf)
    return distances


def _radii(features: np.ndarray, k: int) -> np.ndarray:
    return _kth(_own_distances(features), k)


def _kth(own: np.ndarray, k: int) -> np.ndarray:
    kth: np.ndarray = np.partition(own, k - 1, axis=1)[:, k - 1]
    return kth


def _precision(between: np.ndarray, radii: np.ndarray) -> float:
    return float((between < radii[:, None]).any(axis=0).mean())


def _density(between: np.ndarray, radii: np.ndarray, k: int) -> float:
    return float((between < radii[:, None]).sum(axis=0).mean() / k)


def _coverage(between: np.ndarray, radii: np.ndarray) -> float:
    return float((between.min(axis=1) < radii).mean())
