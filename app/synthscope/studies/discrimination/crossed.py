"""Means over readers and cases that are both at random: unbiased two-way variances, tests and intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from synthscope.errors import InputError
from synthscope.studies.sharing import Sharing, share_cases


@dataclass(frozen=True, eq=False)
class Group:
    """Answers that are averaged together, summed by reader and unit.

    Parameters
    ----------
    sums : ndarray, shape (R, U)
        Of the values.
    counts : ndarray, shape (R, U)
        How many there are; 0 where there is none.
    sharing : Sharing, optional
        Which units have a case in common; none with another, if left out.
    """

    sums: np.ndarray
    counts: np.ndarray
    sharing: Sharing | None = None

    @property
    def mean(self) -> float:
        """Over all answers."""
        return float(self.sums.sum() / self.counts.sum())


@dataclass(frozen=True)
class CrossedMean:
    """A mean (or a weighted sum of means) with what it is worth for other readers and other cases.

    Parameters
    ----------
    variance : float
        Of `value`; `readers`, `cases` and `both` are its parts (they may be below zero by chance).
    df : float
        Satterthwaite's.
    statistic, p_value : float
        Student's t against `null`, two-sided.
    """

    value: float
    se: float
    low: float
    high: float
    df: float
    statistic: float
    p_value: float
    variance: float
    readers: float
    cases: float
    both: float
    null: float
    n: int


def group(values: np.ndarray, units: np.ndarray | None = None, count: int = 0) -> Group:
    """Sum a table of answers by unit.

    Parameters
    ----------
    values : ndarray, shape (R, N)
        Such as 1 for right and 0 for wrong; not a number where there is no answer.
    units : ndarray of int, shape (N,) or (N, K), optional
        Number of the case that each column belongs to; each is one of its own, if left out. Where a column belongs
        to several cases, such as the real and the synthetic image of a pair, a number for each of them.
    count : int
        Of units, where there are more than those of these columns.
    """
    table = np.asarray(values, float)
    if table.ndim != 2:
        raise InputError(f"Answers have {table.ndim} axes; give one row for each reader and one column for each image.")
    there = np.isfinite(table)
    if not there.any():
        raise InputError("There is no answer to average; a crossed analysis needs readers who answered.")
    numbers = np.arange(table.shape[1]) if units is None else np.asarray(units, int)
    if numbers.ndim == 2:
        kept = there.any(axis=0)
        return Group(np.where(there, table, 0.0)[:, kept], there[:, kept].astype(float), share_cases(numbers[kept]))
    size = max(count, int(numbers.max()) + 1)
    sums, counts = np.zeros((len(table), size)), np.zeros((len(table), size))
    np.add.at(sums.T, numbers, np.where(there, table, 0.0).T)
    np.add.at(counts.T, numbers, there.T.astype(float))
    return Group(sums, counts)


def crossed_mean(
    values: np.ndarray, units: np.ndarray | None = None, *, null: float = 0.5, level: float = 0.95
) -> CrossedMean:
    """Give the mean of a table of answers, with readers and cases at random.

    The honest replacement of a binomial test of pooled counts. The variance is the unbiased two-way U-statistic
    (Gallas, Bandos, Samuelson & Wagner 2009, A framework for random-effects ROC analysis): the squared mean less the
    mean product of answers that share neither reader nor case. For a complete table it is
    ``(MS_reader + MS_case - MS_both) / (R N)``, and never below what readers or cases alone would give. Trials of
    several images share a case when they share any of them, in whatever pairing (as in dyadic clustering, Aronow,
    Samii & Assenova 2015).

    Parameters
    ----------
    values : ndarray, shape (R, N)
        Not a number where a reader has not answered.
    units : ndarray of int, shape (N,) or (N, K), optional
        Which case, or cases, each column belongs to.

    Raises
    ------
    InputError
        If there are fewer than two readers or two cases with answers.
    """
    return crossed_combination([group(values, units)], [1.0], null=null, level=level)


def crossed_combination(
    groups: Sequence[Group], weights: Sequence[float], *, null: float, level: float = 0.95
) -> CrossedMean:
    """Give a weighted sum of the means of several groups of the same readers and units.

    Parameters
    ----------
    groups : sequence of Group
        Of one shape (R, U): such as answers to real and to synthetic images, or to two arms.
    weights : sequence of float
        Such as (.5, .5) for the mean of two error rates, (1, -1) for a difference.
    """
    _check(groups)
    weight = np.asarray(weights, float)
    means = np.array([one.mean for one in groups])
    parts = np.array([[_parts(a, b) for b in groups] for a in groups])
    readers, cases, both = (float(weight @ parts[..., k] @ weight) for k in range(3))
    variance, df = _with_freedom(groups, readers, cases, both)
    value, se = float(weight @ means), float(np.sqrt(variance))
    reach = se * float(stats.t.ppf((1 + level) / 2, df))
    statistic = (value - null) / se if se > 0 else float("nan")
    p_value = float(2 * stats.t.sf(abs(statistic), df))
    n = int(sum(one.counts.sum() for one in groups))
    return CrossedMean(
        value, se, value - reach, value + reach, df, statistic, p_value, variance, readers, cases, both, null, n
    )


def _parts(a: Group, b: Group) -> tuple[float, float, float]:
    """Shares of readers, cases and both in the covariance of two means.

    With products by what their two answers share (S: same reader, same unit, both, neither), the components of
    variance are differences of mean products, and each counts as often as its pairs occur.
    """
    products = _by_sharing(a.sums, b.sums, a.sharing)
    pairs = _by_sharing(a.counts, b.counts, a.sharing)
    mean = np.divide(products, pairs, out=np.zeros(4), where=pairs > 0)
    apart, reader, case, same = (mean[k] if pairs[k] > 0 else mean[0] for k in range(4))
    share = pairs / pairs.sum()
    reader_part = (share[1] + share[3]) * (reader - apart)
    case_part = (share[2] + share[3]) * (case - apart)
    return reader_part, case_part, share[3] * (same - reader - case + apart)


def _by_sharing(a: np.ndarray, b: np.ndarray, sharing: Sharing | None) -> np.ndarray:
    """Sum products of entries that share nothing, the reader only, the case only, both."""
    near = b if sharing is None else sharing.spread(b)
    same = float((a * near).sum())
    reader = float((a.sum(axis=1) * b.sum(axis=1)).sum()) - same
    unit = float((a.sum(axis=0) * near.sum(axis=0)).sum()) - same
    return np.array([float(a.sum() * b.sum()) - same - reader - unit, reader, unit, same])


def _with_freedom(groups: Sequence[Group], readers: float, cases: float, both: float) -> tuple[float, float]:
    """Variance of the sum and Satterthwaite's degrees of freedom, from mean squares that such parts would give.

    A variance below that of readers and cases without parts of their own is raised to it: parts are not negative.
    """
    r, n = _numbers(groups)
    rest = max(both, 0.0)
    reader_square, case_square = max(readers + rest, 0.0), max(cases + rest, 0.0)
    variance = max(reader_square + case_square - rest, reader_square, case_square, rest)
    spread = reader_square**2 / (r - 1) + case_square**2 / (n - 1) + rest**2 / ((r - 1) * (n - 1))
    return variance, float(variance**2 / spread) if spread > 0 else float(min(r, n) - 1)


def _numbers(groups: Sequence[Group]) -> tuple[int, int]:
    """Count readers and cases with answers."""
    answered = sum((one.counts for one in groups), np.zeros(groups[0].sums.shape))
    shared = groups[0].sharing
    cases = int((answered.sum(axis=0) > 0).sum()) if shared is None else shared.fewest
    return int((answered.sum(axis=1) > 0).sum()), cases


def _check(groups: Sequence[Group]) -> None:
    readers, cases = _numbers(groups)
    if readers < 2 or cases < 2:
        raise InputError(
            f"A crossed analysis needs 2 readers and 2 cases and has {readers} and {cases}; add readers or cases, or "
            "report the answers of this reader without a test for others."
        )
