"""Precision, recall, density, coverage and authenticity: who lies within whose nearest neighbours."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError
from synthscope.metrics.sets.balls import balls, figures_without, radii
from synthscope.metrics.sets.distances import distance_blocks, own_distance_blocks
from synthscope.metrics.sets.specimens import JACKKNIFE, Units, check_pair, jackknife_groups, jackknifed
from synthscope.records.metric import Layout

NEIGHBOURS = 5


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
    of_real, of_generated = radii(real, k), radii(generated, k)
    counts, filled = np.zeros(len(generated), int), np.zeros(len(real), bool)
    recalled = np.zeros(len(real), bool)
    for here, between in distance_blocks(real, generated):
        inside = between < of_real[here, None]
        counts += inside.sum(axis=0)
        filled[here] = inside.any(axis=1)
        recalled[here] = (between < of_generated).any(axis=1)
    return Manifolds(
        precision=_part_inside(counts),
        recall=float(recalled.mean()),
        density=float(counts.mean() / k),
        coverage=float(filled.mean()),
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


class NeighbourFigure(ABC):
    """A figure of the distances within one set and between both."""

    way = JACKKNIFE

    balls = "real"
    """Whose neighbourhoods they are: of the real or of the generated images."""

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        _check(real, generated, NEIGHBOURS)
        centres, others = self._sides(real, generated)
        found = balls(centres, others, NEIGHBOURS)
        return {"": self.figure(found.counts, found.filled)}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw in the linearised figure, as `grouped_jackknife` says."""
        value = self.measure(real, generated, layout)[""]
        centres, others = self._sides(real, generated)
        groups = jackknife_groups(units, rng)
        found = figures_without(self.figure, centres, others, self._sides(*groups), NEIGHBOURS)
        return {"": jackknifed(*self._sides(*found)).draw(value, rng, count)}

    @abstractmethod
    def figure(self, counts: np.ndarray, filled: np.ndarray) -> float:
        """Give the figure.

        Parameters
        ----------
        counts : ndarray of int (M,)
            Balls that each image of the other set lies in.
        filled : ndarray of bool (N,)
            Whether each ball holds an image of the other set.
        """

    def _sides(self, real: np.ndarray, generated: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (real, generated) if self.balls == "real" else (generated, real)


class Precision(NeighbourFigure):
    """The part of generated images that lie within the neighbourhood of some real one."""

    def figure(self, counts: np.ndarray, _filled: np.ndarray) -> float:
        """Give the part of images in any ball."""
        return _part_inside(counts)

    def each(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> np.ndarray:
        """Give how many radii away the nearest ball's centre is: above 1 it lies in none."""
        _check(real, generated, NEIGHBOURS)
        limits = np.maximum(radii(real, NEIGHBOURS), np.finfo(float).tiny)
        away = np.full(len(generated), np.inf)
        for here, between in distance_blocks(real, generated):
            away = np.minimum(away, (between / limits[here, None]).min(axis=0))
        rooted: np.ndarray = np.sqrt(away)
        return rooted


class Recall(NeighbourFigure):
    """The part of real images that lie within the neighbourhood of some generated one."""

    balls = "generated"

    def figure(self, counts: np.ndarray, _filled: np.ndarray) -> float:
        """Give the part of images in any ball."""
        return _part_inside(counts)


class Density(NeighbourFigure):
    """In how many real neighbourhoods a generated image lies, over the number that is expected of a real one."""

    def figure(self, counts: np.ndarray, _filled: np.ndarray) -> float:
        """Give the mean number of balls over k."""
        return float(counts.mean() / NEIGHBOURS)

    def expected(self, _real: int, _generated: int) -> float:
        """Give the value of two samples of one kind, on average."""
        return expected_density()


class Coverage(NeighbourFigure):
    """The part of real neighbourhoods that hold a generated image."""

    def figure(self, _counts: np.ndarray, filled: np.ndarray) -> float:
        """Give the part of balls that hold an image."""
        return float(filled.mean())

    def expected(self, real: int, generated: int) -> float:
        """Give the value of two samples of one kind, on average."""
        return expected_coverage(real, generated)


class Authenticity:
    """`authenticity` in per cent. What stands for the real set is the training set."""

    way = JACKKNIFE

    def measure(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> Mapping[str, float]:
        """Give the one figure."""
        return {"": 100 * authenticity(real, generated)}

    def resample(
        self, real: np.ndarray, generated: np.ndarray, _layout: Layout, units: Units, rng: np.random.Generator,
        count: int,
    ) -> Mapping[str, np.ndarray]:  # fmt: skip
        """Draw in the linearised figure, as `grouped_jackknife` says."""
        check_pair(real, generated, 3)
        of_training, of_generated = jackknife_groups(units, rng)
        nearest = _Nearest.of(real, generated, of_training)
        copies = nearest.ratio() <= 1
        sizes = np.bincount(of_training)
        without_training = [
            100 * float((nearest.ratio(group) > 1).mean()) if len(real) - size > 1 else np.nan
            for group, size in enumerate(sizes)
        ]
        stays = [of_generated != group for group in range(int(of_generated.max()) + 1)]
        without_generated = [100 * float(1 - copies[stay].mean()) if stay.any() else np.nan for stay in stays]
        found = jackknifed(np.asarray(without_training), np.asarray(without_generated))
        return {"": found.draw(100 * float(1 - copies.mean()), rng, count)}

    def each(self, real: np.ndarray, generated: np.ndarray, _layout: Layout) -> np.ndarray:
        """Give the distance to the nearest training image over that one's to its own nearest: below 1, too near."""
        check_pair(real, generated)
        ratio: np.ndarray = np.sqrt(_copy_ratio(real, generated))
        return ratio


@dataclass(frozen=True, eq=False)
class _Nearest:
    """The nearest training image of every group, for each generated one and for each training image itself.

    Parameters
    ----------
    distances, indices : ndarray (G, M)
        Squared distance of each generated image to the nearest training image of a group, and which that is.
    own : ndarray (N, G)
        Squared distance of each training image to the nearest other one of a group.
    """

    distances: np.ndarray
    indices: np.ndarray
    own: np.ndarray

    @classmethod
    def of(cls, training: np.ndarray, generated: np.ndarray, groups: np.ndarray) -> _Nearest:
        count = int(groups.max()) + 1
        columns = [np.flatnonzero(groups == group) for group in range(count)]
        distances = np.full((count, len(generated)), np.inf)
        indices, own = np.full(distances.shape, len(training)), np.empty((len(training), count))
        for here, block in own_distance_blocks(training):
            own[here] = np.stack([block[:, members].min(axis=1) for members in columns], axis=1)
        for here, block in distance_blocks(training, generated):
            for group in np.unique(groups[here]):
                rows = np.flatnonzero(groups[here] == group)
                nearest = block[rows].argmin(axis=0)
                found = block[rows[nearest], np.arange(block.shape[1])]
                nearer = found < distances[group]
                distances[group, nearer] = found[nearer]
                indices[group, nearer] = here.start + rows[nearest[nearer]]
        return cls(distances, indices, own)

    def ratio(self, left_out: int = -1) -> np.ndarray:
        """Give the squared distance to the nearest training image over that one's to its own nearest: (M,)."""
        stays = np.arange(len(self.distances)) != left_out
        distances, indices = self.distances[stays], self.indices[stays]
        distance = distances.min(axis=0)
        first = np.where(distances == distance, indices, len(self.own)).min(axis=0)
        around = self.own[first][:, stays].min(axis=1)
        ratio: np.ndarray = distance / np.maximum(around, np.finfo(float).tiny)
        return ratio


def _copy_ratio(training: np.ndarray, generated: np.ndarray) -> np.ndarray:
    return _Nearest.of(training, generated, np.zeros(len(training), int)).ratio()


def _check(real: np.ndarray, generated: np.ndarray, k: int) -> None:
    if k < 1:
        raise InputError(f"The {k}-th neighbour is asked for; give 1 or more.")
    check_pair(real, generated, k + 1)


def _part_inside(counts: np.ndarray) -> float:
    return float((counts > 0).mean())
