"""The human error rate: how often real is called synthetic and synthetic real, with readers and cases at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError
from synthscope.studies.discrimination.crossed import CrossedMean, Group, crossed_combination, group
from synthscope.studies.resampling import RESAMPLES, Units, draws, each, percentile_interval, units_of


@dataclass(frozen=True, eq=False)
class ErrorRate:
    """Mean over readers of (false positives + false negatives) / 2; 0.5 is indistinguishable.

    Parameters
    ----------
    low, high : float
        Bootstrap interval over readers and cases.
    readers_low, readers_high : float
        Over readers only, which many papers print: too narrow for other images.
    crossed : CrossedMean
        The same with analytic variances, and the test against 0.5.
    by_reader, false_real, false_synthetic : ndarray, shape (R,)
        Error rate; part of synthetic images called real; part of real images called synthetic. Not a number for a
        reader who has not seen both kinds.
    """

    value: float
    low: float
    high: float
    readers_low: float
    readers_high: float
    crossed: CrossedMean
    by_reader: np.ndarray
    false_real: np.ndarray
    false_synthetic: np.ndarray
    n: int


def human_error_rate(
    said_real: np.ndarray,
    real: np.ndarray,
    rng: np.random.Generator,
    *,
    cases: np.ndarray | None = None,
    resamples: int = RESAMPLES,
    level: float = 0.95,
) -> ErrorRate:
    """Give the human error rate (Zhou et al. 2019, HYPE; Stein et al. 2023).

    Readers and cases are drawn anew at the same time (Owen 2007, The pigeonhole bootstrap), cases within their kind.

    Parameters
    ----------
    said_real : ndarray, shape (R, N)
        1 for "real", 0 for "synthetic"; not a number where there is no answer.
    real : ndarray of bool, shape (N,)
    cases : ndarray, shape (N,), optional
        Images of one case are drawn together; each is one of its own, if left out.

    Raises
    ------
    InputError
        If shapes do not fit, answers are not 0 or 1, or no reader has seen both kinds.
    """
    table, truth = checked_answers(said_real, real)
    wrong = np.where(np.isfinite(table), table != truth, np.nan)
    units = units_of(np.arange(len(truth)) if cases is None else np.asarray(cases), truth)
    false_real, false_synthetic = _rates(wrong, truth, np.ones((1, len(truth))))
    by_reader = (false_real[0] + false_synthetic[0]) / 2
    if not np.isfinite(by_reader).any():
        raise InputError("No reader has seen real and synthetic images; an error rate needs answers to both.")
    both, readers_only = _drawn(wrong, truth, units, rng, resamples)
    r = int(np.isfinite(by_reader).sum())
    low, high = percentile_interval(both, min(r, units.smallest), level)
    readers_low, readers_high = percentile_interval(readers_only, r, level)
    crossed = crossed_error(wrong, truth, units, level=level)
    return ErrorRate(
        float(np.nanmean(by_reader)), low, high, readers_low, readers_high, crossed, by_reader, false_real[0],
        false_synthetic[0], int(np.isfinite(wrong).sum()),
    )  # fmt: skip


def reader_error_rates(said_real: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Give half the sum of both error rates of each reader (R,), as `human_error_rate` does."""
    table, truth = checked_answers(said_real, real)
    wrong = np.where(np.isfinite(table), table != truth, np.nan)
    found: np.ndarray = _mean_rates(wrong, truth, np.ones((1, len(truth))))[0]
    return found


def crossed_error(wrong: np.ndarray, real: np.ndarray, units: Units, *, level: float = 0.95) -> CrossedMean:
    """Give half the sum of both error rates with two-way variances, tested against 0.5.

    Parameters
    ----------
    wrong : ndarray, shape (R, N)
        1 for a wrong answer, 0 for a right one, or not a number.
    real : ndarray of bool, shape (N,)
    """
    groups: list[Group] = [group(wrong[:, kind], units.of[kind], units.count) for kind in (real, ~real)]
    return crossed_combination(groups, (0.5, 0.5), null=0.5, level=level)


def checked_answers(said_real: np.ndarray, real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give answers (R, N) as numbers and truth (N,) as bool, or say why they cannot be used."""
    table, truth = np.asarray(said_real, float), np.asarray(real, bool)
    if table.ndim != 2 or truth.shape != table.shape[1:]:
        raise InputError(f"Answers {table.shape} do not fit the truth {truth.shape}; give (R, N) and (N,).")
    if truth.all() or not truth.any():
        raise InputError("All images are of one kind; show real and synthetic ones.")
    answered = table[np.isfinite(table)]
    if not np.isin(answered, (0, 1)).all():
        strange = answered[~np.isin(answered, (0, 1))][0]
        raise InputError(f"The answer {strange:g} is neither 1 (real) nor 0 (synthetic); cut scales.")
    return table, truth


def _rates(wrong: np.ndarray, real: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rates (B, R) of synthetic called real and of real called synthetic, of weighted cases (B, N)."""
    there = np.isfinite(wrong)
    found = []
    for kind in (~real, real):
        answered = there[:, kind].astype(float)
        errors = np.where(there[:, kind], wrong[:, kind], 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            found.append((weights[:, kind] @ errors.T) / (weights[:, kind] @ answered.T))
    return found[0], found[1]


def _mean_rates(wrong: np.ndarray, real: np.ndarray, weights: np.ndarray) -> np.ndarray:
    false_real, false_synthetic = _rates(wrong, real, weights)
    return np.asarray((false_real + false_synthetic) / 2)


def _drawn(
    wrong: np.ndarray, real: np.ndarray, units: Units, rng: np.random.Generator, resamples: int
) -> tuple[np.ndarray, np.ndarray]:
    both, readers_only = [], []
    fixed = _mean_rates(wrong, real, np.ones((1, len(real))))
    for weights in draws(units, rng, resamples):
        rates = _mean_rates(wrong, real, weights)
        readers = next(draws(each(len(wrong)), rng, len(weights)))
        both.append(_weighted(rates, readers))
        readers_only.append(_weighted(np.broadcast_to(fixed, rates.shape), readers))
    return np.concatenate(both), np.concatenate(readers_only)


def _weighted(rates: np.ndarray, weights: np.ndarray) -> np.ndarray:
    there = np.isfinite(rates)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((np.where(there, rates, 0.0) * weights).sum(axis=1) / (there * weights).sum(axis=1))
