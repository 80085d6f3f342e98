"""How a budget in minutes becomes a number of steps, once some of them and a look at held-out data were timed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TOGETHER = 10
"""Steps that are timed as one: not every step is alike, as where a penalty is taken at each fourth."""
LEAST_LOOKS, MOST_LOOKS = 4, 240
"""Beyond two hours looks are rarer than every half minute: each writes the whole state, one of a large network can
itself take half a minute, and what the loss does within three minutes of a night is more often noise than memory; six
looks are then a fortieth of the training. Less than three minutes have too few of them to run out of patience: there
is little to save, and the best weights are kept anyway."""
LEAST_LEARNING = 0.5
"""Part of a budget that is left to steps where looks would take more than the rest."""


@dataclass(frozen=True)
class Timing:
    """Seconds of one step, and of one look at held-out data with all that is shown and written then."""

    step: float
    look: float


def timing_of(steps: Sequence[float], look: float) -> Timing:
    """Tell what a step takes: the median over tens of steps, of which the first are slow and others were disturbed.

    Parameters
    ----------
    steps : sequence of float
        Seconds of each.
    """
    tens = np.array_split(np.asarray(steps), max(len(steps) // TOGETHER, 1))
    return Timing(max(float(np.median([ten.mean() for ten in tens])), 1e-9), look)


def looks_in(minutes: float) -> int:
    """Give the looks of a training: every half minute, but four at least and `MOST_LOOKS` at most."""
    return int(np.clip(2 * minutes, LEAST_LOOKS, MOST_LOOKS))


def steps_in(minutes: float, timing: Timing) -> int:
    """Give the steps that fit into a budget beside its looks."""
    seconds = 60 * minutes
    free = max(seconds - looks_in(minutes) * timing.look, LEAST_LEARNING * seconds)
    return int(free / timing.step)
