"""Real or synthetic as rows of a report: error rate, sensitivity, equivalence, and the pooled test with its warning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from synthscope.records.study_ratings import Estimate
from synthscope.studies.discrimination.crossed import CrossedMean
from synthscope.studies.discrimination.detection import Detection
from synthscope.studies.discrimination.equivalence import Equivalence, equivalence
from synthscope.studies.discrimination.error_rate import human_error_rate, reader_error_rates
from synthscope.studies.discrimination.mrmc import ArmMean
from synthscope.studies.discrimination.proportions import PooledTest, pooled_test
from synthscope.studies.discrimination.sensitivity import reader_detection, sensitivity
from synthscope.studies.resampling import RESAMPLES

BOTH = ("raters", "cases")
FEW_READERS = 5
NOT_SHOWN = "Not shown to be equivalent; that is no proof of a difference either."


def yes_no_estimates(
    said_real: np.ndarray,
    real: np.ndarray,
    rng: np.random.Generator,
    *,
    raters: Sequence[str],
    cases: np.ndarray | None = None,
    subject: str = "",
    margin: float = 0.05,
    alpha: float = 0.05,
    resamples: int = RESAMPLES,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """Give what answers "real" and "synthetic" say of one arm against the real images.

    Parameters
    ----------
    said_real : ndarray, shape (R, N)
        1 for "real", 0 for "synthetic"; not a number where there is no answer.
    real : ndarray of bool, shape (N,)
    raters : sequence of str
        Names of the rows.
    margin : float
        Of equivalence with chance.

    Returns
    -------
    tuple of Estimate
        ``human-error-rate`` (bootstrap), ``error-crossed`` (its test), ``error-equivalence``, ``d-prime``,
        ``criterion``, ``pooled-binomial`` with its warning, then ``reader-error-rate`` and ``reader-d-prime`` of each
        rater. Of a single rater, who says nothing of others, only the last two.
    """
    own = _of_readers(reader_error_rates(said_real, real), reader_detection(said_real, real, level=level), raters,
                      subject, level)  # fmt: skip
    if len(raters) == 1:
        return tuple(own)
    rate = human_error_rate(said_real, real, rng, cases=cases, resamples=resamples, level=level)
    sensed = sensitivity(said_real, real, cases=cases, level=level)
    crossed, few = rate.crossed, few_readers(len(raters))
    right = round(rate.n - float(np.nansum(_wrong(said_real, real))))
    rows = [
        Estimate(
            "human-error-rate", "Human error rate", rate.value, rate.low, rate.high, rate.n,
            f"mean over raters of half the sum of both error rates; bootstrap of raters and cases, {resamples} draws",
            subject, level=level, random=BOTH, caveats=few, citation="Zhou et al. 2019, HYPE; Owen 2007",
        ),
        within_bounds(crossed_row("error-crossed", "Human error rate against 0.5", crossed, subject, level, few)),
        equivalence_row("error-equivalence", equivalence(crossed.value, crossed.se, margin, df=crossed.df, alpha=alpha),
                        crossed.n, subject, alpha),
        mean_row("d-prime", "Sensitivity d'", sensed.d, sensed.n, subject, level, few),
        mean_row("criterion", "Criterion c", sensed.criterion, sensed.n, subject, level, few),
        pooled_row(pooled_test(right, rate.n, crossed.variance, level=level), subject, level),
    ]  # fmt: skip
    return (*rows, *own)


def few_readers(count: int) -> tuple[str, ...]:
    """Give the caveat of few readers."""
    if count >= FEW_READERS:
        return ()
    if count == 1:
        return ("One rater says nothing of other raters; add raters, not images.",)
    return (f"With {count} raters the interval for other raters is wide, and rightly so; add raters, not images.",)


def within_bounds(row: Estimate) -> Estimate:
    """Give a row whose interval ends where its figure can, as that of a part or an area does: at 0 and 1."""
    return replace(row, low=max(row.low, 0.0), high=min(row.high, 1.0))


def crossed_row(
    name: str, title: str, found: CrossedMean, subject: str, level: float, caveats: tuple[str, ...] = ()
) -> Estimate:
    """Give the row of a mean with raters and cases at random."""
    return Estimate(
        name, title, found.value, found.low, found.high, found.n,
        f"two-way U-statistic variance, Student's t with Satterthwaite's freedom, against {found.null:g}", subject,
        se=found.se, df=found.df, statistic=found.statistic, p_value=found.p_value, level=level, random=BOTH,
        caveats=caveats, citation="Gallas et al. 2009, Communications in Statistics 38:2586",
    )  # fmt: skip


def mean_row(
    name: str, title: str, found: ArmMean, n: int, subject: str, level: float, caveats: tuple[str, ...] = ()
) -> Estimate:
    """Give the row of a readers' mean."""
    return Estimate(
        name, title, found.value, found.low, found.high, n,
        "mean of raters, covariances by jackknife over cases, Hillis' degrees of freedom", subject, se=found.se,
        df=found.df, statistic=found.statistic, p_value=found.p_value, level=level, random=BOTH, caveats=caveats,
        citation="Obuchowski & Rockette 1995; Hillis 2007",
    )  # fmt: skip


def equivalence_row(name: str, found: Equivalence, n: int, subject: str, alpha: float) -> Estimate:
    """Give the row of a test of equivalence; its interval is at 1 - 2 alpha, and that of a difference has no bounds."""
    verdict = () if found.equivalent else (NOT_SHOWN,)
    row = Estimate(
        name, f"Within {found.margin:g} of {found.middle:g}", found.value, found.low, found.high, n,
        f"two one-sided tests, margin {found.margin:g}, level {alpha:g}; interval at {1 - 2 * alpha:.0%}", subject,
        p_value=found.p_value, level=1 - 2 * alpha, random=BOTH, caveats=verdict, citation="Schuirmann 1987",
    )  # fmt: skip
    return within_bounds(row) if found.middle else row  # 0 is the middle of differences alone


def pooled_row(found: PooledTest, subject: str, level: float) -> Estimate:
    """Give the row of the pooled test, never without its warning."""
    return Estimate(
        "pooled-binomial", "Right answers, pooled", found.value, found.low, found.high, found.n,
        f"exact binomial test and Wilson's interval; design effect {found.design_effect:.3g}", subject,
        p_value=found.p_value, level=level, caveats=(found.warning,), citation="Newcombe 1998",
    )  # fmt: skip


def _wrong(said_real: np.ndarray, real: np.ndarray) -> np.ndarray:
    table = np.asarray(said_real, float)
    return np.where(np.isfinite(table), table != np.asarray(real, bool), np.nan)


def _of_readers(
    rates: np.ndarray, one: Detection, raters: Sequence[str], subject: str, level: float
) -> list[Estimate]:
    of = f"{subject}, " if subject else ""
    rows = [
        Estimate("reader-error-rate", "Error rate of a rater", float(value), n=0, subject=f"{of}{name}", level=level,
                 method="half the sum of both error rates")
        for name, value in zip(raters, rates, strict=True)
    ]  # fmt: skip
    rows += [
        Estimate(
            "reader-d-prime", "d' of a rater", float(one.d[k]), float(one.low[k]), float(one.high[k]),
            method=f"log-linear correction; criterion c {one.criterion[k]:.2f}", subject=f"{of}{name}",
            se=float(one.se[k]), level=level, random=("cases",), citation="Hautus 1995; Gourevitch & Galanter 1967",
        )
        for k, name in enumerate(raters)
    ]  # fmt: skip
    return rows
