"""How many readers and cases a study of one or two arms needs, from a pilot or from published components."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError
from synthscope.studies.discrimination.covariances import Components
from synthscope.studies.discrimination.mrmc import ArmVariances, Generalises, ReaderStudy, Variances, variances

MOST_CASES = 20_000


@dataclass(frozen=True)
class Pilot:
    """What the size of a study follows from.

    Parameters
    ----------
    components : Components
        Of areas over `cases` cases.
    reader_arm : float
        Variance of the readers' own differences between arms; 0 if it was estimated below.
    """

    components: Components
    reader_arm: float
    cases: int


@dataclass(frozen=True)
class ArmPilot:
    """What the size of a study of one arm follows from.

    Parameters
    ----------
    reader : float
        Variance of the readers' own areas; 0 if it was estimated below.
    variance, shared : float
        Of the error of a reader's area over `cases` cases, and the covariance of two readers' errors.
    """

    reader: float
    variance: float
    shared: float
    cases: int


def pilot_of(study: ReaderStudy, cases: int) -> Pilot:
    """Take a study of at least two arms as the pilot of the next."""
    return Pilot(study.components, max(variances(study, cases).reader_arm, 0.0), cases)


def pilot_from(found: Variances, cases: int) -> Pilot:
    """Take the components of variance that a report gives, over so many cases, as the pilot of the next study."""
    cov3 = found.case / cases
    cov1, cov2 = cov3 + found.case_reader / cases, cov3 + found.case_arm / cases
    variance = found.error / cases + cov1 + cov2 - cov3
    return Pilot(Components(variance, cov1, cov2, cov3), max(found.reader_arm, 0.0), cases)


def arm_pilot(found: ArmVariances, cases: int) -> ArmPilot:
    """Take the components of variance of one arm, over so many cases, as the pilot of the next study."""
    return ArmPilot(max(found.reader, 0.0), (found.case + found.error) / cases, max(found.case, 0.0) / cases, cases)


def power(
    pilot: Pilot,
    effect: float,
    readers: int,
    cases: int,
    generalises: Generalises = "readers and cases",
    *,
    alpha: float = 0.05,
) -> float:
    """Give the chance of finding a difference of two arms' mean areas.

    Hillis, Obuchowski & Berbaum 2011, Academic Radiology 18:129: errors of cases shrink with their number, the kinds
    staying in the pilot's proportion.

    Parameters
    ----------
    effect : float
        Difference of the mean areas that is to be found.
    readers, cases : int
        Of the study to be made.

    Returns
    -------
    float, in [0, 1]
    """
    _check(readers, cases, generalises)
    c, share = pilot.components, pilot.cases / cases
    shared = max(c.cov2 - c.cov3, 0.0)
    alone = share * (c.variance - c.cov1 - shared)
    over_cases = alone + share * readers * shared
    if generalises == "cases":
        away = effect**2 * readers / 2 / over_cases
        return float(stats.ncx2.sf(stats.chi2.isf(alpha, 1), 1, away))
    both = pilot.reader_arm + alone
    room = both if generalises == "readers" else pilot.reader_arm + over_cases
    df = (readers - 1) * (room / both) ** 2
    away = effect**2 * readers / 2 / room
    return _beyond(away, df, alpha)


def arm_power(pilot: ArmPilot, effect: float, readers: int, cases: int, *, alpha: float = 0.05) -> float:
    """Give the chance of finding that one arm's mean area is not 0.5, where it is away from it by `effect`.

    `arm_mean` looked at from the other end: its mean square, covariance and freedom (Hillis 2007) as they are expected.
    """
    se, df = _error_of_arm(pilot, readers, cases)
    return _beyond((effect / se) ** 2, df, alpha)


def equivalence_power(pilot: ArmPilot, margin: float, readers: int, cases: int, *, alpha: float = 0.05) -> float:
    """Give the chance that two one-sided tests place an area within `margin` of 0.5, where it is 0.5.

    Each test alone as a noncentral t (Schuirmann 1987), both by Bonferroni's inequality: never too high.
    """
    se, df = _error_of_arm(pilot, readers, cases)
    return max(2 * float(stats.nct.sf(stats.t.isf(alpha, df), df, margin / se)) - 1, 0.0)


def cases_needed(
    pilot: Pilot,
    effect: float,
    readers: int,
    generalises: Generalises = "readers and cases",
    *,
    alpha: float = 0.05,
    aim: float = 0.8,
) -> int | None:
    """Give the smallest number of cases with that power, or None where no number of cases is enough.

    Readers who differ among each other between arms set a limit that only more readers lift.
    """
    return least_cases(lambda cases: power(pilot, effect, readers, cases, generalises, alpha=alpha), aim)


def least_cases(power_with: Callable[[int], float], aim: float = 0.8) -> int | None:
    """Give the smallest number of cases with a power, which grows with them; None where `MOST_CASES` are too few."""
    low, high = 2, MOST_CASES
    if power_with(high) < aim:
        return None
    while low < high:
        middle = (low + high) // 2
        if power_with(middle) >= aim:
            high = middle
        else:
            low = middle + 1
    return low


def power_table(
    pilot: Pilot, effect: float, readers: np.ndarray, cases: np.ndarray, *, alpha: float = 0.05
) -> np.ndarray:
    """Give the power for numbers of readers (J,) and cases (K,), both at random; shape (J, K)."""
    rows = [[power(pilot, effect, int(j), int(k), alpha=alpha) for k in cases] for j in readers]
    return np.array(rows)


def _beyond(away: float, df: float, alpha: float) -> float:
    """Give the chance that F of 1 and `df` degrees of freedom, so far away from its null, is found at a level."""
    if away == 0:
        return alpha  # SciPy's noncentral F gives negative chances there
    return float(stats.ncf.sf(stats.f.isf(alpha, 1, df), 1, df, away))


def _error_of_arm(pilot: ArmPilot, readers: int, cases: int) -> tuple[float, float]:
    """Give the standard error of an arm's mean area, and its degrees of freedom."""
    _check(readers, cases, "readers and cases")
    share = pilot.cases / cases
    square = pilot.reader + share * (pilot.variance - pilot.shared)
    room = square + readers * share * pilot.shared
    return float(np.sqrt(room / readers)), room**2 / (square**2 / (readers - 1))


def _check(readers: int, cases: int, generalises: Generalises) -> None:
    least = 1 if generalises == "cases" else 2
    if readers < least or cases < 2:
        raise InputError(f"A study of {readers} readers and {cases} cases has no power; use 2 of each at least.")
