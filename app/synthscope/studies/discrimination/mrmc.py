"""Several readers, several arms, many cases: Obuchowski and Rockette's analysis of areas, with Hillis' freedom."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
from scipy import stats

from synthscope.errors import InputError
from synthscope.studies.discrimination.covariances import (
    Components,
    CovarianceMethod,
    components,
    covariances,
    jackknife_covariance,
)
from synthscope.studies.discrimination.scores import ReaderScores, areas_of

Generalises = Literal["readers and cases", "cases", "readers"]
"""Random are readers and cases (RRRC), cases only with these readers (FRRC), readers only with these cases (RRFC)."""


@dataclass(frozen=True)
class MeanSquares:
    """Of a table of areas: arms, readers, and what is left of both."""

    arms: float
    readers: float
    both: float


@dataclass(frozen=True, eq=False)
class ReaderStudy:
    """A table of areas and how their errors go together: all that the tests need.

    Parameters
    ----------
    areas : ndarray, shape (T, R)
    components : Components
        Averaged over all arms.
    by_arm : tuple of (float, float)
        Variance and cov2 of each arm alone; empty where they are not known.
    """

    areas: np.ndarray
    components: Components
    by_arm: tuple[tuple[float, float], ...] = ()

    @property
    def squares(self) -> MeanSquares:
        """Mean squares of the areas; not numbers where there is one arm."""
        t, r = self.areas.shape
        arm, reader, mean = self.areas.mean(axis=1), self.areas.mean(axis=0), self.areas.mean()
        readers = t * float(((reader - mean) ** 2).sum()) / (r - 1)
        if t < 2:
            return MeanSquares(float("nan"), readers, float("nan"))
        rest = self.areas - arm[:, None] - reader[None, :] + mean
        both = float((rest**2).sum()) / ((t - 1) * (r - 1))
        return MeanSquares(r * float(((arm - mean) ** 2).sum()) / (t - 1), readers, both)


@dataclass(frozen=True)
class Difference:
    """Of two arms' mean areas, the first less the second."""

    first: int
    second: int
    value: float
    se: float
    df: float
    low: float
    high: float
    statistic: float
    p_value: float


@dataclass(frozen=True)
class ArmTest:
    """Are all arms alike: F (chi-square over its degrees of freedom where cases alone are random), and each pair."""

    generalises: Generalises
    statistic: float
    df1: float
    df2: float
    p_value: float
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class ArmMean:
    """Mean area of the readers in one arm, for other readers and cases, with its test against 0.5."""

    value: float
    se: float
    df: float
    low: float
    high: float
    statistic: float
    p_value: float


@dataclass(frozen=True)
class Variances:
    """Components of variance as Dorfman, Berbaum & Metz name them, from the same table (Hillis et al. 2005).

    Parameters
    ----------
    reader, reader_arm : float
        In squares of an area.
    case, case_arm, case_reader, error : float
        Of pseudovalues; over the number of cases they are in squares of an area.
    """

    reader: float
    reader_arm: float
    case: float
    case_arm: float
    case_reader: float
    error: float


@dataclass(frozen=True)
class ArmVariances:
    """Components of variance of one arm alone: of readers, of cases, and of what is left (cases by reader, error).

    The first is in squares of an area, the others are of pseudovalues; see `Variances`.
    """

    reader: float
    case: float
    error: float


def reader_study(data: ReaderScores, method: CovarianceMethod = "jackknife") -> ReaderStudy:
    """Give areas and covariances of scores.

    Parameters
    ----------
    method : {"jackknife", "delong", "unbiased"}
        See `covariances`.
    """
    areas = areas_of(data).values.reshape(data.arms, data.readers)
    return _study(areas, covariances(data, method))


def figure_study(values: np.ndarray, without: np.ndarray) -> ReaderStudy:
    """Give the same for any other figure of a reader, such as d' or sensitivity, by the jackknife.

    Parameters
    ----------
    values : ndarray, shape (T, R)
    without : ndarray, shape (T, R, U)
        The figure without each case in turn.
    """
    t, r, count = without.shape
    matrix = jackknife_covariance(without.reshape(t * r, count))
    return _study(values, matrix.reshape(t, r, t, r))


