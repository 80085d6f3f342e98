"""Every reader's d' and criterion, and their mean for other readers and other cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthscope.errors import InputError
from synthscope.studies.discrimination.detection import Detection, detection
from synthscope.studies.discrimination.error_rate import checked_answers
from synthscope.studies.discrimination.mrmc import ArmMean, arm_mean, figure_study
from synthscope.studies.resampling import Units, units_of


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Of several readers.

    Parameters
    ----------
    by_reader : Detection
        Fields of shape (R,): a hit is a real image called real.
    d, criterion : ArmMean
        Means of the readers, tested against 0.
    n : int
        Answers.
    """

    by_reader: Detection
    d: ArmMean
    criterion: ArmMean
    n: int


def sensitivity(
    said_real: np.ndarray, real: np.ndarray, *, cases: np.ndarray | None = None, level: float = 0.95
) -> Sensitivity:
    """Give d' and c of readers and their means with readers and cases at random.

    Means are analysed as areas are (Obuchowski & Rockette 1995), covariances by the jackknife over cases.

    Parameters
    ----------
    said_real : ndarray, shape (R, N)
        1 for "real", 0 for "synthetic"; not a number where there is no answer.
    real : ndarray of bool, shape (N,)
    cases : ndarray, shape (N,), optional
        Images of one case are left out together.

    Raises
    ------
    InputError
        If there is one reader, or one of them has not seen both kinds.
    """
    table, truth = checked_answers(said_real, real)
    if len(table) < 2:
        raise InputError("One reader says nothing of other readers; add a second, or report this reader's own d'.")
    units = units_of(np.arange(len(truth)) if cases is None else np.asarray(cases))
    counts = _counts(table, truth, units)
    whole = counts.sum(axis=2)
    without = whole[:, :, None] - counts
    if (without[1::2] < 1).any():
        raise InputError("A reader has answers to one case of a kind at most; show more, or leave the reader out.")
    own, left = detection(*whole, level=level), detection(*without)
    d = arm_mean(figure_study(own.d[None], left.d[None]), null=0.0, level=level)
    criterion = arm_mean(figure_study(own.criterion[None], left.criterion[None]), null=0.0, level=level)
    return Sensitivity(own, d, criterion, int(np.isfinite(table).sum()))


def reader_detection(said_real: np.ndarray, real: np.ndarray, *, level: float = 0.95) -> Detection:
    """Give d' and c of each reader, fields of shape (R,), as `sensitivity` does; of one reader too."""
    table, truth = checked_answers(said_real, real)
    return detection(*_counts(table, truth, units_of(np.arange(len(truth)))).sum(axis=2), level=level)


def _counts(table: np.ndarray, real: np.ndarray, units: Units) -> np.ndarray:
    """Hits, signals, false alarms and noises of each reader and case, shape (4, R, U)."""
    membership = np.zeros((len(real), units.count))
    membership[np.arange(len(real)), units.of] = 1
    there = np.isfinite(table)
    yes = np.where(there, table, 0.0)
    parts = [part[:, kind] @ membership[kind] for kind in (real, ~real) for part in (yes, there.astype(float))]
    return np.stack(parts)