def compare_arms(study: ReaderStudy, generalises: Generalises = "readers and cases", *, level: float = 0.95) -> ArmTest:
    """Compare the mean areas of two arms or more.

    Obuchowski & Rockette 1995 with the degrees of freedom of Hillis 2007, Statistics in Medicine 26:596.

    Parameters
    ----------
    generalises : str
        To be chosen before the answers are seen. With fewer than four readers the first has wide intervals, which are
        right; to turn to ``cases`` because of them changes the question.

    Raises
    ------
    InputError
        If there is one arm only.
    """
    t, r = study.areas.shape
    if t < 2:
        raise InputError("There is one arm only; test its mean against 0.5, or add an arm.")
    room, df2 = _denominator(study, generalises)
    statistic = study.squares.arms / room if room > 0 else float("nan")
    p_value = float(stats.chi2.sf(statistic * (t - 1), t - 1) if np.isinf(df2) else stats.f.sf(statistic, t - 1, df2))
    se, mean = float(np.sqrt(max(room, 0.0) * 2 / r)), study.areas.mean(axis=1)
    pairs = tuple(_difference(i, j, float(mean[i] - mean[j]), se, df2, level) for i, j in combinations(range(t), 2))
    return ArmTest(generalises, float(statistic), t - 1, df2, p_value, pairs)


def arm_mean(study: ReaderStudy, arm: int = 0, *, null: float = 0.5, level: float = 0.95) -> ArmMean:
    """Give one arm's mean area with readers and cases at random, tested against chance.

    Hillis 2007: ``SE^2 = (MS_R + R max(Cov2, 0)) / R`` of this arm alone. It replaces the pooled binomial test.
    """
    areas = study.areas[arm]
    r = len(areas)
    cov2 = study.by_arm[arm][1] if study.by_arm else study.components.cov2
    square = float(areas.var(ddof=1))
    room = square + r * max(cov2, 0.0)
    df = room**2 / (square**2 / (r - 1)) if square > 0 else float("inf")
    value, se = float(areas.mean()), float(np.sqrt(room / r))
    reach = se * float(stats.t.ppf((1 + level) / 2, df))
    statistic = (value - null) / se if se > 0 else float("nan")
    return ArmMean(value, se, df, value - reach, value + reach, statistic, float(2 * stats.t.sf(abs(statistic), df)))


def variances(study: ReaderStudy, cases: int) -> Variances:
    """Give the components of variance, for reports and for the size of the next study.

    Parameters
    ----------
    cases : int
        Of the study.
    """
    t = study.areas.shape[0]
    c, squares = study.components, study.squares
    if t < 2:
        raise InputError("Components of variance need two arms; of one arm give its mean and interval.")
    return Variances(
        reader=(squares.readers - squares.both) / t - c.cov1 + c.cov3,
        reader_arm=squares.both - c.variance + c.cov1 + max(c.cov2 - c.cov3, 0.0),
        case=cases * c.cov3,
        case_arm=cases * (c.cov2 - c.cov3),
        case_reader=cases * (c.cov1 - c.cov3),
        error=cases * (c.variance - c.cov1 - c.cov2 + c.cov3),
    )


def arm_variances(study: ReaderStudy, cases: int, arm: int = 0) -> ArmVariances:
    """Give the components of variance of one arm: ``E MS_R = reader + Var - Cov2`` (Hillis 2007)."""
    c = study.components
    variance, cov2 = study.by_arm[arm] if study.by_arm else (c.variance, c.cov2)
    square = float(study.areas[arm].var(ddof=1))
    return ArmVariances(square - variance + cov2, cases * cov2, cases * (variance - cov2))


def _study(figures: np.ndarray, matrix: np.ndarray) -> ReaderStudy:
    alone = (components(matrix[t : t + 1, :, t : t + 1, :]) for t in range(len(figures)))
    return ReaderStudy(figures, components(matrix), tuple((one.variance, one.cov2) for one in alone))


def _denominator(study: ReaderStudy, generalises: Generalises) -> tuple[float, float]:
    t, r = study.areas.shape
    c, both = study.components, study.squares.both
    shared = max(c.cov2 - c.cov3, 0.0)
    if generalises == "readers":
        return both, float((t - 1) * (r - 1))
    if generalises == "cases":
        return c.variance - c.cov1 + (r - 1) * shared, float("inf")
    if generalises == "readers and cases":
        room = both + r * shared
        return room, room**2 / (both**2 / ((t - 1) * (r - 1))) if both > 0 else float("inf")
    raise InputError(f"What {generalises!r} generalises over is not known; use 'readers and cases'.")


def _difference(first: int, second: int, value: float, se: float, df: float, level: float) -> Difference:
    reach = se * float(stats.t.ppf((1 + level) / 2, df))
    statistic = value / se if se > 0 else float("nan")
    p_value = float(2 * stats.t.sf(abs(statistic), df))
    return Difference(first, second, value, se, df, value - reach, value + reach, statistic, p_value)
